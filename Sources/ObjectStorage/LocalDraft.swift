import CLinuxCalls
import Glibc

/// A draft in a file that has no name (`O_TMPFILE`), so that the system removes what a dead
/// process left. Source: open(2).
final class LocalDraft: ObjectDraft {
    private let store: LocalObjectStore
    private let file: LocalFiles.Descriptor

    /// nil where the file system cannot do it, or the folder is not there yet.
    init?(store: LocalObjectStore) {
        // The file gets its name through the link of its descriptor in /proc.
        guard unsafe access("/proc/self/fd", X_OK) == 0 else { return nil }
        do throws(LocalFiles.Failure) {
            file = try LocalFiles.Descriptor(
                store.path, flags: O_WRONLY | O_DIRECTORY | HOLDFAST_O_TMPFILE, mode: 0o400)
        } catch {
            return nil
        }
        self.store = store
    }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) {
        try store.attempt("a pack in the making", LocalFiles.writeAll(bytes, to: file))
    }

    func publish(as name: String) async throws(ObjectStoreError) {
        let number = file.number
        try store.attempt(name, LocalFiles.repeated { fsync(number) })
        _ = try await store.put(name, link)
    }

    private func link(to path: String) throws(LocalFiles.Failure) {
        let number = file.number
        _ = try LocalFiles.repeated {
            unsafe linkat(AT_FDCWD, "/proc/self/fd/\(number)", AT_FDCWD, path, AT_SYMLINK_FOLLOW)
        }
    }
}
