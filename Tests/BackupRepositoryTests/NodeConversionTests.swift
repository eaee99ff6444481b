import FileTree
import ObjectStorage
import ResticFormat
import Testing

@testable import BackupRepository

/// Between items of a tree and nodes of a repository.
@Suite struct NodeConversionTests {
    @Test(arguments: ItemKind.allCases) func `every kind has a type and comes back from it`(kind: ItemKind) {
        #expect(NodeType(kind).kind == kind)
    }

    @Test func `an item that was not touched is unchanged`() {
        #expect(sampleNode("a", size: 3).isUnchanged(sampleItem("a", size: 3).attributes))
    }

    /// Each attribute by which a change shows.
    static let changes: [(String, @Sendable (inout ItemAttributes) -> Void)] = [
        ("kind", { $0.kind = .fifo }), ("inode", { $0.inode += 1 }), ("modified", { $0.modified.seconds += 1 }),
        ("modified within a second", { $0.modified.nanoseconds += 1 }), ("changed", { $0.changed.seconds += 1 }),
        ("changed within a second", { $0.changed.nanoseconds += 1 }), ("permissions", { $0.permissions = 0o600 }),
        ("owner", { $0.userID += 1 }), ("group", { $0.groupID += 1 }), ("size", { $0.size += 1 }),
        ("names", { $0.linkCount += 1 }),
    ]

    @Test(arguments: changes) func `any change of an attribute shows`(
        what: String, change: @Sendable (inout ItemAttributes) -> Void
    ) {
        var attributes = sampleItem("a", size: 3).attributes
        change(&attributes)
        #expect(!sampleNode("a", size: 3).isUnchanged(attributes))
    }

    @Test func `the size of what is no file says nothing`() {
        let node = sampleNode("a", .symlink)
        #expect(node.isUnchanged(sampleItem("a", .symbolicLink, size: 9).attributes))
    }

    @Test func `size and names are looked at apart from the rest`() {
        var attributes = sampleItem("a", size: 3).attributes
        (attributes.size, attributes.linkCount) = (9, 9)
        #expect(sampleNode("a", size: 3).hasAttributes(attributes))
    }

    @Test(arguments: [(NodeType.file, false), (.symlink, true), (.fifo, false)])
    func `the permissions of a link cannot be set, so they do not count`(type: NodeType, isSame: Bool) {
        var attributes = sampleItem("a", type.kind).attributes
        attributes.permissions = 0o777
        #expect(sampleNode("a", type).hasSettableAttributes(attributes, owners: true) == isSame)
    }

    @Test func `owners count where they are set`() {
        var attributes = sampleItem("a").attributes
        attributes.groupID += 1
        #expect(sampleNode("a").hasSettableAttributes(attributes, owners: false))
        #expect(!sampleNode("a").hasSettableAttributes(attributes, owners: true))
        attributes = sampleItem("a").attributes
        attributes.userID += 1
        #expect(!sampleNode("a").hasSettableAttributes(attributes, owners: true))
    }

    @Test func `what a restore sets is what the node has`() {
        let changes = sampleNode("a").changes(settingOwners: true, isNew: false)
        #expect(changes.permissions == 0o640)
        #expect(changes.modified == Timestamp(seconds: 1_000, nanoseconds: 5))
        #expect(changes.owner?.userID == 7)
        #expect(changes.owner?.groupID == 8)
        #expect(changes.extendedAttributes == [])
        #expect(sampleNode("a").changes(settingOwners: false, isNew: false).owner == nil)
        #expect(sampleNode("a").changes(settingOwners: false, isNew: true).extendedAttributes == nil)
        #expect(sampleNode("a", .symlink).changes(settingOwners: true, isNew: true).permissions == nil)
    }

    @Test func `an item becomes a node with all that is recorded`() {
        var item = sampleItem("a", size: 3)
        item.attributes.permissions = 0o4755
        item.attributes.changed = Timestamp(seconds: 2_000)
        item.attributes.accessed = Timestamp(seconds: 3_000)
        let extended = ExtendedAttribute(name: bytes("user.x"), value: [1, 2])
        let node = Node(name: item.name, attributes: item.attributes, user: "u", group: "g", extended: [extended])
        #expect(node.name == bytes("a"))
        #expect(node.permissions == 0o4755)
        #expect(node.mtime == NodeTime(seconds: 1_000, nanoseconds: 5))
        #expect(node.ctime == NodeTime(seconds: 2_000))
        #expect(node.atime == node.mtime, "the time of access would change folders that nobody changed")
        #expect(node.size == 3)
        #expect(node.content == [])
        #expect(node.user == "u")
        #expect(node.group == "g")
        #expect(node.inode == 99)
        #expect(node.extended == [extended])
    }

