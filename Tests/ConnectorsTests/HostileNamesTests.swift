import Connectors
import FileTree
import Foundation
import Glibc
import Testing

/// Names and links that a person may have made to lead a backup or a restore astray.
@Suite struct HostileNamesTests {
    let scratch = Scratch()

    private func path(_ name: [UInt8]) throws -> TreePath { TreePath.root.appending(name) }

    @Test(arguments: [
        Array("line\nbreak".utf8), Array("\u{1b}[2J".utf8), Array("...".utf8), Array("-rf".utf8), Array("*".utf8),
        Array("'; rm \"$HOME\"".utf8), Array(" ".utf8), Array("\\..\\..".utf8), Array("%2e%2e%2f".utf8), [0xff, 0xfe],
        [0xc0, 0xaf], Array("\u{202e}txt.exe".utf8), Array("CON".utf8), [UInt8](repeating: 0x61, count: 255),
    ])
    func `any bytes but slash and NUL are a name`(name: [UInt8]) throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        let file = try tree.makeFile(try path(name), size: 1)
        try file.write("x")
        try file.commit(AttributeChanges())
        #expect(try tree.items(in: .root).items.map(\.name) == [name])
        #expect(try tree.attributes(of: try path(name)).size == 1)
        try tree.remove(try path(name))
        #expect(try scratch.names() == [])
    }

    @Test func `a name beyond 255 bytes is refused before anything is made`() throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        let name = try path([UInt8](repeating: 0x61, count: 256))
        #expect(treeError { try tree.makeFile(name, size: 0) } == .invalidName)
        #expect(treeError { try tree.makeFolder(name, permissions: 0o755) } == .invalidName)
        #expect(treeError { try tree.makeSymbolicLink(name, target: [0x61]) } == .invalidName)
        #expect(treeError { try tree.makeFilledFolder(name) } == .invalidName)
        #expect(tree.refusal(ofName: name)?.message.hasPrefix("the name has 256 bytes") == true)
        #expect(try scratch.names() == [])
    }

    @Test func `the reserved form is refused as a target of every change`() throws {
        try scratch.file("a")
        let tree = try LocalTree(path: scratch.path, access: .write)
        let (present, reserved) = (
            TreePath(test: "a"), TreePath(test: ".holdfast-0123456789abcdef0123456789abcdef.tmp")
        )
        #expect(treeError { try tree.move(present, to: reserved) } == .invalidName)
        #expect(treeError { try tree.move(reserved, to: present) } == .invalidName)
        #expect(treeError { try tree.makeHardLink(reserved, to: present) } == .invalidName)
        #expect(treeError { try tree.makeCopy(of: reserved, size: 1) } == .invalidName)
        #expect(try scratch.names() == ["a"])
    }

    @Test func `the root is neither made, nor moved, nor removed`() throws {
        try scratch.file("a")
        let tree = try LocalTree(path: scratch.path, access: .write)
        #expect(treeError { try tree.makeFolder(.root, permissions: 0o755) } == .wrongKind)
        #expect(treeError { try tree.move(.root, to: TreePath(test: "b")) } == .wrongKind)
        #expect(treeError { try tree.move(TreePath(test: "a"), to: .root) } == .wrongKind)
        #expect(treeError { try tree.remove(.root) } == .wrongKind)
        #expect(try scratch.names() == ["a"])
    }

    // MARK: Links

    @Test(arguments: [[], [0x61, 0, 0x62]] as [[UInt8]])
    func `a link without a target that the system takes is refused`(target: [UInt8]) throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        #expect(treeError { try tree.makeSymbolicLink(TreePath(test: "link"), target: target) } == .invalidName)
        #expect(try scratch.names() == [])
    }

    @Test(arguments: ["/etc/passwd", "../../..", "self", "\n", "/proc/self/root"])
    func `a link of any target is made and read, and never followed`(target: String) throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        let link = TreePath(test: "self")
        try tree.makeSymbolicLink(link, target: Array(target.utf8))
        #expect(try tree.linkTarget(of: link) == Array(target.utf8))
        #expect(try tree.attributes(of: link).kind == .symbolicLink)
        #expect(treeError { try tree.open(link) } == .wrongKind)
        #expect(treeError { try tree.attributes(of: link.appending(Array("etc".utf8))) } == .escapes)
        #expect(treeError { try tree.makeFile(link.appending(Array("new".utf8)), size: 0) } != nil)
    }

    @Test func `a second name of a link is another link, not its target`() throws {
        try scratch.file("outside", "secret")
        try scratch.link("link", to: "outside")
        let tree = try LocalTree(path: scratch.path, access: .write)
        try tree.makeHardLink(TreePath(test: "twin"), to: TreePath(test: "link"))
        #expect(try tree.linkTarget(of: TreePath(test: "twin")) == Array("outside".utf8))
        #expect(try tree.attributes(of: TreePath(test: "link")).linkCount == 2)
        #expect(try tree.attributes(of: TreePath(test: "outside")).linkCount == 1)
    }

    @Test func `a second name of what is missing or a folder is refused`() throws {
        try scratch.folder("folder")
        let tree = try LocalTree(path: scratch.path, access: .write)
        #expect(treeError { try tree.makeHardLink(TreePath(test: "a"), to: TreePath(test: "missing")) } == .notFound)
        #expect(treeError { try tree.makeHardLink(TreePath(test: "a"), to: TreePath(test: "folder")) } == .wrongKind)
        #expect(try scratch.names() == ["folder"])
    }

    @Test func `a second name over the first one leaves one name and no leftover`() throws {
        try scratch.file("a", "content")
        unsafe link(scratch("a"), scratch("b"))
        let tree = try LocalTree(path: scratch.path, access: .write)
        try tree.makeHardLink(TreePath(test: "b"), to: TreePath(test: "a"))
        #expect(try scratch.names() == ["a", "b"])
        #expect(try tree.attributes(of: TreePath(test: "a")).linkCount == 2)
    }

    @Test func `a link in place of the directory file is not followed`() throws {
        try scratch.file("elsewhere.json", #"{"users": [{"userPrincipalName": "planted@x.example"}]}"#)
        try scratch.folder("tenant/drives")
        try scratch.link("tenant/directory.json", to: "../elsewhere.json")
        let error = tenantError {
            try FolderTenant(
                folder: scratch("tenant"), id: "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304", logger: quiet)
        }
        #expect(error?.code == .invalidDirectory)
    }

    // MARK: Modes

    @Test(arguments: [0, 0o400, 0o640, 0o755, 0o777, 0o1777, 0o2750, 0o4711, 0o7777] as [UInt16])
    func `a file gets exactly the mode that is asked for`(mode: UInt16) throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        let path = TreePath(test: "file")
        try unsafe Array("x".utf8).withUnsafeBytes {
            unsafe try tree.writeFile(path, $0, AttributeChanges(permissions: mode))
        }
        #expect(try tree.attributes(of: path).permissions == mode)
    }

    @Test(arguments: [0, 0o500, 0o755, 0o777, 0o1777, 0o2755] as [UInt16])
    func `a folder gets exactly the mode that is asked for, and can be filled`(mode: UInt16) throws {
        try withoutPrivileges(owning: scratch) {
            let tree = try LocalTree(path: scratch.path, access: .write)
            try tree.makeFolder(TreePath(test: "folder"), permissions: mode)
            try unsafe Array("x".utf8).withUnsafeBytes {
                unsafe try tree.writeFile(TreePath(test: "folder/file"), $0, AttributeChanges(permissions: 0o600))
            }
            #expect(try tree.attributes(of: TreePath(test: "folder")).permissions == mode)
            #expect(try tree.attributes(of: TreePath(test: "folder/file")).size == 1)
        }
    }

    @Test func `bits beyond the mode are not passed on`() throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        try tree.makeFolder(TreePath(test: "folder"), permissions: 0o170_755)
        #expect(try tree.attributes(of: TreePath(test: "folder")).permissions == 0o755)
    }

    @Test(arguments: [ItemKind.fifo, .socket])
    func `a pipe or socket is made with its mode, and is never opened`(kind: ItemKind) throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        var attributes = try tree.attributes(of: .root)
        (attributes.kind, attributes.permissions) = (kind, 0o622)
        try tree.makeSpecial(TreePath(test: "special"), attributes: attributes)
        let made = try tree.attributes(of: TreePath(test: "special"))
        #expect(made.kind == kind)
        #expect(made.permissions == 0o622)
        #expect(treeError { try tree.open(TreePath(test: "special")) } == .wrongKind)
    }

    @Test(arguments: [ItemKind.file, .folder, .symbolicLink])
    func `what has a call of its own is no special file`(kind: ItemKind) throws {
        let tree = try LocalTree(path: scratch.path, access: .write)
        var attributes = try tree.attributes(of: .root)
        attributes.kind = kind
        #expect(treeError { try tree.makeSpecial(TreePath(test: "special"), attributes: attributes) } == .wrongKind)
        #expect(try scratch.names() == [])
    }

    // MARK: Moves

    @Test func `a move onto a folder, or of what is missing, changes nothing`() throws {
        try scratch.file("a")
        try scratch.folder("folder")
        let tree = try LocalTree(path: scratch.path, access: .write)
        #expect(treeError { try tree.move(TreePath(test: "a"), to: TreePath(test: "folder")) } == .wrongKind)
        #expect(treeError { try tree.move(TreePath(test: "missing"), to: TreePath(test: "b")) } == .notFound)
        #expect(treeError { try tree.move(TreePath(test: "a"), to: TreePath(test: "missing/b")) } == .notFound)
        #expect(try scratch.names() == ["a", "folder"])
    }

    @Test func `removing what is not there is no failure, and a folder with content stays`() throws {
        try scratch.file("folder/file")
        let tree = try LocalTree(path: scratch.path, access: .write)
        try tree.remove(TreePath(test: "missing"))
        try tree.remove(TreePath(test: "missing/deeper"))
        #expect(treeError { try tree.remove(TreePath(test: "folder")) } == .notEmpty)
        #expect(scratch.exists("folder/file"))
    }
}
