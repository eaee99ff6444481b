import BackupTesting
import Connectors
import FileTree
import Foundation
import Glibc
import Testing

@Suite struct SampleTenantTests {
    let scratch = Scratch()
    let small = SampleTenant(seed: 7, filesPerDrive: 18, bigFileSizeBytes: 1 << 20)

    @Test func `the same seed writes the same tenant, another seed another`() throws {
        let first = try small.write(to: scratch("a"))
        #expect(try small.write(to: scratch("b")) == first)
        let same = try TreeComparison(scratch("a/drives"), scratch("b/drives"))
        #expect(same.differences == [])
        #expect(same.files == first.files)
        #expect(same.bytes == first.bytes)
        _ = try SampleTenant(seed: 8, filesPerDrive: 18, bigFileSizeBytes: 1 << 20).write(to: scratch("c"))
        #expect(try !TreeComparison(scratch("a/drives"), scratch("c/drives")).isEqual)
    }

    @Test func `a folder tenant serves the sample`() throws {
        let summary = try small.write(to: scratch("a"))
        let tenant = try FolderTenant(folder: scratch("a"), id: "00000000-0000-4000-8000-000000000000", logger: quiet)
        #expect(tenant.id == summary.tenantID)
        #expect(try tenant.users().filter(\.hasDrive).map(\.userPrincipalName) == summary.users)
        #expect(try tenant.groups().map(\.members.count) == [2])
    }

    @Test func `pictures are valid PNG files`() throws {
        _ = try small.write(to: scratch("a"))
        let drive = scratch("a/drives/adele@contoso.example")
        let pictures = try #require(FileManager.default.subpaths(atPath: drive)).filter { $0.hasSuffix(".png") }
        #expect(!pictures.isEmpty)
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        // Checks signature, the checksum of every chunk, and that the picture's rows unpack to the
        // size in the header.
        let script = """
            import struct, sys, zlib
            for name in sys.argv[1:]:
                data = open(name, 'rb').read(); assert data[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
                at, packed = 8, b''
                while at < len(data):
                    length, kind = struct.unpack('>I4s', data[at:at + 8]); body = data[at + 8:at + 8 + length]
                    assert struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
                    if kind == b'IHDR': width, height = struct.unpack('>II', body[:8])
                    if kind == b'IDAT': packed += body
                    at += 12 + length
                assert kind == b'IEND' and len(zlib.decompress(packed)) == (width + 1) * height
            """
        python.arguments = ["python3", "-c", script] + pictures.map { "\(drive)/\($0)" }
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
    }

    @Test func `ransomware does the same damage for the same seed, and only inside`() throws {
        let summary = try small.write(to: scratch("a"))
        _ = try small.write(to: scratch("b"))
        let drive = "drives/\(summary.users[0])"
        let damage = try Ransomware(seed: 3).attack(scratch("a/\(drive)"))
        #expect(try Ransomware(seed: 3).attack(scratch("b/\(drive)")) == damage)
        #expect(damage.overwritten > 0 && damage.renamed > 0 && damage.deleted > 0 && damage.notes > 5)
        #expect(try small.write(to: scratch("original")) == summary)
        #expect(try !TreeComparison(scratch("original/\(drive)"), scratch("a/\(drive)")).isEqual)
        for user in summary.users.dropFirst() {
            #expect(try TreeComparison(scratch("original/drives/\(user)"), scratch("a/drives/\(user)")).isEqual)
        }
    }

    @Test func `the comparison sees every kind of difference`() throws {
        for side in ["a", "b"] {
            try scratch.file("\(side)/same", "same")
            try scratch.file("\(side)/content", side)
            try scratch.file("\(side)/size", side == "a" ? "1" : "22")
            try scratch.file("\(side)/mode")
            unsafe chmod(scratch("\(side)/mode"), side == "a" ? 0o600 : 0o640)
            try scratch.file("\(side)/one")
            try scratch.link("\(side)/link", to: side)
            if side == "a" { try scratch.file("a/kind") } else { try scratch.folder("b/kind") }
            try scratch.file("\(side)/only \(side)")
            if side == "a" { unsafe link(scratch("a/one"), scratch("a/two")) } else { try scratch.file("b/two") }
            for name in ["same", "content", "size", "mode", "one", "two", "link", "time"] {
                if name == "time" { try scratch.file("\(side)/time") }
                let time = timespec(tv_sec: 1000, tv_nsec: name == "time" && side == "b" ? 1 : 0)
                unsafe utimensat(AT_FDCWD, scratch("\(side)/\(name)"), [time, time], AT_SYMLINK_NOFOLLOW)
            }
        }
        let comparison = try TreeComparison(scratch("a"), scratch("b"), TreeComparison.Options(folderTimes: false))
        #expect(
            comparison.differences.map(\.path) == [
                "content", "kind", "link", "mode", "only a", "size", "time", "only b", "one",
            ])
        #expect(comparison.files == 7)
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
