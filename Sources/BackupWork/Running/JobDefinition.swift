import Catalog
public import ProtectionService

/// A kind of job as one value: what it is called, whether a user waits for its end, what does it,
/// and on which row its progress is shown.
public struct JobDefinition: Sendable {
    public let kind: JobKind
    /// Whether a user waits for the end. The others come round by themselves and take long.
    package let isAwaited: Bool
    let runner: any JobRunner
    /// Shows how far a running job is, in the transaction that extends its lease.
    let showProgress: @Sendable (_ progress: ArtifactProgress, _ job: Job, CatalogWriter) throws -> Void

    init(
        _ kind: JobKind, isAwaited: Bool, runner: any JobRunner,
        showProgress: @escaping @Sendable (ArtifactProgress, Job, CatalogWriter) throws -> Void = { _, _, _ in }
    ) {
        self.kind = kind
        self.isAwaited = isAwaited
        self.runner = runner
        self.showProgress = showProgress
    }
}

extension [JobDefinition] {
    /// The definition of a kind as a job's row names it; nil for one that this program does not know.
    package subscript(kind kind: String) -> JobDefinition? { first { $0.kind.rawValue == kind } }
}
