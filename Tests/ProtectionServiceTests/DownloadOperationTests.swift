import BackupTesting
import Catalog
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

/// Gathers what a download sends.
final class SentBytes: Sendable {
    private let state = Mutex<(bytes: [UInt8], largest: Int)>(([], 0))

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var largestPiece: Int { state.withLock { $0.largest } }

    func add(_ piece: [UInt8]) {
        state.withLock { state in
            state.bytes += piece
            state.largest = max(state.largest, piece.count)
        }
    }
}

/// A console with a browse session of a real point of Adele's drive.
struct BrowsedDrive {
    let console: Console
    let session: BrowseSession

    init(
        _ files: [String: String], limits: (inout ServiceLimits) -> Void = { _ in }
    ) async throws {
        console = try await Console(limits: limits)
        for (path, text) in files { try console.tenant.write("drives/adele@contoso.example/\(path)", text) }
        _ = try await console.policy(["adele"], isActive: true)
        try await console.fixture.settle(looks: 2)
        let point = try #require(try await console.all(RestorePoint.self).first)
        session = try await console.service.browsing.createSession(
            restorePointID: point.id, workload: .oneDriveForBusiness, Console.caller)
    }

    var downloads: DownloadOperations { console.service.downloads }

    func key(_ path: String) async throws -> String {
        try #require(try await downloads.resolve(sessionID: session.id, paths: [path]).first?.item).key
    }

    func archive(_ paths: [String]) async throws -> (download: Download, bytes: [UInt8]) {
        var keys: [String] = []
        for path in paths { keys.append(try await key(path)) }
        let download = try await downloads.create(
            sessionID: session.id, itemKeys: keys, format: .zip, Console.caller)
        let sent = SentBytes()
        try await downloads.send(download) { sent.add($0) }
        return (download, sent.bytes)
    }

    /// Damages every pack of every repository.
    func damage() async throws {
        let store = console.fixture.stores[try #require(try await console.all(UnitRepository.self).first).location]
        for object in try await store.list(prefix: "data/") {
            var bytes = try await store.read(object.name)
            for place in bytes.indices { bytes[place] ^= 0x55 }
            try await store.write(object.name, bytes)
        }
    }
}

@Suite struct DownloadOperationTests {
    private static let big = String(repeating: "0123456789abcdef", count: 100_000)
    private static let files = ["Plans/a.txt": "alpha", "Plans/Deep/b.txt": "beta", "big.txt": big, "empty": ""]

    @Test func `paths are resolved to items, and what is not there to none`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let found = try await drive.downloads.resolve(
            sessionID: drive.session.id,
            paths: ["Plans/a.txt", "/Plans/Deep/", "nothing", "../etc", "", "Plans/a.txt/x", "plans"])
        #expect(found.map { $0.item?.name } == ["a.txt", "Deep", nil, nil, "Documents", nil, nil])
        #expect(found.map { $0.item?.kind } == [.file, .folder, nil, nil, .documentLibrary, nil, nil])
        #expect(found[0].item?.sizeBytes == 5)
    }

