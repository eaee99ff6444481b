import Connectors
import FileTree
import Glibc
import Testing

/// Files of a folder that are changed where they stand.
@Suite struct LocalTreePatchTests {
    let scratch = Scratch()

    func tree() throws -> LocalTree { try LocalTree(path: scratch.path, access: .write) }

    private func write(_ text: String, _ file: any PatchableFile, at offset: UInt64) throws {
        let bytes = Array(text.utf8)
        let result = unsafe bytes.withUnsafeBytes { part in
            Result { unsafe try file.write(part, at: offset) }
        }
        try result.get()
    }

    @Test func `a file keeps its identity and what is not written`() throws {
        try scratch.file("file", "old content")
        let before = try scratch.status("file")
        let file = try #require(try tree().openForPatching(TreePath(test: "file")))
        try write("new", file, at: 0)
        try write("!", file, at: 14)
        try file.resize(to: 16)
        try file.setAttributes(AttributeChanges(permissions: 0o640, modified: Timestamp(seconds: 5)))
        try file.synchronize()
        #expect(try scratch.content("file") == "new content\0\0\0!\0")
        let after = try scratch.status("file")
        #expect(after.st_ino == before.st_ino)
        #expect(after.st_mode & 0o7777 == 0o640)
        #expect(after.st_mtim.tv_sec == 5)
        #expect(try file.attributes().size == 16)
        try file.resize(to: 3)
        #expect(try scratch.content("file") == "new")
        #expect(try scratch.names() == ["file"])
    }

    @Test func `only regular files are opened, and no link is followed`() throws {
        try scratch.file("outside", "untouched")
        try scratch.folder("tree")
        try scratch.link("tree/link", to: "../outside")
        try scratch.folder("tree/folder")
        let made = unsafe mkfifo(scratch("tree/pipe"), 0o600)
        #expect(made == 0)
        let tree = try LocalTree(path: scratch("tree"), access: .write)
        for name in ["link", "folder", "pipe"] {
            #expect(try tree.openForPatching(TreePath(test: name)) == nil, "\(name)")
        }
        #expect(treeError { try tree.openForPatching(TreePath(test: "none")) } == .notFound)
        #expect(treeError { try tree.openForPatching(TreePath(test: "link/x")) } != nil)
        #expect(try scratch.content("outside") == "untouched")
    }
}
