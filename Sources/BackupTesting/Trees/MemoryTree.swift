public import FileTree
import Synchronization

/// A tree in memory that behaves like a Linux file system: inode numbers, hard links, change times,
/// folders that must be empty to go.
///
/// Its clock counts up by a millisecond with each change, so change times are never equal by
/// chance. It can be told to fail.
public final class MemoryTree: WritableTree {
    /// A call that can be made to fail.
    public enum Call: Sendable, Hashable {
        /// Reading attributes or entries.
        case inspect(TreePath)
        /// Reading the entries of a folder whose attributes can be read.
        case list(TreePath)
        /// Reading extended attributes alone.
        case readExtended(TreePath)
        /// Reading the target of a link whose attributes can be read.
        case readLink(TreePath)
        /// Opening a file.
        case open(TreePath)
        /// Reading from an open file at an offset.
        case read(TreePath, offset: UInt64)
        /// Any change of the item.
        case change(TreePath)
        /// A change of the content or attributes of a file where it stands. A file for which it is
        /// `permissionDenied` cannot be opened for that.
        case patch(TreePath)
        /// Making all changes durable.
        case synchronize
    }

    let state: Mutex<MemoryVolume>
    private let rule: @Sendable (Call) -> TreeError.Code?
    private let sharesContent: Bool
    private let room = Mutex<TreeSpace?>(nil)

    /// Makes an empty tree. A call for which `rule` returns a code fails with it.
    /// - Parameter sharesContent: whether a file can be started as a copy of another one.
    public init(sharesContent: Bool = false, failing rule: @escaping @Sendable (Call) -> TreeError.Code? = { _ in nil })
    {
        state = Mutex(MemoryVolume())
        self.rule = rule
        self.sharesContent = sharesContent
    }

    func check(_ call: Call, _ path: TreePath) throws(TreeError) {
        if let code = rule(call) { throw TreeError(code, path: path, message: "failed on cue") }
    }

    /// Runs `body` on the volume, whose methods throw nothing but a `TreeError`.
    func locked<Value: Sendable>(_ body: (inout MemoryVolume) throws -> Value) throws(TreeError) -> Value {
        let result = state.withLock { volume in Result { try body(&volume) } }
        do {
            return try result.get()
        } catch let error as TreeError {
            throw error
        } catch {
            preconditionFailure("a volume threw \(error)")
        }
    }

    /// Says how much room there is; nil, as at first, where nothing is known.
    public func setSpace(_ space: TreeSpace?) { room.withLock { $0 = space } }

    public func space() throws(TreeError) -> TreeSpace? { room.withLock { $0 } }

    // MARK: Reading

    public func attributes(of path: TreePath) throws(TreeError) -> ItemAttributes {
        try check(.inspect(path), path)
        return try locked { volume in volume.attributes(try volume.number(of: path)) }
    }

    public func items(in folder: TreePath) throws(TreeError) -> FolderListing {
        try check(.inspect(folder), folder)
        try check(.list(folder), folder)
        var listing = try locked { volume in try volume.listing(folder) }
        listing.items.removeAll { item in
            guard let code = rule(.inspect(folder.appending(item.name))) else { return false }
            listing.failures.append(TreeError(code, path: folder.appending(item.name), message: "failed on cue"))
            return true
        }
        return listing
    }

    public func linkTarget(of path: TreePath) throws(TreeError) -> [UInt8] {
        try check(.inspect(path), path)
        try check(.readLink(path), path)
        return try locked { volume in
            let entry = try volume.entry(path)
            guard entry.attributes.kind == .symbolicLink else {
                throw TreeError(.wrongKind, path: path, message: "not a symbolic link")
            }
            return entry.content
        }
    }

    public func extendedAttributes(of path: TreePath) throws(TreeError) -> [ExtendedAttribute] {
        try check(.inspect(path), path)
        try check(.readExtended(path), path)
        return try locked { volume in try volume.entry(path).extended }
    }

