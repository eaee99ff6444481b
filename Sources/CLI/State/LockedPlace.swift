import Foundation
import ObjectStorage
import ObjectStorageS3

/// The repositories of a state folder in a bucket that locks, for commands that bring back what was
/// hidden or replaced. They need neither the catalogue nor anything that opens.
struct LockedPlace {
    let shelf: S3RepositoryShelf

    /// - Throws: `UsageError` where nothing is locked there.
    init(_ state: StateFolder) throws {
        guard let shelf = state.repositories as? S3RepositoryShelf, shelf.lock != nil else {
            throw UsageError(
                """
                The repositories in \(state.repositories.address) are not locked, so nothing of what was deleted or \
                replaced is kept. 'holdfast store advise' tells how to keep it.
                """)
        }
        self.shelf = shelf
    }

    /// The ids of the units of which there is anything, also if all of it was deleted.
    func units() async throws -> [String] {
        Set(try await shelf.contentsOfVersions().map { String($0.prefix { $0 != "." }) })
            .filter { UUID(uuidString: $0) != nil }.sorted()
    }
}
