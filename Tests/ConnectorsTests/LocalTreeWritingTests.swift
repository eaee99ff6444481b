import Connectors
import FileTree
import Foundation
import Glibc
import Testing

@Suite struct LocalTreeWritingTests {
    let scratch = Scratch()

    func tree() throws -> LocalTree { try LocalTree(path: scratch.path, access: .write) }

    @Test func `a file appears whole and only with commit`() throws {
        try scratch.file("file", "old")
        let tree = try tree()
        let file = try tree.makeFile(TreePath(test: "file"), size: 8)
        try file.write("new", at: 0)
        #expect(try scratch.content("file") == "old")
        #expect(try tree.items(in: .root).items.map(\.name) == [Array("file".utf8)])
        let modified = Timestamp(seconds: 1_234_567_890, nanoseconds: 987_654_321)
        try file.commit(AttributeChanges(permissions: 0o4751, modified: modified))
        #expect(try scratch.names() == ["file"])
        let attributes = try tree.attributes(of: TreePath(test: "file"))
        #expect(attributes.permissions == 0o4751)
        #expect(attributes.modified == modified)
        #expect(attributes.accessed == modified)
        #expect(try scratch.content("file") == "new\0\0\0\0\0")
    }

    @Test func `a file that is dropped or discarded leaves nothing`() throws {
        let tree = try tree()
        do {
            let dropped = try tree.makeFile(TreePath(test: "a"), size: 3)
            try dropped.write("abc")
            #expect(try scratch.names().count == 1)
        }
        let discarded = try tree.makeFile(TreePath(test: "b"), size: 3)
        discarded.discard()
        discarded.discard()
        #expect(try scratch.names() == [])
    }

    /// Whether it can share depends on the file system of the machine that runs the
    /// tests; both are right.
    @Test(arguments: [UInt64(3), 11, 20]) func `a copy begins with the content, or there is none and nothing is left`(
        size: UInt64
    ) throws {
        try scratch.file("file", "old content")
        let tree = try tree()
        let path = TreePath(test: "file")
        guard let copy = try tree.makeCopy(of: path, size: size) else {
            #expect(try scratch.names() == ["file"])
            return
        }
        try copy.write("\0l", at: 0)
        #expect(try scratch.content("file") == "old content")
        try copy.commit(AttributeChanges())
        #expect(try scratch.names() == ["file"])
        let whole = "\0ld content" + String(repeating: "\0", count: 9)
        #expect(try scratch.content("file") == whole.prefix(Int(size)))
    }

    @Test func `a link is never copied through`() throws {
        try scratch.file("outside", "secret")
        try scratch.folder("tree")
        try scratch.link("tree/link", to: "../outside")
        let tree = try LocalTree(path: scratch("tree"), access: .write)
        #expect(throws: TreeError.self) { try tree.makeCopy(of: TreePath(test: "link"), size: 6) }
        #expect(try scratch.names("tree") == ["link"])
    }

    @Test func `a link at the name is replaced and never written through`() throws {
        try scratch.file("outside", "untouched")
        try scratch.folder("tree")
        try scratch.link("tree/link", to: "../outside")
        let tree = try LocalTree(path: scratch("tree"), access: .write)
        try tree.setAttributes(
            of: TreePath(test: "link"), AttributeChanges(permissions: 0o777, modified: Timestamp(seconds: 5)))
        #expect(try scratch.status("outside").st_mtim.tv_sec != 5)
        #expect(try scratch.status("outside").st_mode & 0o777 != 0o777)
        #expect(try scratch.status("tree/link").st_mtim.tv_sec == 5)
        let file = try tree.makeFile(TreePath(test: "link"), size: 3)
        try file.write("new")
        try file.commit(AttributeChanges())
        #expect(try scratch.content("outside") == "untouched")
        #expect(try scratch.content("tree/link") == "new")
    }