    @Test func `a resolved key is the one that browsing shows`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let page = try await drive.console.service.browsing.page(
            sessionID: drive.session.id, workload: nil, BrowseQuery(locationKey: try await drive.key("Plans")),
            pageSize: 10)
        #expect(page.items.map(\.key).contains(try await drive.key("Plans/a.txt")))
    }

    @Test(arguments: [0, 1001])
    func `a number of paths that is refused`(count: Int) async throws {
        let drive = try await BrowsedDrive([:])
        try await drive.console.expectRefused(.invalidBrowseRequest) {
            try await drive.downloads.resolve(
                sessionID: drive.session.id, paths: Array(repeating: "a", count: count)
            ).count
        }
    }

    @Test(arguments: [0..<5, 1..<3, 4..<5, 0..<0] as [Range<UInt64>])
    func `a part of a file is what the file has there`(range: Range<UInt64>) async throws {
        let drive = try await BrowsedDrive(Self.files)
        let content = try await drive.downloads.content(
            sessionID: drive.session.id, itemKey: try await drive.key("Plans/a.txt"), Console.caller)
        #expect(content.name == "a.txt")
        #expect(content.size == 5)
        let sent = SentBytes()
        try await content.send(range) { sent.add($0) }
        #expect(sent.bytes == Array(Array("alpha".utf8)[Int(range.lowerBound)..<Int(range.upperBound)]))
    }

    @Test func `a file of several blobs is read across them, in small pieces`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let content = try await drive.downloads.content(
            sessionID: drive.session.id, itemKey: try await drive.key("big.txt"), Console.caller)
        let (sent, part) = (SentBytes(), SentBytes())
        try await content.send(0..<content.size) { sent.add($0) }
        #expect(sent.bytes == Array(Self.big.utf8))
        #expect(sent.largestPiece <= 64 << 10)
        try await content.send(700_001..<900_002) { part.add($0) }
        #expect(part.bytes == Array(Array(Self.big.utf8)[700_001..<900_002]))
    }

    @Test func `equal contents have equal tags, and others do not`() async throws {
        let drive = try await BrowsedDrive(["a": "same", "b": "same", "c": "other"])
        var tags: [String] = []
        for path in ["a", "b", "c"] {
            tags.append(
                try await drive.downloads.content(
                    sessionID: drive.session.id, itemKey: try await drive.key(path), Console.caller
                ).tag)
        }
        #expect(tags[0] == tags[1])
        #expect(tags[0] != tags[2])
        #expect(tags[0].wholeMatch(of: /"[0-9a-f]{32}"/) != nil)
    }

    @Test func `keys of folders, of other sessions and made up ones are no file`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let other = try await drive.console.service.browsing.createSession(
            restorePointID: drive.session.restorePointId, workload: .oneDriveForBusiness, Console.caller)
        let foreign = try #require(
            try await drive.downloads.resolve(sessionID: other.id, paths: ["Plans/a.txt"]).first?.item
        ).key
        let key = try await drive.key("Plans/a.txt")
        for wrong in [try await drive.key("Plans"), foreign, "", "x", key + ",x", key + ",", String(key.dropLast())] {
            try await drive.console.expectRefused(.downloadItemNotFound) {
                try await drive.downloads.content(sessionID: drive.session.id, itemKey: wrong, Console.caller).size
            }
        }
        try await drive.console.expectRefused(.browseSessionNotFound) {
            try await drive.downloads.content(sessionID: "bs_unknown", itemKey: key, Console.caller).size
        }
    }

    @Test func `ten thousand made up keys are refused after one look at the folder`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let library = try await drive.key("")
        let keys = (0..<10_000).map { _ in "\(library),\(UUID().uuidString.lowercased())" }
        try await drive.console.expectRefused(.downloadItemNotFound) {
            try await drive.downloads.create(
                sessionID: drive.session.id, itemKeys: keys, format: .zip, Console.caller
            ).size
        }
        try await drive.console.expectRefused(.invalidBrowseRequest) {
            try await drive.downloads.create(
                sessionID: drive.session.id, itemKeys: keys + [library], format: .zip, Console.caller
            ).size
        }
    }

    @Test func `the beginning of a text is shown, and images only by their first bytes`() async throws {
        let drive = try await BrowsedDrive(["t": Self.big, "i.gif": "GIF89a and more", "i.svg": "<svg/>"])
        func content(_ path: String) async throws -> DownloadContent {
            try await drive.downloads.content(
                sessionID: drive.session.id, itemKey: try await drive.key(path), Console.caller)
        }
        #expect(try await content("t").text() == Array(Self.big.utf8.prefix(256 << 10)))
        try await content("i.gif").requireImage()
        try await drive.console.expectRefused(.previewNotPossible) { try await content("i.svg").requireImage() }
    }

    @Test func `a damaged file is told before it is sent, as far as that can be known`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let content = try await drive.downloads.content(
            sessionID: drive.session.id, itemKey: try await drive.key("Plans/a.txt"), Console.caller)
        let download = try await drive.downloads.create(
            sessionID: drive.session.id, itemKeys: [try await drive.key("Plans/a.txt")], format: .zip, Console.caller)
        try await drive.damage()
        try await drive.console.expectRefused(.itemDamaged) { try await content.text() }
        let sent = SentBytes()
        await #expect(throws: (any Error).self) { try await content.send(0..<5) { sent.add($0) } }
        #expect(sent.bytes == [])
        await #expect(throws: (any Error).self) { try await drive.downloads.send(download) { sent.add($0) } }
        #expect(UInt64(sent.bytes.count) < download.size)
    }

    @Test func `downloads that are switched off hand out nothing`() async throws {
        let drive = try await BrowsedDrive(Self.files) { $0.allowsDownloads = false }
        let key = try await drive.key("Plans/a.txt")
        try await drive.console.expectRefused(.downloadsForbidden) {
            try await drive.downloads.content(sessionID: drive.session.id, itemKey: key, Console.caller).size
        }
        try await drive.console.expectRefused(.downloadsForbidden) {
            try await drive.downloads.create(
                sessionID: drive.session.id, itemKeys: [key], format: .raw, Console.caller
            ).size
        }
        try await drive.console.expectRefused(.downloadsForbidden) {
            try drive.downloads.download(id: "dl_1", Console.caller).size
        }
    }

    @Test func `a download is for whoever asked for it, for ten minutes`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        let download = try await drive.downloads.create(
            sessionID: drive.session.id, itemKeys: [try await drive.key("Plans/a.txt")], format: .raw, Console.caller)
        #expect(download.fileName == "a.txt")
        #expect(download.size == 5)
        #expect(try drive.downloads.download(id: download.id, Console.caller) == download)
        for other in [Console.stranger, Caller(application: Console.caller.application)] {
            try await drive.console.expectRefused(.downloadNotFound) {
                try drive.downloads.download(id: download.id, other).size
            }
        }
        drive.console.fixture.clock.turn(seconds: 599)
        #expect(try drive.downloads.download(id: download.id, Console.caller) == download)
        drive.console.fixture.clock.turn(seconds: 1)
        try await drive.console.expectRefused(.downloadNotFound) {
            try drive.downloads.download(id: download.id, Console.caller).size
        }
    }

    @Test func `only one file can be had as it is`() async throws {
        let drive = try await BrowsedDrive(Self.files)
        for paths in [["Plans"], ["Plans/a.txt", "empty"]] {
            var keys: [String] = []
            for path in paths { keys.append(try await drive.key(path)) }
            try await drive.console.expectRefused(.invalidBrowseRequest) { [keys] in
                try await drive.downloads.create(
                    sessionID: drive.session.id, itemKeys: keys, format: .raw, Console.caller
                ).size
            }
        }
    }
}
