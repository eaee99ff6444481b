public import FileTree
import Synchronization

extension MemoryTree {
    /// Puts a file, replacing one of that name; folders above it are made.
    public func put(
        _ path: String, _ bytes: [UInt8], permissions: UInt16 = 0o644, modified: Timestamp? = nil
    ) throws(TreeError) {
        guard let path = TreePath(path) else {
            throw TreeError(.invalidName, path: .root, message: "'\(path)' is no path")
        }
        try put(path, bytes, permissions: permissions, modified: modified)
    }

    /// Puts a file, replacing one of that name; folders above it are made.
    public func put(
        _ path: TreePath, _ bytes: [UInt8], permissions: UInt16 = 0o644, modified: Timestamp? = nil
    ) throws(TreeError) {
        try makeFolders(path.parent)
        let file = try makeFile(path, size: UInt64(bytes.count))
        let result = unsafe bytes.withUnsafeBytes { buffer -> Result<Void, TreeError> in
            do throws(TreeError) {
                unsafe try file.write(buffer, at: 0)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        try file.commit(AttributeChanges(permissions: permissions, modified: modified))
    }

    /// Makes a folder and those above it, where they are missing.
    public func makeFolders(_ path: TreePath) throws(TreeError) {
        if path.isRoot || state.withLock({ $0.find(path) != nil }) { return }
        try makeFolders(path.parent)
        try makeFolder(path, permissions: 0o755)
    }

    /// The bytes of a file.
    public func bytes(_ path: TreePath) throws(TreeError) -> [UInt8] {
        try locked { volume in try volume.entry(path).content }
    }

    /// Everything in the tree as comparable values: what a restore has to bring back. Inode numbers
    /// are replaced with the first path of their item, and times of change and access are left out.
    public func description(withTimes: Bool = true) throws(TreeError) -> [TreePath: DescribedItem] {
        var found: [TreePath: DescribedItem] = [:]
        var names: [UInt64: TreePath] = [:]
        var waiting: [TreePath] = [.root]
        while let folder = waiting.popLast() {
            for item in try items(in: folder).items {
                let path = folder.appending(item.name)
                if item.attributes.kind == .folder { waiting.append(path) }
                let first = names[item.attributes.inode].map { min($0, path) } ?? path
                names[item.attributes.inode] = first
                found[path] = try describe(path, item.attributes, withTimes: withTimes)
            }
        }
        for (path, item) in found {
            found[path]?.firstName = names[item.inode]
            found[path]?.inode = 0
        }
        return found
    }

    private func describe(
        _ path: TreePath, _ attributes: ItemAttributes, withTimes: Bool
    ) throws(TreeError) -> DescribedItem {
        let entry = try locked { volume in try volume.entry(path) }
        return DescribedItem(
            kind: attributes.kind, permissions: attributes.permissions, modified: withTimes ? attributes.modified : nil,
            userID: attributes.userID, groupID: attributes.groupID, specialDevice: attributes.specialDevice,
            content: entry.content, extended: entry.extended, firstName: nil, inode: attributes.inode)
    }
}

/// An item of a `MemoryTree` as a comparable value.
public struct DescribedItem: Hashable, Sendable {
    public var kind: ItemKind
    public var permissions: UInt16
    /// Its time of modification, where asked for.
    public var modified: Timestamp?
    public var userID: UInt32
    public var groupID: UInt32
    public var specialDevice: UInt64
    /// A file's bytes or a link's target.
    public var content: [UInt8]
    public var extended: [ExtendedAttribute]
    /// The first of the names of its item, so that hard links compare.
    public var firstName: TreePath?
    var inode: UInt64
}

extension MemoryTree {
    /// Appends to a file where it stands. Never fails on cue.
    public func append(_ path: TreePath, _ bytes: [UInt8]) throws(TreeError) {
        try locked { volume in
            let number = try volume.number(of: path)
            volume.write(bytes, to: number, at: volume.bytes(number).count)
        }
    }

    /// Overwrites the beginning of a file where it stands, as a program that keeps it open would.
    /// Never fails on cue.
    public func overwrite(_ path: TreePath, _ bytes: [UInt8]) throws(TreeError) {
        try locked { volume in volume.write(bytes, to: try volume.number(of: path), at: 0) }
    }
}
