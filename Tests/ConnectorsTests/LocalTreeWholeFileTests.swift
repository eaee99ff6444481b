import Connectors
import FileTree
import Foundation
import Glibc
import Testing

/// `writeFile` keeps the promises of `makeFile`, `write` and `commit`.
@Suite struct LocalTreeWholeFileTests {
    let scratch = Scratch()

    func tree() throws -> LocalTree { try LocalTree(path: scratch.path, access: .write) }

    private func write(
        _ content: [UInt8], to path: String, _ changes: AttributeChanges = AttributeChanges(), in tree: LocalTree
    ) throws {
        try unsafe content.withUnsafeBytes { unsafe try tree.writeFile(TreePath(test: path), $0, changes) }
    }

    @Test func `content and attributes are as given, and nothing else is left`() throws {
        try scratch.file("file", "what stood there before")
        let modified = Timestamp(seconds: 1_234_567_890, nanoseconds: 987_654_321)
        let attribute = ExtendedAttribute(name: Array("user.note".utf8), value: [1, 2, 3])
        let tree = try tree()
        try write(
            Array("new".utf8), to: "file",
            AttributeChanges(permissions: 0o4450, modified: modified, extendedAttributes: [attribute]), in: tree)
        #expect(try scratch.names() == ["file"])
        #expect(try scratch.content("file") == "new")
        let attributes = try tree.attributes(of: TreePath(test: "file"))
        #expect(attributes.permissions == 0o4450)
        #expect(attributes.modified == modified)
        #expect(try tree.extendedAttributes(of: TreePath(test: "file")) == [attribute])
        #expect(try tree.open(TreePath(test: "file")).extendedAttributes() == [attribute])
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func `zeros at the end count`(zeros: Int) throws {
        let content = Array("start".utf8) + [UInt8](repeating: 0, count: zeros)
        try write(content, to: "file", in: try tree())
        #expect(try Data(contentsOf: URL(filePath: scratch("file"))) == Data(content))
    }

    @Test func `a file of nothing but zeros takes no space`() throws {
        try write([UInt8](repeating: 0, count: 1 << 20), to: "file", in: try tree())
        let status = try scratch.status("file")
        #expect(status.st_size == 1 << 20)
        #expect(status.st_blocks * 512 < 1 << 16)
    }

    @Test func `an empty folder at the name gives way, a full one does not`() throws {
        try scratch.folder("empty")
        try scratch.file("full/file", "stays")
        let tree = try tree()
        try write([1], to: "empty", in: tree)
        #expect(try scratch.status("empty").st_mode & S_IFMT == S_IFREG)
        #expect(treeError { try write([1], to: "full", in: tree) } == .notEmpty)
        #expect(try scratch.names() == ["empty", "full"])
        #expect(try scratch.names("full") == ["file"])
    }

    @Test func `a link at the name is replaced and one on the way is not followed`() throws {
        try scratch.file("outside/file", "untouched")
        try scratch.folder("tree")
        try scratch.link("tree/name", to: "../outside/file")
        try scratch.link("tree/way", to: "../outside")
        let tree = try LocalTree(path: scratch("tree"), access: .write)
        try write(Array("new".utf8), to: "name", in: tree)
        #expect(try scratch.content("tree/name") == "new")
        let code = treeError { try write([1], to: "way/file", in: tree) }
        #expect(code == .escapes || code == .wrongKind)
        #expect(try scratch.content("outside/file") == "untouched")
        #expect(try scratch.names("outside") == ["file"])
    }

    @Test func `a reserved, an overlong and a missing place are refused`() throws {
        let tree = try tree()
        #expect(
            treeError { try write([1], to: ".holdfast-00000000000000000000000000000000.tmp", in: tree) } == .invalidName
        )
        #expect(treeError { try write([1], to: String(repeating: "x", count: 256), in: tree) } == .invalidName)
        #expect(treeError { try write([1], to: "nowhere/file", in: tree) } == .notFound)
        #expect(try scratch.names() == [])
    }
}
