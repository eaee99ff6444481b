import Connectors
import Crypto
import FileTree
import Foundation
import OData
import SampleData
import Texts

/// Changes and shows the files of a drive or of a site's library. `WritableTree` keeps every
/// path beneath its folder.
struct SandboxFiles {
    /// The tree of the drive or site.
    let tree: any WritableTree
    /// The drive itself, or the library within the site.
    let root: TreePath
    /// The path of that drive or library on this machine.
    let folder: String
    /// The time of modification of every file that is written.
    let now: Date

    /// A file as it is shown.
    struct Entry: Encodable, Sendable {
        var path: String
        var sizeBytes: UInt64
        var sha256: String
    }

    /// How many files an attack met, by what it did to them.
    struct Damage: Encodable, Sendable {
        var overwritten: Int
        var renamed: Int
        var deleted: Int
        var notes: Int
    }

    /// How many files are listed at most.
    static let maximumListed = 10_000

    /// The longest name of a file or folder: what the file systems of Linux take.
    static let maximumNameBytes = 255

    /// Refuses paths that no tree takes, and lists in which one file is the folder of another,
    /// before anything is changed.
    static func check(_ paths: [String]) throws(ODataError) {
        var files: Set<TreePath> = []
        for text in paths {
            guard let path = TreePath(text), !path.isRoot, path.names.allSatisfy({ $0.count <= maximumNameBytes })
            else {
                throw .badRequest(
                    "'\(text)' is not a path of a file: names of at most \(maximumNameBytes) bytes joined with '/', "
                        + "without '.', '..' or a slash at either end.", target: text)
            }
            files.insert(path)
        }
        for path in files {
            guard let folder = path.ancestors.first(where: files.contains) else { continue }
            throw .badRequest("'\(folder)' cannot be a file and the folder of '\(path)'.", target: path.description)
        }
    }

    /// Refuses changes that the present files do not allow, before the first of them is made.
    func requireRoom(for body: FilesBody) throws {
        let written = Set(try body.write.map { try place($0.path) })
        for path in written {
            for folder in path.ancestors where try kind(folder).map({ $0 != .folder }) ?? false {
                throw ODataError.badRequest(
                    "'\(shown(folder))' is a file, so '\(shown(path))' cannot be made.", target: shown(path))
            }
            guard try kind(path) != .folder else {
                throw ODataError.badRequest("'\(shown(path))' is a folder; delete it first.", target: shown(path))
            }
        }
        for text in body.delete {
            let path = try place(text)
            let isMade = written.contains { $0 == path || $0.ancestors.contains(path) }
            guard try isMade || kind(path) != nil else { throw ODataError.notFound("There is no '\(text)' to delete.") }
        }
    }

    private func kind(_ path: TreePath) throws -> ItemKind? {
        do throws(TreeError) {
            return try tree.attributes(of: path).kind
        } catch {
            guard error.code == .notFound || error.code == .wrongKind else { throw error }
            return nil
        }
    }

    /// A path of the tree as the client names it.
    private func shown(_ path: TreePath) -> String {
        String(decoding: path.bytes.dropFirst(root.isRoot ? 0 : root.bytes.count + 1), as: UTF8.self)
    }

    /// Writes a file, making the folders that it needs.
    func write(_ path: String, _ content: FileContent) throws {
        let place = try place(path)
        try makeFolders(for: place)
        let bytes: [UInt8] =
            switch content {
            case .text(let text): Array(text.utf8)
            case .bytes(let bytes): bytes
            case .random(let size, let seed):
                {
                    var random = SeededGenerator(seed: seed)
                    return random.bytes(size)
                }()
            }
        let file = try tree.makeFile(place, size: UInt64(bytes.count))
        try unsafe bytes.withUnsafeBytes { unsafe try file.write($0, at: 0) }
        try file.commit(
            AttributeChanges(permissions: 0o644, modified: Timestamp(seconds: Int64(now.timeIntervalSince1970))))
    }

    /// Deletes a file, or a folder with everything in it.
    func delete(_ path: String) throws {
        try delete(try place(path))
    }

    /// Lets ransomware loose on every file.
    func attack(seed: UInt64) throws -> Damage {
        let damage = try Ransomware(seed: seed).attack(folder)
        return Damage(
            overwritten: damage.overwritten, renamed: damage.renamed, deleted: damage.deleted, notes: damage.notes)
    }

    /// Every file, sorted by path, with its digest.
    func list() throws -> [Entry] {
        var entries: [Entry] = []
        try list(root, into: &entries)
        return entries.sorted { ExactText($0.path) < ExactText($1.path) }
    }

    private func list(_ folder: TreePath, into entries: inout [Entry]) throws {
        for item in try tree.items(in: folder).items where entries.count < Self.maximumListed {
            let path = folder.appending(item.name)
            switch item.attributes.kind {
            case .folder: try list(path, into: &entries)
            case .file:
                entries.append(Entry(path: shown(path), sizeBytes: item.attributes.size, sha256: try digest(path)))
            default: break
            }
        }
    }

    private func digest(_ path: TreePath) throws -> String {
        let file = try tree.open(path)
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: UInt64 = 0
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: offset) }
            guard count > 0 else { break }
            hash.update(data: buffer[..<count])
            offset += UInt64(count)
        }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func delete(_ path: TreePath) throws {
        if try tree.attributes(of: path).kind == .folder {
            for item in try tree.items(in: path).items { try delete(path.appending(item.name)) }
        }
        try tree.remove(path)
    }

    private func makeFolders(for path: TreePath) throws {
        guard !path.parent.isRoot else { return }
        try makeFolders(for: path.parent)
        do throws(TreeError) {
            try tree.makeFolder(path.parent, permissions: 0o755)
        } catch {
            guard error.code == .alreadyExists else { throw error }
        }
    }

    private func place(_ path: String) throws(ODataError) -> TreePath {
        guard let path = TreePath(path), !path.isRoot,
            let place = TreePath(bytes: root.isRoot ? path.bytes : root.bytes + [0x2F] + path.bytes)
        else {
            throw .badRequest("'\(path)' is not a path.", target: path)
        }
        return place
    }
}

extension TreePath {
    /// The names, from the root on.
    fileprivate var names: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }
}