    @Test func `no change goes through a link to a folder`() throws {
        try scratch.file("outside/file", "untouched")
        try scratch.file("tree/mine", "mine")
        try scratch.link("tree/way", to: scratch("outside"))
        let tree = try LocalTree(path: scratch("tree"), access: .write)
        let inside = TreePath(test: "way/file")
        let mine = TreePath(test: "mine")
        #expect(
            treeError { try tree.makeFile(inside, size: 0) } == .escapes
                || treeError { try tree.makeFile(inside, size: 0) } == .wrongKind)
        for attempt: () throws -> Void in [
            { try tree.makeFolder(TreePath(test: "way/new"), permissions: 0o755) },
            { try tree.makeSymbolicLink(inside, target: [0x78]) },
            { try tree.makeHardLink(inside, to: mine) },
            { try tree.makeHardLink(TreePath(test: "stolen"), to: inside) },
            { try tree.move(mine, to: inside) },
            { try tree.move(inside, to: TreePath(test: "stolen")) },
            { try tree.remove(inside) },
            { try tree.setAttributes(of: inside, AttributeChanges(permissions: 0o777)) },
            {
                try tree.makeSpecial(
                    inside, attributes: ItemAttributes(kind: .fifo, permissions: 0o600, modified: Timestamp(seconds: 0))
                )
            },
        ] {
            let code = treeError(attempt)
            #expect(code == .escapes || code == .wrongKind)
        }
        #expect(try scratch.names("outside") == ["file"])
        #expect(try scratch.content("outside/file") == "untouched")
        #expect(try scratch.names("tree") == ["mine", "way"])
    }

    @Test func `a folder that is moved away during a write takes nothing out of the tree`() throws {
        try scratch.folder("tree/folder")
        let tree = try LocalTree(path: scratch("tree"), access: .write)
        let file = try tree.makeFile(TreePath(test: "folder/file"), size: 1)
        unsafe rename(scratch("tree/folder"), scratch("moved"))
        try scratch.folder("tree/folder")
        #expect(treeError { try file.commit(AttributeChanges()) } == .notFound)
        file.discard()
        #expect(try scratch.names("moved") == [])
        #expect(try scratch.names("tree/folder") == [])
    }

    @Test func `a sparse file stays sparse`() throws {
        let tree = try tree()
        let size = 8 << 20
        let file = try tree.makeFile(TreePath(test: "sparse"), size: UInt64(size))
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        try unsafe zeros.withUnsafeBytes { unsafe try file.write($0, at: 0) }
        try file.write("end", at: UInt64(size - 3))
        try file.commit(AttributeChanges())
        let status = try scratch.status("sparse")
        #expect(status.st_size == size)
        #expect(status.st_blocks * 512 < 1 << 20)
        #expect(try scratch.content("sparse").utf8.suffix(4).elementsEqual([0, 0x65, 0x6E, 0x64]))
    }

    @Test func `pieces of zeros between data keep their places`() throws {
        var random = SystemRandomNumberGenerator()
        var content = [UInt8](repeating: 0, count: 1_000_003)
        for start in [0, 65_536 * 3, 65_536 * 7 + 5, 999_999] {
            for index in start..<min(start + 70_000, content.count) {
                content[index] = UInt8.random(in: 1...255, using: &random)
            }
        }
        let file = try tree().makeFile(TreePath(test: "file"), size: UInt64(content.count))
        try unsafe content.withUnsafeBytes { unsafe try file.write($0, at: 0) }
        try file.commit(AttributeChanges())
        #expect(try Data(contentsOf: URL(filePath: scratch("file"))) == Data(content))
    }

    @Test func `an empty folder at the name gives way to a file, a full one does not`() throws {
        try scratch.folder("empty")
        try scratch.file("full/file")
        let tree = try tree()
        try tree.makeFile(TreePath(test: "empty"), size: 0).commit(AttributeChanges())
        #expect(try tree.attributes(of: TreePath(test: "empty")).kind == .file)
        #expect(
            treeError { try tree.makeFile(TreePath(test: "full"), size: 0).commit(AttributeChanges()) } == .notEmpty)
        #expect(try scratch.names() == ["empty", "full"])
    }

    @Test func `links, hard links and pipes replace what stood there`() throws {
        let tree = try tree()
        for name in ["link", "hard", "pipe"] { try scratch.file(name, "old") }
        try scratch.file("file", "shared")
        try tree.makeSymbolicLink(TreePath(test: "link"), target: [0xFF, 0x2F])
        #expect(try tree.linkTarget(of: TreePath(test: "link")) == [0xFF, 0x2F])
        for _ in 0..<2 { try tree.makeHardLink(TreePath(test: "hard"), to: TreePath(test: "file")) }
        #expect(try scratch.status("hard").st_ino == scratch.status("file").st_ino)
        try tree.makeSpecial(
            TreePath(test: "pipe"),
            attributes: ItemAttributes(kind: .fifo, permissions: 0o642, modified: Timestamp(seconds: 0)))
        #expect(try scratch.status("pipe").st_mode == S_IFIFO | 0o642)
        #expect(try scratch.names() == ["file", "hard", "link", "pipe"])
        #expect(treeError { try tree.makeSymbolicLink(TreePath(test: "x"), target: []) } == .invalidName)
        #expect(treeError { try tree.makeHardLink(TreePath(test: "x"), to: TreePath(test: "missing")) } == .notFound)
    }

    @Test func `folders, moves and removals`() throws {
        let tree = try tree()
        try tree.makeFolder(TreePath(test: "folder"), permissions: 0o1777)
        #expect(try scratch.status("folder").st_mode == S_IFDIR | 0o1777)
        #expect(treeError { try tree.makeFolder(TreePath(test: "folder"), permissions: 0o755) } == .alreadyExists)
        #expect(treeError { try tree.makeFolder(TreePath(test: "no/folder"), permissions: 0o755) } == .notFound)
        try scratch.file("folder/a", "a")
        try scratch.file("b", "b")
        #expect(treeError { try tree.remove(TreePath(test: "folder")) } == .notEmpty)
        try tree.move(TreePath(test: "folder/a"), to: TreePath(test: "b"))
        #expect(try scratch.content("b") == "a")
        try tree.remove(TreePath(test: "folder"))
        try tree.remove(TreePath(test: "folder"))
        try tree.remove(TreePath(test: "b"))
        #expect(try scratch.names() == [])
        try tree.synchronize()
    }

    @Test func `extended attributes are replaced as a set`() throws {
        let tree = try tree()
        try scratch.file("file")
        let path = TreePath(test: "file")
        let first = [
            ExtendedAttribute(name: Array("user.a".utf8), value: [1]),
            ExtendedAttribute(name: Array("user.b".utf8), value: []),
        ]
        try tree.setAttributes(of: path, AttributeChanges(extendedAttributes: first))
        #expect(try tree.extendedAttributes(of: path) == first)
        let second = [
            ExtendedAttribute(name: Array("user.a".utf8), value: Array(repeating: 7, count: 900)),
            ExtendedAttribute(name: Array("user.c".utf8), value: [0, 255]),
        ]
        try tree.setAttributes(of: path, AttributeChanges(extendedAttributes: second))
        #expect(try tree.extendedAttributes(of: path) == second)
        try tree.makeFolder(TreePath(test: "folder"), permissions: 0o755)
        try tree.setAttributes(of: TreePath(test: "folder"), AttributeChanges(extendedAttributes: first))
        #expect(try tree.extendedAttributes(of: TreePath(test: "folder")) == first)
        let file = try tree.makeFile(TreePath(test: "new"), size: 0)
        try file.commit(AttributeChanges(permissions: 0o444, extendedAttributes: second))
        #expect(try tree.extendedAttributes(of: TreePath(test: "new")) == second)
    }

    @Test func `an attribute of a namespace that refuses is skipped`() throws {
        try scratch.file("file")
        let tree = try tree()
        let names = ["nonsense.x", "system.x", "user.y"]
        let wanted = names.map { ExtendedAttribute(name: Array($0.utf8), value: [1]) }
        try tree.setAttributes(of: TreePath(test: "file"), AttributeChanges(extendedAttributes: wanted))
        #expect(try tree.extendedAttributes(of: TreePath(test: "file")) == [wanted[2]])
    }
}
