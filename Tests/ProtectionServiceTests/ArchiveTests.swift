import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// Archives as programs of others read them.
@Suite struct ArchiveTests {
    /// Names and contents of an archive, read by Python's `zipfile`, which compares the checksums; and
    /// the opinion of Info-ZIP's `unzip`.
    private func read(_ archive: [UInt8]) throws -> [String: String] {
        let folder = try TemporaryFolder("archive")
        let file = "\(folder.path)/a.zip"
        try Data(archive).write(to: URL(filePath: file))
        let tested = try run("unzip", ["-tqq", file])
        #expect(tested.status == 0, "\(tested.output)")
        let script = """
            import json, sys, zipfile
            with zipfile.ZipFile(sys.argv[1]) as z:
                assert z.testzip() is None
                print(json.dumps({i.filename: z.read(i).decode("utf-8") for i in z.infolist()}))
            """
        let listed = try run("python3", ["-c", script, file])
        return try JSONDecoder().decode([String: String].self, from: Data(listed.output.utf8))
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    @Test func `folders and files come back as they were, and the length is known before`() async throws {
        let big = String(repeating: "0123456789abcdef", count: 100_000)
        let drive = try await BrowsedDrive([
            "Plans/a.txt": "alpha", "Plans/Deep/b.txt": "beta", "big.txt": big, "empty": "", "é ☂/ü": "umlaut",
        ])
        let (download, bytes) = try await drive.archive(["Plans", "big.txt", "empty", "é ☂"])
        #expect(download.size == UInt64(bytes.count))
        #expect(
            try read(bytes) == [
                "Plans/": "", "Plans/a.txt": "alpha", "Plans/Deep/": "", "Plans/Deep/b.txt": "beta", "big.txt": big,
                "empty": "", "é ☂/": "", "é ☂/ü": "umlaut",
            ])
        #expect(download.fileName == "\(drive.session.sourceId).zip")
    }

    @Test func `names that lead elsewhere or are one on other systems are changed`() async throws {
        let drive = try await BrowsedDrive([
            "x/..\\..\\up": "1", "x/C:": "2", "x/new\nline": "3", "x/a": "4", "x/A": "5", "y/a": "6", "a": "7",
        ])
        let archive = try await drive.archive(["x", "y/a", "a"])
        #expect(archive.download.fileName.hasSuffix(".zip"))
        let names = try read(archive.bytes)
        #expect(names["x/.._.._up"] == "1")
        #expect(names["x/C_"] == "2")
        #expect(names["x/new_line"] == "3")
        #expect(Set(["x/A", "x/a (2)"].map { names[$0] }) == ["5", "4"])
        #expect(names["a"] == "6")
        #expect(names["a (2)"] == "7")
    }

    @Test func `a whole drive is one archive`() async throws {
        let drive = try await BrowsedDrive(["a": "1", "b/c": "2"])
        let archive = try await drive.archive([""])
        let names = try read(archive.bytes)
        #expect(names["\(drive.session.sourceId)/b/c"] == "2")
        #expect(archive.download.fileName == "\(drive.session.sourceId).zip")
    }

    @Test func `an archive with more entries than allowed is refused before anything is sent`() async throws {
        let drive = try await BrowsedDrive(["x/a": "1", "x/b": "2", "x/c": "3"]) { $0.entriesPerArchive = 3 }
        let key = try await drive.key("x")
        try await drive.console.expectRefused(.downloadTooLarge) {
            try await drive.downloads.create(
                sessionID: drive.session.id, itemKeys: [key], format: .zip, Console.caller
            ).size
        }
    }

    @Test func `a reader that goes away ends the archive, and gives its place back`() async throws {
        struct Gone: Error {}
        let drive = try await BrowsedDrive(["a": "1"]) { $0.downloadsAtOnce = 1 }
        let key = try await drive.key("a")
        let download = try await drive.downloads.create(
            sessionID: drive.session.id, itemKeys: [key], format: .zip, Console.caller)
        for _ in 0..<3 {
            await #expect(throws: Gone.self) { try await drive.downloads.send(download) { _ in throw Gone() } }
        }
        let sent = SentBytes()
        try await drive.downloads.send(download) { sent.add($0) }
        #expect(try read(sent.bytes) == ["a": "1"])
    }
}
