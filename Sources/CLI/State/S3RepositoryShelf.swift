import BackupRepository
import FileTree
import Foundation
import Logging
import ObjectStorage
import ObjectStorageS3

/// Repositories in a bucket of S3. Beneath its prefix is a folder for the tenant, and in that a
/// folder for each location.
struct S3RepositoryShelf: RepositoryShelf {
    private let bucket: S3Bucket
    private let tenantID: String

    init(_ settings: S3Settings, tenantID: String, logger: Logger) {
        bucket = S3Bucket(settings, .machine, logger: logger)
        self.tenantID = tenantID
    }

    var address: String { bucket.address(of: tenantID) }
    func address(of location: String) -> String { bucket.address(of: folder(location)) }
    /// How long what is written is kept; nil for no lock.
    var lock: ObjectLock? { bucket.settings.lock }

    /// Of a repository in a bucket that locks, the right versions are read, whatever lies over them.
    func store(at location: String) -> any ObjectStore {
        let store = bucket.store(at: folder(location))
        guard UUID(uuidString: location) != nil else { return store }
        return VersionedReads(store) ?? store
    }

    /// The locations at which there is anything, also if all of it was deleted.
    func contentsOfVersions() async throws -> [String] { try await bucket.foldersOfVersions(at: tenantID) }

    func contents() async throws -> [String] { try await bucket.folders(at: tenantID) }

    func eraseAll() async throws {
        for location in try await contents() {
            let store = store(at: location)
            try await store.deleteAll(store.list(prefix: "").map(\.name))
        }
    }

    /// A bucket has no bound that it tells.
    var space: TreeSpace? { nil }

    /// A bucket is asked by the start of a server; later its jobs say what fails.
    var isUsable: Bool { true }

    private func folder(_ location: String) -> String { tenantID + "/" + location }
}

extension S3Environment {
    /// Time and chance of this machine, and the environment of this process.
    static let machine: S3Environment = {
        let start = ContinuousClock.now
        return S3Environment(
            now: { Int(Date().timeIntervalSince1970) }, steady: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) }, chance: { Double.random(in: 0..<1) },
            variables: ProcessInfo.processInfo.environment)
    }()
}
