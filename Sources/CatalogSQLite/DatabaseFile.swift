import Catalog
import Foundation
import Glibc

/// The file of a database and its folder.
enum DatabaseFile {
    /// Makes the folder (mode 0700) and the file (mode 0600) where they are missing. SQLite gives
    /// the files beside it the same mode.
    static func prepare(_ path: String) throws(CatalogError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        if !FileManager.default.fileExists(atPath: folder) {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw CatalogError(
                    .cannotOpen, "The folder '\(folder)' of the catalogue cannot be made: \(error.localizedDescription)"
                )
            }
        }
        guard !FileManager.default.fileExists(atPath: path) else { return }
        // The mode is set on creation: another process that opens the file in between
        // could keep it open.
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 || errno == EEXIST else {
            let reason = unsafe String(cString: strerror(errno))
            throw CatalogError(
                .cannotOpen,
                "The catalogue '\(path)' cannot be made: \(reason). Look at the folder's permissions and free space.")
        }
        if descriptor >= 0 { close(descriptor) }
    }
}
