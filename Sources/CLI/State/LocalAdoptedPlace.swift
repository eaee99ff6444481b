import BackupWork
import Foundation
import ProtectionService

/// A repository in a folder of this machine that is to be taken over. It stays where it is: the folder
/// of repositories gets a link to it.
struct LocalAdoptedPlace: AdoptedPlace {
    /// Its absolute path, without links.
    let address: String
    private let shelf: LocalRepositoryShelf

    /// nil where there is no folder at `path`.
    init?(path: String, shelf: LocalRepositoryShelf) {
        var isFolder: ObjCBool = false
        let files = FileManager.default
        guard unsafe files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return nil }
        address = URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
        self.shelf = shelf
    }

    func attachment() throws -> String? {
        let names =
            FileManager.default.fileExists(atPath: shelf.address)
            ? try FileManager.default.contentsOfDirectory(atPath: shelf.address) : []
        return names.sorted().first { name in
            UUID(uuidString: name) != nil
                && URL(filePath: shelf.address(of: name)).resolvingSymlinksInPath().standardizedFileURL.path == address
        }
    }

    func attach(as location: String) throws {
        try FileManager.default.createDirectory(
            atPath: shelf.address, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createSymbolicLink(
            atPath: shelf.address(of: location), withDestinationPath: address)
    }

    func detach(from location: String) throws { try shelf.release(location) }
}

extension LocalRepositoryShelf: AdoptedRepositories {
    func isAdopted(_ location: String) throws -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: address(of: location))) != nil
    }

    func release(_ location: String) throws {
        guard try isAdopted(location) else { return }
        // Removes the link, not what it leads to.
        try FileManager.default.removeItem(atPath: address(of: location))
    }
}
