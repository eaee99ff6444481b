import FileTree
import ResticFormat

// What the two ways of writing a file's content have in common.

extension RestoreRun {
    /// Writes a blob to a file, read from its pack by itself.
    /// - Returns: its length in bytes.
    func fetch(_ record: BlobTable.Record, into file: any WritableFile, at offset: UInt64) async throws -> Int {
        let length = unsafe try await repository.withBlob(record, index: plan.index) { plaintext in
            unsafe try file.write(plaintext, at: offset)
            return plaintext.count
        }
        count { $0.bytesRead += UInt64(record.location.length) }
        return length
    }

    /// Runs what writes one file. Its failure is recorded, unless it makes the rest pointless.
    func attemptContent(of path: TreePath, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as TreeError {
            try fail(error)
        } catch let error as RepositoryError where !error.isRetryable {
            record(ItemFailure(path: path, error))
        }
    }

    /// What a file is given beside its content.
    func changes(for file: PlannedFile) -> AttributeChanges {
        plan.changes(for: file, settingOwners: options.setsOwners, isNew: true)
    }
}