    public func open(_ path: TreePath) throws(TreeError) -> any ReadableFile {
        try check(.open(path), path)
        let number = try locked { volume in
            guard try volume.entry(path).attributes.kind == .file else {
                throw TreeError(.wrongKind, path: path, message: "not a file")
            }
            return try volume.number(of: path)
        }
        return MemoryReadableFile(tree: self, path: path, number: number)
    }

    public func ownerNames(userID: UInt32, groupID: UInt32) -> (user: String, group: String) {
        (userID == 0 ? "root" : "user\(userID)", groupID == 0 ? "root" : "group\(groupID)")
    }

    // MARK: Writing

    public func makeFolder(_ path: TreePath, permissions: UInt16) throws(TreeError) {
        try check(.change(path), path)
        try locked { volume in
            guard volume.find(path) == nil else {
                throw TreeError(.alreadyExists, path: path, message: "already there")
            }
            try volume.put(
                ItemAttributes(kind: .folder, permissions: permissions, modified: Timestamp(seconds: 0)), at: path)
        }
    }

    public func makeFile(_ path: TreePath, size: UInt64) throws(TreeError) -> any WritableFile {
        try check(.change(path), path)
        let number = try locked { volume in try volume.makeTemporary(beside: path) }
        return MemoryWritableFile(tree: self, path: path, number: number)
    }

    public func makeCopy(of path: TreePath, size: UInt64) throws(TreeError) -> (any CopiedFile)? {
        try check(.change(path), path)
        guard sharesContent else { return nil }
        let number = try locked { volume in
            let content = try volume.entry(path).content.prefix(Int(size))
            let number = try volume.makeTemporary(beside: path)
            volume.write(content + [UInt8](repeating: 0, count: Int(size) - content.count), to: number, at: 0)
            return number
        }
        return MemoryWritableFile(tree: self, path: path, number: number)
    }

    public func openForPatching(_ path: TreePath) throws(TreeError) -> (any PatchableFile)? {
        try check(.open(path), path)
        if rule(.patch(path)) == .permissionDenied { return nil }
        let number = try locked { volume -> UInt64? in
            try volume.entry(path).attributes.kind == .file ? volume.number(of: path) : nil
        }
        return number.map { MemoryPatchedFile(tree: self, path: path, number: $0) }
    }

    public func makeSymbolicLink(_ path: TreePath, target: [UInt8]) throws(TreeError) {
        try check(.change(path), path)
        try locked { volume in
            try volume.put(
                ItemAttributes(kind: .symbolicLink, permissions: 0o777, modified: Timestamp(seconds: 0)), at: path,
                content: target)
        }
    }

    public func makeHardLink(_ path: TreePath, to existing: TreePath) throws(TreeError) {
        try check(.change(path), path)
        try locked { volume in try volume.link(existing, path) }
    }

    public func makeSpecial(_ path: TreePath, attributes: ItemAttributes) throws(TreeError) {
        try check(.change(path), path)
        try locked { volume in try volume.put(attributes, at: path) }
    }

    public func move(_ path: TreePath, to destination: TreePath) throws(TreeError) {
        try check(.change(path), path)
        try check(.change(destination), destination)
        try locked { volume in try volume.move(path, destination) }
    }

    public func remove(_ path: TreePath) throws(TreeError) {
        try check(.change(path), path)
        try locked { volume in try volume.remove(path) }
    }

    public func setAttributes(of path: TreePath, _ changes: AttributeChanges) throws(TreeError) {
        try check(.change(path), path)
        try locked { volume in volume.apply(changes, to: try volume.number(of: path)) }
    }

    public func synchronize() throws(TreeError) { try check(.synchronize, .root) }

    public func removeLeftovers() throws(TreeError) {
        state.withLock { $0.removeTemporaries() }
    }

    /// Removes them all: they lie in no folder.
    public func removeLeftovers(in folder: TreePath) throws(TreeError) { try removeLeftovers() }
}
