import Connectors
import FileTree
import Foundation
import Glibc
import Testing

@Suite struct LocalTreePermissionTests {
    let scratch = Scratch()

    @Test func `a restore works in folders that their owner may not enter, and puts the modes back`() throws {
        try scratch.file("outer/inner/old", "old")
        unsafe chmod(scratch("outer/inner"), 0o500)
        unsafe chmod(scratch("outer"), 0o000)
        try withoutPrivileges(owning: scratch) {
            let tree = try LocalTree(path: scratch.path, access: .write)
            let file = try tree.makeFile(TreePath(test: "outer/inner/new"), size: 3)
            try file.write("new")
            try file.commit(AttributeChanges(permissions: 0o400))
            #expect(try tree.content("outer/inner/new") == "new")
            #expect(try tree.items(in: TreePath(test: "outer/inner")).items.count == 2)
            try tree.remove(TreePath(test: "outer/inner/old"))
            try tree.move(TreePath(test: "outer/inner/new"), to: TreePath(test: "outer/moved"))
            try tree.makeHardLink(TreePath(test: "outer/inner/hard"), to: TreePath(test: "outer/moved"))
            try tree.makeSymbolicLink(TreePath(test: "outer/inner/link"), target: [0x78])
            try tree.makeFolder(TreePath(test: "outer/inner/folder"), permissions: 0o111)
        }
        #expect(try scratch.status("outer").st_mode & 0o7777 == 0o000)
        unsafe chmod(scratch("outer"), 0o700)
        #expect(try scratch.status("outer/inner").st_mode & 0o7777 == 0o500)
        #expect(try scratch.status("outer/inner/folder").st_mode & 0o7777 == 0o111)
        #expect(try scratch.names("outer") == ["inner", "moved"])
        #expect(try scratch.names("outer/inner") == ["folder", "hard", "link"])
        #expect(try scratch.content("outer/moved") == "new")
    }

    @Test func `reading never changes a mode`() throws {
        try scratch.file("closed/file")
        unsafe chmod(scratch("closed"), 0o000)
        try withoutPrivileges(owning: scratch) {
            let tree = try LocalTree(path: scratch.path, access: .read)
            #expect(treeError { try tree.items(in: TreePath(test: "closed")) } == .permissionDenied)
        }
    }

    @Test func `many threads at once in a closed folder all succeed, and its mode comes back`() async throws {
        try scratch.folder("closed")
        unsafe chmod(scratch("closed"), 0o555)
        try withoutPrivileges(owning: scratch) {}
        let tree = try LocalTree(path: scratch.path, access: .write)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                let scratch = scratch.path
                group.addTask {
                    try asNobody(scratch) {
                        let file = try tree.makeFile(TreePath(test: "closed/\(index)"), size: 1)
                        try file.write("x")
                        try file.commit(AttributeChanges())
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try scratch.names("closed").count == 200)
        #expect(try scratch.status("closed").st_mode & 0o7777 == 0o555)
    }

    @Test func `a file that its owner may not write gets attributes and keeps its mode`() throws {
        try scratch.file("file")
        unsafe chmod(scratch("file"), 0o400)
        let attribute = ExtendedAttribute(name: Array("user.x".utf8), value: [1])
        try withoutPrivileges(owning: scratch) {
            let tree = try LocalTree(path: scratch.path, access: .write)
            try tree.setAttributes(
                of: TreePath(test: "file"),
                AttributeChanges(modified: Timestamp(seconds: 9), extendedAttributes: [attribute]))
            #expect(try tree.extendedAttributes(of: TreePath(test: "file")) == [attribute])
        }
        #expect(try scratch.status("file").st_mode & 0o7777 == 0o400)
        #expect(try scratch.status("file").st_mtim.tv_sec == 9)
    }

    @Test func `an owner is set by root and skipped by everybody else`() throws {
        try scratch.file("file")
        let changes = AttributeChanges(permissions: 0o4755, owner: AttributeChanges.Owner(userID: 12, groupID: 34))
        try LocalTree(path: scratch.path, access: .write).setAttributes(of: TreePath(test: "file"), changes)
        let status = try scratch.status("file")
        #expect(status.st_mode & 0o7777 == 0o4755)
        #expect(status.st_uid == (geteuid() == 0 ? 12 : geteuid()))
        try withoutPrivileges(owning: scratch) {
            try LocalTree(path: scratch.path, access: .write).setAttributes(of: TreePath(test: "file"), changes)
        }
        #expect(try scratch.status("file").st_uid != 12)
    }

    @Test func `what a killed restore left is hidden, and removed on demand, and nothing else`() throws {
        let killed = ".holdfast-\(String(repeating: "0123456789abcdef", count: 2)).tmp"
        try scratch.file("folder/\(killed)")
        try scratch.file("folder/.holdfast-notes.tmp")
        try scratch.file("full/file")
        let tree = try LocalTree(path: scratch.path, access: .write)
        let live = try tree.makeFile(TreePath(test: "full/live"), size: 0)
        #expect(try tree.items(in: TreePath(test: "folder")).items.map(\.name) == [Array(".holdfast-notes.tmp".utf8)])
        #expect(treeError { try tree.makeFile(TreePath(test: killed), size: 0) } == .invalidName)
        try tree.removeLeftovers()
        #expect(try scratch.names("folder") == [".holdfast-notes.tmp"])
        try live.commit(AttributeChanges())
        #expect(try scratch.names("full") == ["file", "live"])
        try scratch.file("empty/\(killed)")
        try tree.remove(TreePath(test: "empty"))
        #expect(!scratch.exists("empty"))
    }
}
