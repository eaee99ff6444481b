package import BackupRepository
import Concurrency
import ProtectionRules

extension BrowseOperations {
    /// Reads from a snapshot of a unit. A prune may move data meanwhile, so a failure is looked at
    /// once more with a fresh index.
    /// - Throws: `ServiceError`: `browseSessionNotFound` where the snapshot
    ///   is gone, `serviceNotAvailable`, `internalServerError`.
    package func reading<Value: Sendable>(
        unitID: String, snapshotID: String, _ body: (SnapshotBrowser) async throws -> Value
    ) async throws -> Value {
        do {
            return try await withTaskExecutorPreference(OpenRepositories.threads) {
                do {
                    return try await body(
                        try await SnapshotBrowser(
                            repository(unitID), snapshot: snapshotID, memory: context.browsed.folders))
                } catch let error as RepositoryError where error.code == .damaged || error.code == .snapshotNotFound {
                    context.browsed.forget(unitID: unitID)
                    return try await body(
                        try await SnapshotBrowser(
                            repository(unitID), snapshot: snapshotID, memory: context.browsed.folders))
                }
            }
        } catch let error as RepositoryError {
            throw ServiceError(reading: error)
        } catch let failure as JobFailure {
            throw ServiceError(
                .internalServerError, "The backup cannot be opened; the server's log tells more.",
                detail: failure.logText)
        }
    }

    /// The open repository of a unit.
    /// - Throws: `browseSessionNotFound`; `RepositoryError`, `JobFailure` where it does not open.
    func repository(_ unitID: String) async throws -> Repository {
        if let known = context.browsed[unitID] { return known }
        guard let open = try await RepositoryOpener(dependencies).open(unitID: unitID)
        else {
            throw ServiceError(.browseSessionNotFound, "The backups of the unit have been deleted.")
        }
        context.browsed.keep(open.repository, unitID: unitID)
        return open.repository
    }
}

extension ServiceError {
    /// A failure while a snapshot was read.
    init(reading error: RepositoryError) {
        switch error.code {
        case .snapshotNotFound:
            self.init(.browseSessionNotFound, "The restore point has expired.", detail: error.description)
        case _ where error.isRetryable:
            self.init(
                .serviceNotAvailable, "The backup cannot be read now; try again a little later.",
                detail: error.description, isRetryable: true)
        default:
            self.init(
                .internalServerError, "The backup cannot be read; the server's log tells more.",
                detail: error.description)
        }
    }
}
