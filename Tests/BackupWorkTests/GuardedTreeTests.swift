import BackupTesting
import FileTree
import Foundation
import Synchronization
import Testing

/// A restore that lost its lease leaves the drive alone.
@Suite struct GuardedTreeTests {
    private static let path = TreePath.root.appending(Array("file".utf8))
    private static let other = TreePath.root.appending(Array("other".utf8))

    private typealias Change = @Sendable (any WritableTree) throws -> Void

    private static let changes: [String: Change] = [
        "makeFolder": { tree in try tree.makeFolder(other, permissions: 0o700) },
        "makeFilledFolder": { tree in _ = try tree.makeFilledFolder(other) },
        "makeFile": { tree in _ = try tree.makeFile(other, size: 1) },
        "writeFile": { tree in
            try unsafe tree.writeFile(other, UnsafeRawBufferPointer(start: nil, count: 0), AttributeChanges())
        },
        "makeCopy": { tree in _ = try tree.makeCopy(of: path, size: 1) },
        "openForPatching": { tree in _ = try tree.openForPatching(path) },
        "makeSymbolicLink": { tree in try tree.makeSymbolicLink(other, target: [1]) },
        "makeHardLink": { tree in try tree.makeHardLink(other, to: path) },
        "move": { tree in try tree.move(path, to: other) },
        "remove": { tree in try tree.remove(path) },
        "setAttributes": { tree in
            try tree.setAttributes(of: path, AttributeChanges(permissions: 0o400))
        },
        "removeLeftovers": { tree in try tree.removeLeftovers() },
        "removeLeftoversIn": { tree in try tree.removeLeftovers(in: .root) },
    ]

    private static func drive() throws -> MemoryTree {
        let tree = MemoryTree()
        try tree.put("file", [1, 2, 3])
        return tree
    }

    private func code(_ call: () throws -> Void) -> TreeError.Code? {
        do {
            try call()
            return nil
        } catch {
            return (error as? TreeError)?.code
        }
    }

    @Test(arguments: [
        "makeFolder", "makeFilledFolder", "makeFile", "writeFile", "makeCopy", "openForPatching", "makeSymbolicLink",
        "makeHardLink", "move", "remove", "setAttributes", "removeLeftovers", "removeLeftoversIn",
    ])
    func `nothing is changed without the right to`(_ name: String) throws {
        let change = try #require(Self.changes[name])
        let drive = try Self.drive()
        let tree = GuardedTree(drive) { false }
        #expect(code { try change(tree) } == .leaseLost)
        #expect(try drive.files() == ["file": [1, 2, 3]])
        #expect(try tree.items(in: .root).items.count == 1)
    }

    @Test func `a file that was begun in time does not get its name too late`() throws {
        let drive = try Self.drive()
        let isOpen = Mutex(true)
        let tree = GuardedTree(drive) { isOpen.withLock { $0 } }
        let file = try tree.makeFile(Self.path, size: 2)
        try unsafe [UInt8]([8, 9]).withUnsafeBytes { try unsafe file.write($0, at: 0) }
        isOpen.withLock { $0 = false }
        #expect(code { try file.commit(AttributeChanges()) } == .leaseLost)
        #expect(try drive.files() == ["file": [1, 2, 3]])
    }

    @Test func `with the right a tree is what it guards`() throws {
        let drive = try Self.drive()
        let tree = GuardedTree(drive) { true }
        try tree.move(Self.path, to: Self.other)
        let file = try tree.makeFile(Self.path, size: 1)
        try unsafe [UInt8]([7]).withUnsafeBytes { try unsafe file.write($0, at: 0) }
        try file.commit(AttributeChanges())
        #expect(try drive.files() == ["file": [7], "other": [1, 2, 3]])
    }
}
