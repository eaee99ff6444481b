import BackupTesting
import BackupRepository
import Foundation
import OData
import Testing

@testable import ProtectionService

/// What pages of a long folder cost. Entries are counted, because time on a
/// shared machine says nothing.
@Suite struct BrowsePageTests {
    private static let count = 1200

    private func longFolder() async throws -> (harness: RestoreHarness, session: String, key: String) {
        let harness = try await RestoreHarness()
        for number in 0..<Self.count {
            try harness.folder.write("drives/\(RestoreHarness.ada)/many/n\(10_000 + number).txt", "x")
        }
        for number in 0..<3 { try harness.folder.write("drives/\(RestoreHarness.ada)/many/sub\(number)/x", "x") }
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        return (harness, session, try await harness.itemKey(session, ["Documents", "many"]))
    }

    /// All names of a place page by page, and how many pages it took.
    private func names(
        _ harness: RestoreHarness, _ session: String, _ body: JSONValue, size: Int
    ) async throws -> (names: [String], pages: Int) {
        let prefer = "odata.maxpagesize=\(size)"
        var answer = await harness.send("POST", "/browseSessions/\(session)/browse", body, prefer: prefer)
        var (names, pages): ([String], Int) = ([], 0)
        while true {
            #expect(answer.status == 200, "\(answer.text)")
            pages += 1
            names += answer.values.compactMap { $0["name"]?.stringValue }
            guard let link = answer.json["@odata.nextLink"]?.stringValue else { return (names, pages) }
            let token = try #require(link.split(separator: "=").last)
            answer = await harness.send("GET", "/browseSessions/\(session)/browse?$skiptoken=\(token)", prefer: prefer)
        }
    }

    @Test(arguments: ["nameAsc", "nameDsc"]) func `all pages together read a long folder once`(
        _ order: String
    ) async throws {
        let (harness, session, key) = try await longFolder()
        let before = harness.service.browsed.folders.entriesRead
        let (names, pages) = try await names(
            harness, session, ["browseLocationItemKey": .string(key), "orderBy": .string(order)], size: 100)
        let expected = (0..<Self.count).map { "n\(10_000 + $0).txt" } + (0..<3).map { "sub\($0)" }
        #expect(names == (order == "nameAsc" ? expected : expected.reversed()))
        #expect(pages == 13)
        #expect(harness.service.browsed.folders.entriesRead - before <= expected.count + 3)
    }

    @Test func `a filter costs no further reading, and its pages begin where they ended`() async throws {
        let (harness, session, key) = try await longFolder()
        let body: JSONValue = ["browseLocationItemKey": .string(key), "filter": "(name -contains '99')"]
        _ = try await names(harness, session, body, size: 100)
        let before = harness.service.browsed.folders.entriesRead
        let (found, _) = try await names(harness, session, body, size: 5)
        #expect(found == (0..<Self.count).map { "n\(10_000 + $0).txt" }.filter { $0.contains("99") })
        // The few entries of the folders above are read for each page.
        #expect(harness.service.browsed.folders.entriesRead - before < 100)
    }

    @Test func `a folder in a long folder is found without trying every name`() async throws {
        let (harness, session, key) = try await longFolder()
        let body: JSONValue = ["browseLocationItemKey": .string(key), "orderBy": "nameDsc"]
        let answer = await harness.send(
            "POST", "/browseSessions/\(session)/browse", body, prefer: "odata.maxpagesize=3")
        let sub = try #require(answer.values.first?["itemKey"]?.stringValue)
        let part = try #require(sub.split(separator: ",").last.map(String.init))
        #expect(harness.service.browsed.names[part] == Array("sub2".utf8))
        #expect(try await harness.items(session, sub).keys.sorted() == ["x"])
    }

    @Test func `a key that no page showed is found all the same`() async throws {
        let (harness, session, key) = try await longFolder()
        let keys = ItemKeys(harness.service.dependencies.secrets, sessionID: session)
        #expect(try await harness.items(session, keys.key(of: Array("sub1".utf8), in: key)).keys.sorted() == ["x"])
    }
}
