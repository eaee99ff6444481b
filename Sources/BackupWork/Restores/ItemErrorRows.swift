import BackupRepository
import Catalog
import FileTree
import ProtectionService

/// Rows of items that restores could not do, within one transaction.
struct ItemErrorRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// The most that are kept of one artifact.
    static let maximumOfArtifact = 10_000

    /// Replaces what is known of an artifact.
    func note(_ failures: [ItemFailure], artifactID: String, sessionID: String, makeID: () -> String) throws {
        try rows.delete(RestoreItemError.self, where: .equal("artifactId", artifactID))
        for (ordinal, failure) in failures.prefix(Self.maximumOfArtifact).enumerated() {
            var error = RestoreItemError()
            (error.id, error.sessionId, error.artifactId, error.ordinal) = (makeID(), sessionID, artifactID, ordinal)
            (error.path, error.code, error.message) = (failure.path.bytes, failure.code, failure.message)
            error.action = failure.action?.rawValue
            error.isRetryable = failure.canBeRetried
            try rows.insert(error)
        }
    }
}

extension ItemFailure {
    /// The code of an item that is not any more as the plan shows it.
    static let outdatedCode = "outdated"

    /// An item that changed after the plan was made.
    static func outdated(_ change: PlannedChange) -> ItemFailure {
        var failure = ItemFailure(
            path: change.path, code: outdatedCode, message: "It changed after the plan was made, and stays as it is.")
        failure.action = change.action
        return failure
    }

    /// Whether another try can help without a change of the item.
    fileprivate var canBeRetried: Bool {
        let lasting: [TreeError.Code] = [.permissionDenied, .invalidName, .unsupported, .escapes]
        return code != "damaged" && code != Self.outdatedCode && !lasting.contains { $0.description == code }
    }
}
