public import Catalog

/// Looks at each job just before it is run. The sandbox orders failures through it (design.md, D9).
public protocol JobInspector: Sendable {
    /// Called under the job's lease, once for each run.
    /// - Throws: what the run then fails with, as if the work itself had; a `ServiceError` sets the
    ///   code that the unit or artifact shows, and whether the job is tried again.
    func willRun(_ job: Job) async throws

    /// Called before the restore of each artifact, a whole one's or a granular one's,
    /// once for each run.
    /// - Throws: as `willRun`; of a session's items only this one fails then.
    func willRestore(artifactID: String, unitID: String) async throws
}
