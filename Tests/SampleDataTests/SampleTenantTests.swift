import Foundation
import SampleData
import Testing

@Suite struct SampleTenantTests {
    let scratch = Scratch()
    let small = SampleTenant(seed: 7, filesPerDrive: 18, bigFileSizeBytes: 1 << 20)

    @Test func `the same seed writes the same tenant`() throws {
        let first = try small.write(to: scratch("a"))
        #expect(try small.write(to: scratch("b")) == first)
        let same = try TreeComparison(scratch("a/drives"), scratch("b/drives"))
        #expect(same.differences == [])
    }

    @Test func `another seed writes another tenant`() throws {
        _ = try small.write(to: scratch("a"))
        _ = try SampleTenant(seed: 8, filesPerDrive: 18, bigFileSizeBytes: 1 << 20).write(to: scratch("b"))
        #expect(try !TreeComparison(scratch("a/drives"), scratch("b/drives")).isEqual)
    }

    @Test func `the summary counts the files and bytes that are there`() throws {
        let summary = try small.write(to: scratch("a"))
        let itself = try TreeComparison(scratch("a/drives"), scratch("a/drives"))
        #expect(itself.files == summary.files)
        #expect(itself.bytes == summary.bytes)
    }

    @Test func `each drive has the ordinary files and a big one`() throws {
        let summary = try small.write(to: scratch("a"))
        #expect(summary.users.count == 4)
        let first = "a/drives/\(summary.users[0])"
        #expect(try scratch.content("\(first)/Videos/holiday.mp4").count == 1 << 20)
        let ordinary = scratch.paths(in: first).filter { path in
            ["notes", "table", "export", "feed", "IMG", "Report", "archive", "service", "Slides"].contains { kind in
                path.split(separator: "/").last.map(String.init)?.hasPrefix(kind) == true
            }
        }
        #expect(ordinary.count == 18)
    }

    @Test func `a folder that is there already is refused and left alone`() throws {
        try scratch.file("a/mine", "kept")
        let error = #expect(throws: PlainFileError.self) { try small.write(to: scratch("a")) }
        #expect(error?.description == "cannot make the folder '\(scratch("a"))': File exists")
        #expect(scratch.paths(in: "a") == ["mine"])
    }

    @Test func `the directory names the people whose drives are there`() throws {
        struct Directory: Decodable {
            struct User: Decodable { let userPrincipalName: String }
            struct Group: Decodable { let members: [String] }
            let tenantId: String
            let users: [User]
            let groups: [Group]
        }
        let summary = try small.write(to: scratch("a"))
        let directory = try JSONDecoder().decode(Directory.self, from: Data(try scratch.content("a/directory.json")))
        #expect(directory.tenantId == summary.tenantID)
        #expect(directory.users.map(\.userPrincipalName) == summary.users)
        #expect(directory.groups.map(\.members) == [Array(summary.users.prefix(2))])
        let drives = try FileManager.default.contentsOfDirectory(atPath: scratch("a/drives"))
        #expect(drives.sorted() == summary.users)
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
}
