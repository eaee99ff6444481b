import Connectors
import FileTree
import Foundation
import Glibc
import Testing

@Suite struct LocalTreeReadingTests {
    let scratch = Scratch()

    @Test func `a folder lists its entries in the order of their bytes`() throws {
        for name in [
            "b", "a", "B", "a.txt", "ab", "é", "a longer name than eight bytes 2", "a longer name than eight bytes 1",
            ".hidden",
        ] {
            try scratch.file(name)
        }
        let listing = try LocalTree(path: scratch.path).items(in: .root)
        #expect(listing.failures.isEmpty)
        #expect(
            listing.items.map { String(decoding: $0.name, as: UTF8.self) } == [
                ".hidden", "B", "a", "a longer name than eight bytes 1", "a longer name than eight bytes 2", "a.txt",
                "ab", "b", "é",
            ])
    }

    @Test func `a folder larger than one call can answer is listed whole`() throws {
        let names = (0..<5000).map { String(format: "file number %05d with a name of some length", $0) }
        for name in names { unsafe close(creat(scratch(name), 0o600)) }
        let items = try LocalTree(path: scratch.path).items(in: .root).items
        #expect(items.map { String(decoding: $0.name, as: UTF8.self) } == names)
    }

    @Test func `attributes are those of the file system`() throws {
        try scratch.file("file", "12345")
        unsafe chmod(scratch("file"), 0o4640)
        let times = [timespec(tv_sec: 1_000_000_001, tv_nsec: 5), timespec(tv_sec: -1, tv_nsec: 999_999_999)]
        unsafe utimensat(AT_FDCWD, scratch("file"), times, 0)
        unsafe link(scratch("file"), scratch("second"))
        let attributes = try LocalTree(path: scratch.path).attributes(of: TreePath(test: "file"))
        let status = try scratch.status("file")
        #expect(attributes.kind == .file)
        #expect(attributes.permissions == 0o4640)
        #expect(attributes.size == 5)
        #expect(attributes.accessed == Timestamp(seconds: 1_000_000_001, nanoseconds: 5))
        #expect(attributes.modified == Timestamp(seconds: -1, nanoseconds: 999_999_999))
        #expect(attributes.linkCount == 2)
        #expect(attributes.inode == UInt64(status.st_ino))
        #expect(attributes.userID == status.st_uid)
    }

    @Test func `every kind of item is told apart, and only files open`() throws {
        try scratch.folder("folder")
        try scratch.link("link", to: "anywhere at all")
        unsafe mkfifo(scratch("pipe"), 0o600)
        let tree = try LocalTree(path: scratch.path)
        #expect(try tree.items(in: .root).items.map(\.attributes.kind) == [.folder, .symbolicLink, .fifo])
        #expect(try tree.linkTarget(of: TreePath(test: "link")) == Array("anywhere at all".utf8))
        for name in ["folder", "link", "pipe"] {
            #expect(treeError { try tree.open(TreePath(test: name)) } == .wrongKind)
        }
        #expect(treeError { try tree.linkTarget(of: TreePath(test: "folder")) } == .wrongKind)
        #expect(treeError { try tree.open(TreePath(test: "missing")) } == .notFound)
        #expect(treeError { try tree.items(in: TreePath(test: "link")) } != nil)
    }

    @Test func `a long link target comes back whole`() throws {
        let target = String(repeating: "long/", count: 700)
        try scratch.link("link", to: target)
        #expect(try LocalTree(path: scratch.path).linkTarget(of: TreePath(test: "link")) == Array(target.utf8))
    }

    @Test func `a file is read from any offset up to its end`() throws {
        try scratch.file("file", "0123456789")
        let file = try LocalTree(path: scratch.path).open(TreePath(test: "file"))
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 3) } == 4)
        #expect(buffer == Array("3456".utf8))
        #expect(try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 8) } == 2)
        #expect(try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 10) } == 0)
        #expect(try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: .max) } == 0)
    }

    @Test func `links that lead out are not followed, in any place of a path`() throws {
        try scratch.file("outside/secret", "secret")
        try scratch.file("tree/inside", "inside")
        try scratch.link("tree/absolute", to: scratch("outside"))
        try scratch.link("tree/upwards", to: "../outside")
        try scratch.link("tree/within", to: ".")
        let tree = try LocalTree(path: scratch("tree"))
        for way in ["absolute", "upwards", "within"] {
            #expect(treeError { try tree.open(TreePath(test: "\(way)/secret")) } == .escapes)
            #expect(treeError { try tree.attributes(of: TreePath(test: "\(way)/secret")) } == .escapes)
            #expect(treeError { try tree.subtree(TreePath(test: way), access: .read) } != nil)
        }
        #expect(TreePath("../outside/secret") == nil)
    }

    @Test func `a folder that is swapped for a link while it is read never leads out`() throws {
        try scratch.file("outside/file", "secret")
        try scratch.file("tree/folder/file", "inside")
        try scratch.link("tree/link", to: scratch("outside"))
        let tree = try LocalTree(path: scratch("tree"))
        for round in 0..<200 {
            if round % 2 == 0 {
                unsafe rename(scratch("tree/folder"), scratch("tree/kept"))
                unsafe rename(scratch("tree/link"), scratch("tree/folder"))
                #expect(treeError { try tree.open(TreePath(test: "folder/file")) } == .escapes)
            } else {
                unsafe rename(scratch("tree/folder"), scratch("tree/link"))
                unsafe rename(scratch("tree/kept"), scratch("tree/folder"))
                #expect(try tree.content("folder/file") == "inside")
            }
        }
    }

    @Test func `names of any bytes are read and written`() throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        var names = [[0xFF, 0xFE], Array(repeating: 0x78, count: 255), Array("…🎉".utf8), [0x0A], [0x5C, 0x22]].map {
            $0 as [UInt8]
        }
        for name in names { try tree.makeFile(TreePath.root.appending(name), size: 0).commit(AttributeChanges()) }
        names.sort { $0.lexicographicallyPrecedes($1) }
        #expect(try tree.items(in: .root).items.map(\.name) == names)
        let tooLong = TreePath.root.appending(Array(repeating: UInt8(0x78), count: 256))
        #expect(treeError { try tree.makeFile(tooLong, size: 0) } == .invalidName)
        #expect(treeError { try tree.makeFolder(tooLong, permissions: 0o755) } == .invalidName)
    }

    @Test func `a tree whose root is gone says so instead of looking empty`() throws {
        try scratch.file("tree/file")
        let tree = try LocalTree(path: scratch("tree"))
        unsafe rename(scratch("tree"), scratch("elsewhere"))
        #expect(treeError { try tree.items(in: .root) } == .treeUnavailable)
        #expect(treeError { try tree.attributes(of: TreePath(test: "missing")) } == .treeUnavailable)
        try scratch.folder("tree")
        #expect(treeError { try tree.items(in: .root) } == .treeUnavailable)
    }

    @Test func `opening what is no folder says why`() throws {
        try scratch.file("file")
        #expect(treeError { try LocalTree(path: scratch("missing")) } == .notFound)
        #expect(treeError { try LocalTree(path: scratch("file")) } == .wrongKind)
    }

    @Test func `owners have names`() throws {
        let tree = try LocalTree(path: scratch.path)
        #expect(tree.ownerNames(userID: 0, groupID: 0) == ("root", "root"))
        #expect(tree.ownerNames(userID: 4_000_000_000, groupID: 4_000_000_000) == ("", ""))
    }

    @Test func `what may not be read is an error with advice`() throws {
        try scratch.file("closed", "secret")
        unsafe chmod(scratch("closed"), 0)
        try withoutPrivileges(owning: scratch) {
            let tree = try LocalTree(path: scratch.path)
            #expect(treeError { try tree.open(TreePath(test: "closed")) } == .permissionDenied)
        }
    }
}