    @Test(arguments: [(ItemKind.file, UInt64(1), UInt64(0)), (.file, 2, 5), (.folder, 2, 0), (.fifo, 2, 5)])
    func `the device is kept where names of one file have to be told apart`(
        kind: ItemKind, links: UInt64, device: UInt64
    ) {
        var item = sampleItem("a", kind)
        (item.attributes.linkCount, item.attributes.device) = (links, 5)
        let node = Node(name: item.name, attributes: item.attributes, user: "", group: "", extended: [])
        #expect(node.deviceID == device)
        #expect(node.links == links)
    }

    @Test func `no source can mark its items`() {
        let forged = ExtendedAttribute(name: bytes(UnreadMark.name), value: bytes("{}"))
        let foreign = ExtendedAttribute(name: [0xff], value: [])
        let node = Node(
            name: bytes("a"), attributes: sampleItem("a").attributes, user: "", group: "", extended: [forged, foreign])
        #expect(!node.isMarked)
        #expect(node.extended == [])
    }

    @Test func `extended attributes are told in the order of their names`() {
        var node = sampleNode("a")
        node.extendedAttributes = [.init(name: "user.b", value: [2]), .init(name: "user.a", value: [1])]
        #expect(node.extended.map(\.name) == [bytes("user.a"), bytes("user.b")])
    }

    @Test(arguments: [(["a", "b"], true), (["b", "a"], false), (["a", "a"], false), ([], true), (["a"], true)])
    func `a tree is sorted if its names ascend`(names: [String], isSorted: Bool) throws {
        var text = bytes("{\"nodes\":[")
        for (number, name) in names.enumerated() {
            if number > 0 { text += bytes(",") }
            text += bytes("{\"name\":\"\(name)\",\"type\":\"file\",\"mode\":0,\"content\":[]}")
        }
        #expect(try Tree(decoding: text + bytes("]}\n")).isSorted == isSorted)
    }
}

/// What a node says of an item that could not be read.
@Suite struct UnreadMarkTests {
    private let failure = ItemFailure(path: path("d/a"), code: "inputOutput", message: "a bad block")
    private let later = NodeTime(seconds: 500)
    private let before = NodeTime(seconds: 100)

    private func marked(kept: Bool = true, kind: UnreadKind? = .file) -> Node {
        var node = sampleNode("a", size: 3)
        node.setMark(UnreadMark(failure, kind: kind, since: later), lastReading: kept ? before : nil)
        return node
    }

    @Test func `an item that was read has no mark`() {
        let node = sampleNode("a")
        #expect(!node.isMarked)
        #expect(node.mark == nil)
        #expect(node.unreadItem(at: path("a")) == nil)
        #expect(node.lastReading == nil)
        #expect(!node.lacksAttributes)
    }

    @Test func `a mark says what, why and since when`() throws {
        let item = try #require(marked().unreadItem(at: path("d/a")))
        #expect(item.path == path("d/a"))
        #expect(item.kind == .file)
        #expect(item.code == "inputOutput")
        #expect(item.message == "a bad block")
        #expect(item.since == Timestamp(seconds: 500))
        #expect(item.keptFrom == Timestamp(seconds: 100))
    }

    @Test func `a second mark replaces the first`() {
        var node = marked()
        let other = ItemFailure(path: path("d/a"), code: "notFound", message: "gone")
        node.setMark(UnreadMark(other, kind: .file, since: later), lastReading: nil)
        #expect(node.extendedAttributes.count == 1)
        #expect(node.mark?.code == "notFound")
        #expect(node.lastReading == nil)
    }

    @Test func `a mark is no attribute of the item`() {
        #expect(marked().extended == [])
        #expect(marked().isMarked)
    }

    @Test func `a mark that makes no sense still counts as one`() throws {
        var node = sampleNode("a")
        node.extendedAttributes = [.init(name: "holdfast.unread", value: bytes("nonsense"))]
        let item = try #require(node.unreadItem(at: path("a")))
        #expect(item.code == "unknown")
        #expect(item.kind == .file, "the type of the node")
        #expect(item.since == Timestamp(seconds: 1_000, nanoseconds: 5), "the time of the node")
    }

    @Test func `the time of the first failure stays`() {
        let first = UnreadMark(failure, kind: .file, since: before)
        let second = UnreadMark(failure, kind: .file, since: later).following(first)
        #expect(second.since == before.description)
        #expect(UnreadMark(failure, kind: .file, since: later).following(nil).since == later.description)
    }

    @Test(arguments: [
        ("inputOutput", UnreadKind.file, "first"), ("notFound", .file, "second"), ("inputOutput", .folder, "second"),
    ])
    func `the message stays while the reason is the same`(code: String, kind: UnreadKind, message: String) {
        let first = UnreadMark(
            ItemFailure(path: .root, code: "inputOutput", message: "first"), kind: .file, since: before)
        let second = UnreadMark(ItemFailure(path: .root, code: code, message: "second"), kind: kind, since: later)
        #expect(second.following(first).message == message)
    }

