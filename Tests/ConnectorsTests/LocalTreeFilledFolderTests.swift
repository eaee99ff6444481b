import Connectors
import FileTree
import Foundation
import Glibc
import Testing

/// A folder that is filled before it is seen keeps the promise that a file appears under
/// its name only whole.
@Suite struct LocalTreeFilledFolderTests {
    let scratch = Scratch()
    let left = ".holdfast-\(String(repeating: "0123456789abcdef", count: 2)).tmp"

    func tree() throws -> LocalTree { try LocalTree(path: scratch.path, access: .write) }

    private func write(
        _ text: String, to name: String, _ changes: AttributeChanges = AttributeChanges(), in folder: any WritableFolder
    ) throws {
        try unsafe Array(text.utf8).withUnsafeBytes { unsafe try folder.writeFile(Array(name.utf8), $0, changes) }
    }

    @Test func `nothing is seen before the folder has its name, and everything after`() throws {
        let tree = try tree()
        try scratch.folder("above")
        let folder = try tree.makeFilledFolder(TreePath(test: "above/new"))
        let modified = Timestamp(seconds: 1_234_567_890, nanoseconds: 987_654_321)
        let attribute = ExtendedAttribute(name: Array("user.note".utf8), value: [1, 2, 3])
        try write(
            "one", to: "first",
            AttributeChanges(permissions: 0o4450, modified: modified, extendedAttributes: [attribute]), in: folder)
        try write("", to: "second", AttributeChanges(permissions: 0o400), in: folder)
        let before = try tree.items(in: TreePath(test: "above"))
        #expect(before.items == [])
        #expect(before.hasLeftovers)
        try folder.commit()
        #expect(try scratch.names("above") == ["new"])
        #expect(try scratch.names("above/new") == ["first", "second"])
        #expect(try scratch.content("above/new/first") == "one")
        let first = try tree.attributes(of: TreePath(test: "above/new/first"))
        #expect(first.permissions == 0o4450)
        #expect(first.modified == modified)
        #expect(try tree.extendedAttributes(of: TreePath(test: "above/new/first")) == [attribute])
        #expect(try tree.attributes(of: TreePath(test: "above/new/second")).permissions == 0o400)
        #expect(try tree.attributes(of: TreePath(test: "above/new")).permissions == 0o700)
        #expect(try !tree.items(in: TreePath(test: "above")).hasLeftovers)
    }

    @Test func `a folder that somebody made meanwhile gets the files`() throws {
        let folder = try tree().makeFilledFolder(TreePath(test: "new"))
        try write("ours", to: "both", in: folder)
        try write("ours", to: "ours", in: folder)
        try scratch.file("new/both", "theirs")
        try scratch.file("new/theirs", "theirs")
        try folder.commit()
        #expect(try scratch.names() == ["new"])
        #expect(try scratch.names("new") == ["both", "ours", "theirs"])
        #expect(try scratch.content("new/both") == "ours")
    }

    @Test func `what is dropped, or cannot get its name, is gone`() throws {
        let tree = try tree()
        do {
            let folder = try tree.makeFilledFolder(TreePath(test: "dropped"))
            try write("content", to: "file", in: folder)
        }
        #expect(try scratch.names() == [])
        try scratch.file("taken", "stays")
        do {
            let folder = try tree.makeFilledFolder(TreePath(test: "taken"))
            try write("content", to: "file", in: folder)
            #expect(treeError { try folder.commit() } == .wrongKind)
        }
        #expect(try scratch.names() == ["taken"])
        #expect(try scratch.content("taken") == "stays")
    }

    @Test func `a folder does not appear in a place that was moved away`() throws {
        try scratch.folder("above")
        let folder = try tree().makeFilledFolder(TreePath(test: "above/new"))
        try write("content", to: "file", in: folder)
        try FileManager.default.moveItem(atPath: scratch("above"), toPath: scratch("elsewhere"))
        #expect(treeError { try folder.commit() } == .notFound)
        try scratch.folder("above")
        #expect(treeError { try folder.commit() } == .notFound)
        #expect(try scratch.names("above") == [])
    }

    @Test func `a refused name leaves the others alone`() throws {
        let folder = try tree().makeFilledFolder(TreePath(test: "new"))
        try write("content", to: "file", in: folder)
        #expect(treeError { try write("again", to: "file", in: folder) } == .alreadyExists)
        #expect(treeError { try write("", to: String(repeating: "x", count: 256), in: folder) } == .invalidName)
        #expect(treeError { try write("", to: left, in: folder) } == .invalidName)
        try folder.commit()
        #expect(try scratch.names("new") == ["file"])
        #expect(try scratch.content("new/file") == "content")
    }

    @Test
    func `what a killed restore left is hidden and removed, and a folder that holds folders is nobody's leftover`()
        throws
    {
        try scratch.file("killed/\(left)/half", "hal")
        try scratch.file("other/\(left)/folder/file")
        let tree = try tree()
        for place in ["killed", "other"] {
            let listing = try tree.items(in: TreePath(test: place))
            #expect(listing.items == [])
            #expect(listing.hasLeftovers)
            try tree.removeLeftovers(in: TreePath(test: place))
        }
        #expect(try scratch.names("killed") == [])
        #expect(try scratch.content("other/\(left)/folder/file") == "content")
        try scratch.file("again/\(left)/half", "hal")
        try tree.removeLeftovers()
        #expect(try scratch.names("again") == [])
        try scratch.file("gone/\(left)/half", "hal")
        try tree.remove(TreePath(test: "gone"))
        #expect(!scratch.exists("gone"))
    }
}
