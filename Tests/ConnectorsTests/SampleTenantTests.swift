import SampleData
import Connectors
import FileTree
import Foundation
import Testing

@Suite struct SampleTenantTests {
    let scratch = Scratch()
    let small = SampleTenant(seed: 7, filesPerDrive: 18, bigFileSizeBytes: 1 << 20)

    @Test func `a folder tenant serves the sample`() throws {
        let summary = try small.write(to: scratch("a"))
        let tenant = try FolderTenant(folder: scratch("a"), id: "00000000-0000-4000-8000-000000000000", logger: quiet)
        #expect(tenant.id == summary.tenantID)
        #expect(try tenant.users().filter(\.hasDrive).map(\.userPrincipalName) == summary.users)
        #expect(try tenant.groups().map(\.members.count) == [2])
    }

    /// Copies every drive of the sample from one `LocalTree` into another and lets
    /// the independent comparison judge.
    @Test func `a local tree gives and takes everything in the sample`() throws {
        let summary = try small.write(to: scratch("a"))
        for user in summary.users {
            try scratch.folder("b/\(user)")
            let source = try LocalTree(path: scratch("a/drives/\(user)"))
            let destination = try LocalTree(path: scratch("b/\(user)"), access: .write)
            var copier = Copier(source: source, destination: destination)
            try copier.copy(.root)
            try destination.synchronize()
            let comparison = try TreeComparison(
                scratch("a/drives/\(user)"), scratch("b/\(user)"), TreeComparison.Options(owners: true))
            #expect(comparison.differences == [])
            #expect(comparison.files > 50)
        }
    }
}

/// A plain restore: everything from one tree into an empty one.
private struct Copier {
    let source: LocalTree
    let destination: LocalTree
    var names: [UInt64: TreePath] = [:]

    mutating func copy(_ folder: TreePath) throws {
        let listing = try source.items(in: folder)
        #expect(listing.failures.isEmpty)
        for item in listing.items { try copy(item, folder.appending(item.name)) }
        try destination.setAttributes(of: folder, changes(folder, try source.attributes(of: folder)))
    }

    private mutating func copy(_ item: Item, _ path: TreePath) throws {
        switch item.attributes.kind {
        case .folder:
            try destination.makeFolder(path, permissions: 0o700)
            try copy(path)
        case .symbolicLink:
            try destination.makeSymbolicLink(path, target: source.linkTarget(of: path))
            try destination.setAttributes(of: path, changes(path, item.attributes))
        case .file:
            if let first = names[item.attributes.inode] { return try destination.makeHardLink(path, to: first) }
            if item.attributes.linkCount > 1 { names[item.attributes.inode] = path }
            var bytes = [UInt8](repeating: 1, count: Int(item.attributes.size))
            let file = try source.open(path)
            #expect(try unsafe bytes.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 0) } == bytes.count)
            let copy = try destination.makeFile(path, size: item.attributes.size)
            try unsafe bytes.withUnsafeBytes { unsafe try copy.write($0, at: 0) }
            try copy.commit(changes(path, item.attributes))
        case .fifo, .socket, .blockDevice, .characterDevice:
            try destination.makeSpecial(path, attributes: item.attributes)
        }
    }

    private func changes(_ path: TreePath, _ attributes: ItemAttributes) throws -> AttributeChanges {
        AttributeChanges(
            permissions: attributes.permissions, modified: attributes.modified, accessed: attributes.accessed,
            owner: AttributeChanges.Owner(userID: attributes.userID, groupID: attributes.groupID),
            extendedAttributes: try source.extendedAttributes(of: path))
    }
}
