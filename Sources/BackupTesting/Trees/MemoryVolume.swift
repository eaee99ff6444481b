import FileTree

/// The entries of a `MemoryTree`: inode numbers to entries, folders to names.
struct MemoryVolume: Sendable {
    struct Entry: Sendable {
        var attributes: ItemAttributes
        /// A file's bytes or a link's target.
        var content: [UInt8] = []
        var extended: [ExtendedAttribute] = []
        var children: [[UInt8]: UInt64] = [:]
    }

    private(set) var entries: [UInt64: Entry]
    private var next: UInt64 = 2
    private var clock: UInt64 = 0
    /// Files that have no name yet.
    private var temporaries: Set<UInt64> = []

    init() {
        let attributes = ItemAttributes(
            kind: .folder, permissions: 0o755, modified: Timestamp(seconds: 0), inode: 1, device: 1)
        entries = [1: Entry(attributes: attributes)]
    }

    /// A later moment with each call, from 2020 on.
    private mutating func tick() -> Timestamp {
        clock += 1
        return Timestamp(seconds: 1_577_836_800 + Int64(clock / 1000), nanoseconds: UInt32(clock % 1000) * 1_000_000)
    }

    // MARK: Looking up

    func find(_ path: TreePath) -> UInt64? {
        var number: UInt64 = 1
        if path.isRoot { return number }
        for name in path.bytes.split(separator: UInt8(ascii: "/")) {
            guard let child = entries[number]?.children[Array(name)] else { return nil }
            number = child
        }
        return number
    }

    func number(of path: TreePath) throws(TreeError) -> UInt64 {
        guard let number = find(path) else { throw TreeError(.notFound, path: path, message: "no such item") }
        return number
    }

    func entry(_ path: TreePath) throws(TreeError) -> Entry {
        guard let entry = entries[try number(of: path)] else {
            throw TreeError(.notFound, path: path, message: "no such item")
        }
        return entry
    }

    func attributes(_ number: UInt64) -> ItemAttributes {
        guard let attributes = entries[number]?.attributes else { preconditionFailure("every name leads to an entry") }
        return attributes
    }

    func listing(_ path: TreePath) throws(TreeError) -> FolderListing {
        let folder = try entry(path)
        guard folder.attributes.kind == .folder else {
            throw TreeError(.wrongKind, path: path, message: "not a folder")
        }
        let names = folder.children.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        return FolderListing(items: names.map { Item(name: $0.key, attributes: attributes($0.value)) })
    }

    func bytes(_ number: UInt64) -> [UInt8] { entries[number]?.content ?? [] }

    // MARK: Changing

    /// Puts a new entry under the name, replacing anything but a folder.
    mutating func put(_ attributes: ItemAttributes, at path: TreePath, content: [UInt8] = []) throws(TreeError) {
        let number = try make(attributes, beside: path, content: content)
        try name(number, path)
    }

    private mutating func make(
        _ attributes: ItemAttributes, beside path: TreePath, content: [UInt8]
    ) throws(TreeError) -> UInt64 {
        guard !path.isRoot, try entry(path.parent).attributes.kind == .folder else {
            throw TreeError(.notFound, path: path, message: "no folder to put it in")
        }
        let number = next
        next += 1
        let now = tick()
        var attributes = attributes
        attributes.inode = number
        attributes.device = 1
        attributes.linkCount = 1
        attributes.size = attributes.kind == .file ? UInt64(content.count) : 0
        attributes.modified = now
        attributes.accessed = now
        attributes.changed = now
        entries[number] = Entry(attributes: attributes, content: content)
        return number
    }

    mutating func makeTemporary(beside path: TreePath) throws(TreeError) -> UInt64 {
        let number = try make(
            ItemAttributes(kind: .file, permissions: 0o600, modified: Timestamp(seconds: 0)), beside: path, content: [])
        temporaries.insert(number)
        return number
    }

