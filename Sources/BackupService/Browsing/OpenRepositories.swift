import Concurrency
import BackupRepository
import Synchronization

/// The few repositories that were browsed last, so that a next page does not read the index again.
final class OpenRepositories: Sendable {
    /// An index takes about 60 bytes for each blob, so only a few are kept.
    private static let limit = 4
    private let entries = Mutex<[(unitID: String, repository: Repository)]>([])
    /// The long folders that were browsed last.
    let folders = FolderMemory()
    /// The names that were shown last.
    let names = BrowsedNames()

    /// Deriving a key and reading trees takes the time of a thousand other requests, so it is not
    /// done on the threads of requests.
    static let threads = WorkerPool(width: WorkerPool.processors(atMost: 4), name: "browse")

    subscript(unitID: String) -> Repository? {
        entries.withLock { entries in
            guard let place = entries.firstIndex(where: { $0.unitID == unitID }) else { return nil }
            let entry = entries.remove(at: place)
            entries.append(entry)
            return entry.repository
        }
    }

    func keep(_ repository: Repository, unitID: String) {
        entries.withLock { entries in
            entries.removeAll { $0.unitID == unitID }
            if entries.count == Self.limit { entries.removeFirst() }
            entries.append((unitID: unitID, repository: repository))
        }
    }

    func forget(unitID: String) {
        entries.withLock { $0.removeAll { $0.unitID == unitID } }
    }
}

extension ProtectionService {
    /// Reads from a snapshot of a unit. A prune may move data meanwhile, so a failure is looked at
    /// once more with a fresh index.
    /// - Throws: `ServiceError`: `browseSessionNotFound` where the snapshot
    ///   is gone, `serviceNotAvailable`, `internalServerError`.
    func reading<Value: Sendable>(
        unitID: String, snapshotID: String, _ body: (SnapshotBrowser) async throws -> Value
    ) async throws -> Value {
        do {
            return try await withTaskExecutorPreference(OpenRepositories.threads) {
                do {
                    return try await body(
                        try await SnapshotBrowser(repository(unitID), snapshot: snapshotID, memory: browsed.folders))
                } catch let error as RepositoryError where error.code == .damaged || error.code == .snapshotNotFound {
                    browsed.forget(unitID: unitID)
                    return try await body(
                        try await SnapshotBrowser(repository(unitID), snapshot: snapshotID, memory: browsed.folders))
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

    private func repository(_ unitID: String) async throws -> Repository {
        if let known = browsed[unitID] { return known }
        guard let open = try await JobContext(service: self, progress: ProgressCell()).openRepository(unitID: unitID)
        else {
            throw ServiceError(.browseSessionNotFound, "The backups of the unit have been deleted.")
        }
        browsed.keep(open.repository, unitID: unitID)
        return open.repository
    }
}

extension ServiceError {
    /// A failure while a snapshot was read.
    fileprivate init(reading error: RepositoryError) {
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
