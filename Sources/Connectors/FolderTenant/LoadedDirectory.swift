import FileTree

/// What `directory.json` said when it was last read, and why it could not be read since then.
struct LoadedDirectory: Sendable {
    /// The last content that could be used.
    var file = DirectoryFile()
    /// Why the present content cannot be used.
    var problem: TenantError?
    /// Which content was read last; nil where there was no file.
    private var stamp: Stamp?

    /// What changes when a file is written or replaced.
    private struct Stamp: Equatable {
        var modified: Timestamp
        var changed: Timestamp
        var size: UInt64
        var inode: UInt64

        init(_ attributes: ItemAttributes) {
            modified = attributes.modified
            changed = attributes.changed
            size = attributes.size
            inode = attributes.inode
        }
    }

    /// A directory of several hundred thousand people is far smaller.
    private static let sizeLimitBytes: UInt64 = 256 << 20

    /// Reads for the first time.
    static func load(from root: LocalTree, _ folder: String) throws(TenantError) -> LoadedDirectory {
        try LoadedDirectory().reloaded(from: root, folder)
    }

    /// Reads again where the file changed.
    func reloaded(from root: LocalTree, _ folder: String) throws(TenantError) -> LoadedDirectory {
        guard let path = TreePath("directory.json") else { return self }
        let name = "'\(folder)/directory.json'"
        do throws(TreeError) {
            let file = try root.open(path)
            let attributes = try file.attributes()
            let now = Stamp(attributes)
            if now == stamp { return self }
            var loaded = self
            loaded.stamp = now
            guard attributes.size <= LoadedDirectory.sizeLimitBytes else {
                loaded.problem = TenantError(
                    .invalidDirectory,
                    "\(name) has more than \(Self.sizeLimitBytes >> 20) MiB; look whether it is the right file"
                )
                return loaded
            }
            let bytes = try file.bytes(count: Int(attributes.size))
            do throws(DirectoryFile.Problem) {
                loaded.file = try DirectoryFile(parsing: bytes)
                loaded.problem = nil
            } catch {
                loaded.problem = TenantError(.invalidDirectory, "\(name): \(error.text)", cause: error)
            }
            return loaded
        } catch {
            if error.code == .notFound { return LoadedDirectory() }
            throw TenantError(
                error.code == .wrongKind ? .invalidDirectory : .unavailable, "\(name) cannot be read: \(error.message)",
                cause: error)
        }
    }
}

extension ReadableFile {
    /// The first `count` bytes, or fewer where the file ends before.
    func bytes(count: Int) throws(TreeError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var outcome: Result<Int, TreeError> = .success(0)
        unsafe bytes.withUnsafeMutableBytes { buffer in
            do throws(TreeError) {
                outcome = .success(unsafe try read(into: buffer, at: 0))
            } catch {
                outcome = .failure(error)
            }
        }
        return Array(bytes.prefix(try outcome.get()))
    }
}