    /// Gives an entry a name; what had it loses it.
    mutating func name(_ number: UInt64, _ path: TreePath) throws(TreeError) {
        let parent = try self.number(of: path.parent)
        if let old = entries[parent]?.children[path.name], old != number {
            if attributes(old).kind == .folder, attributes(number).kind != .folder {
                throw TreeError(.wrongKind, path: path, message: "a folder stands there")
            }
            try remove(path)
        }
        temporaries.remove(number)
        entries[parent]?.children[path.name] = number
        touch(parent)
    }

    /// Records that the item's attributes changed just now.
    private mutating func stamp(_ number: UInt64) {
        let now = tick()
        entries[number]?.attributes.changed = now
    }

    private mutating func touch(_ folder: UInt64) {
        let now = tick()
        entries[folder]?.attributes.modified = now
        entries[folder]?.attributes.changed = now
    }

    mutating func link(_ existing: TreePath, _ path: TreePath) throws(TreeError) {
        let number = try self.number(of: existing)
        guard attributes(number).kind != .folder else {
            throw TreeError(.wrongKind, path: existing, message: "folders have one name")
        }
        if find(path) == number { return }
        try name(number, path)
        entries[number]?.attributes.linkCount += 1
        stamp(number)
    }

    mutating func move(_ path: TreePath, _ destination: TreePath) throws(TreeError) {
        let number = try self.number(of: path)
        if find(destination) == number { return }
        try name(number, destination)
        let parent = try self.number(of: path.parent)
        entries[parent]?.children[path.name] = nil
        touch(parent)
        stamp(number)
    }

    mutating func remove(_ path: TreePath) throws(TreeError) {
        guard let number = find(path) else { return }
        guard !path.isRoot, let entry = entries[number] else {
            throw TreeError(.wrongKind, path: path, message: "the root stays")
        }
        guard entry.children.isEmpty else { throw TreeError(.notEmpty, path: path, message: "the folder is not empty") }
        let parent = try self.number(of: path.parent)
        entries[parent]?.children[path.name] = nil
        touch(parent)
        if entry.attributes.linkCount > 1 {
            entries[number]?.attributes.linkCount -= 1
            stamp(number)
        } else {
            entries[number] = nil
        }
    }

    mutating func write(_ bytes: [UInt8], to number: UInt64, at offset: Int) {
        guard var entry = entries[number] else { return }
        entries[number] = nil
        if entry.content.count < offset + bytes.count {
            // An array is appended in one piece, which a sequence of repeated elements is not.
            entry.content += [UInt8](repeating: 0, count: offset + bytes.count - entry.content.count)
        }
        entry.content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        entry.attributes.size = UInt64(entry.content.count)
        entry.attributes.modified = tick()
        entry.attributes.changed = entry.attributes.modified
        entries[number] = entry
    }

    mutating func resize(_ number: UInt64, to size: Int) {
        let content = bytes(number)
        entries[number]?.content =
            content.count > size ? Array(content[..<size]) : content + Array(repeating: 0, count: size - content.count)
        entries[number]?.attributes.size = UInt64(size)
    }

    mutating func discard(_ number: UInt64) {
        if temporaries.remove(number) != nil { entries[number] = nil }
    }

    mutating func removeTemporaries() {
        for number in temporaries { entries[number] = nil }
        temporaries = []
    }

    mutating func apply(_ changes: AttributeChanges, to number: UInt64) {
        guard var entry = entries[number] else { return }
        if let permissions = changes.permissions { entry.attributes.permissions = permissions }
        if let modified = changes.modified {
            entry.attributes.modified = modified
            entry.attributes.accessed = changes.accessed ?? modified
        }
        if let owner = changes.owner {
            entry.attributes.userID = owner.userID
            entry.attributes.groupID = owner.groupID
        }
        if let extended = changes.extendedAttributes {
            entry.extended = extended.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        }
        entry.attributes.changed = tick()
        entries[number] = entry
    }
}