    @Test func `a node that only names an item keeps nothing of it`() throws {
        let node = Node(naming: bytes("a"), mark: UnreadMark(failure, kind: nil, since: later), inode: 7)
        #expect(node.isNameOnly)
        #expect(node.type == .socket)
        #expect(node.inode == 7)
        let item = try #require(node.unreadItem(at: path("a")))
        #expect(item.kind == nil)
        #expect(item.keptFrom == nil)
        #expect(!marked().isNameOnly)
        #expect(!sampleNode("a", .socket).isNameOnly, "a socket that was read")
    }

    @Test func `a folder that could not be listed keeps what it had`() {
        var folder = sampleNode("d", .dir)
        #expect(!folder.isStaleFolder)
        folder.setMark(UnreadMark(failure, kind: .folder, since: later), lastReading: before)
        #expect(folder.isStaleFolder)
        var mark = UnreadMark(failure, kind: .folder, since: later)
        mark.lacksAttributes = true
        folder.setMark(mark, lastReading: before)
        #expect(!folder.isStaleFolder, "only its extended attributes are missing")
        #expect(folder.lacksAttributes)
        #expect(folder.changes(settingOwners: true, isNew: false).extendedAttributes == nil)
    }

    @Test(arguments: [
        (ItemKind.file, UnreadKind.file), (.folder, .folder), (.symbolicLink, .link), (.fifo, .other),
        (.socket, .other), (.blockDevice, .other), (.characterDevice, .other),
    ])
    func `people are told four kinds`(kind: ItemKind, unread: UnreadKind) {
        #expect(UnreadKind(kind) == unread)
    }
}

/// Names of objects, and errors on their way up.
@Suite struct ObjectNamesTests {
    private let hex = String(repeating: "ab", count: 32)

    @Test func `objects have the names of the format`() throws {
        let id = try #require(ObjectID(hex: hex))
        #expect(ObjectNames.name(.packs, id) == "data/ab/\(hex)")
        #expect(ObjectNames.pack(id) == "data/ab/\(hex)")
        #expect(ObjectNames.name(.index, id) == "index/\(hex)")
        #expect(ObjectNames.name(.snapshots, id) == "snapshots/\(hex)")
        #expect(ObjectNames.name(.keys, id) == "keys/\(hex)")
        #expect(ObjectNames.name(.locks, id) == "locks/\(hex)")
        #expect(ObjectNames.Kind.packs.prefix == "data/")
    }

    @Test func `the ID is the last part of a name`() {
        #expect(ObjectNames.id(of: "data/ab/\(hex)")?.hex == hex)
        #expect(ObjectNames.id(of: hex)?.hex == hex)
        for name in ["", "config", "index/", "index/\(hex)x", "index/\(hex.dropLast())", "index/\(hex.uppercased())"] {
            #expect(ObjectNames.id(of: name) == nil)
        }
    }

    @Test func `objects of foreign names are not listed`() async throws {
        let repository = try await makeRepository()
        let foreign = [
            "data/cd/\(hex)", "data/\(hex)", "data/ab/note", "index/\(hex).tmp", "index/sub/\(hex)",
        ]
        for name in foreign + ["data/ab/\(hex)"] { try await repository.store.write(name, [1]) }
        #expect(try await repository.list(.packs).map(\.name) == ["data/ab/\(hex)"])
        #expect(try await repository.list(.index) == [])
    }

    @Test func `a full store is told apart from a broken one`() {
        let full = RepositoryError(.init(.outOfSpace, name: "data/x", message: "full", isRetryable: true))
        #expect(full.code == .outOfSpace)
        #expect(full.isRetryable)
        #expect(full.message == "object 'data/x': full")
        let broken = RepositoryError(.init(.inputOutput, name: "data/x", message: "no"))
        #expect(broken.code == .storage)
        #expect(!broken.isRetryable)
    }

    @Test(arguments: [(RepositoryError.Code.damaged, true), (.locked, false), (.outOfSpace, false)])
    func `damage is what bytes cannot give`(code: RepositoryError.Code, isDamage: Bool) {
        #expect(RepositoryError(code, "x").isDamage == isDamage)
    }

    @Test(arguments: [(true, false), (false, true)]) func `a store that is away is no damage`(
        isRetryable: Bool, isDamage: Bool
    ) {
        #expect(RepositoryError(.storage, "x", isRetryable: isRetryable).isDamage == isDamage)
    }

    @Test func `people are not told where a repository is kept`() {
        let damaged = ItemFailure(path: path("a"), RepositoryError.damaged("data/x", "broken"))
        #expect(damaged.message == "what the backup has of it is damaged; run 'holdfast repository check'")
        #expect(damaged.code == "damaged")
        #expect(damaged.detail == "'data/x': broken")
        let other = ItemFailure(path: path("a"), RepositoryError(.storage, "no"))
        #expect(other.message == "the backup does not give it")
        #expect(other.description == "a: storage: the backup does not give it (no)")
    }
}
