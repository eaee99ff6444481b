import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct BrowseOperationTests {
    /// A console with a real point of Adele's drive, which has a folder of some files.
    private func console(files: [String] = ["a.txt", "b.txt", "c.txt"]) async throws -> (Console, RestorePoint) {
        let console = try await Console()
        for name in files { try console.tenant.write("drives/adele@contoso.example/Plans/\(name)", "text of \(name)") }
        _ = try await console.policy(["adele"], isActive: true)
        try await console.fixture.settle(looks: 2)
        return (console, try #require(try await console.all(RestorePoint.self).first))
    }

    private func open(_ point: RestorePoint, _ console: Console) async throws -> BrowseSession {
        try await console.service.browsing.createSession(
            restorePointID: point.id, workload: .oneDriveForBusiness, Console.caller)
    }

    private func browse(
        _ session: BrowseSession, _ query: BrowseQuery, _ console: Console, pageSize: Int = 100
    ) async throws -> BrowsePage {
        try await console.service.browsing.page(
            sessionID: session.id, workload: .oneDriveForBusiness, query, pageSize: pageSize)
    }

    /// The key of the folder `Plans`.
    private func plans(_ session: BrowseSession, _ console: Console) async throws -> String {
        let site = try #require(try await browse(session, BrowseQuery(), console).items.first)
        let library = try #require(
            try await browse(session, BrowseQuery(locationKey: site.key), console).items.first)
        let items = try await browse(session, BrowseQuery(locationKey: library.key), console).items
        return try #require(items.first { $0.name == "Plans" }).key
    }

    @Test func `a browse session lives for three days`() async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        #expect(session.status == .created)
        #expect(session.restorePointId == point.id)
        #expect(session.expirationDateTime == console.now.addingTimeInterval(3 * 86_400))
    }

    @Test(arguments: [(-1.0, true), (0, false), (1, false)])
    func `a browse session ends on its moment`(seconds: Double, isThere: Bool) async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        console.fixture.clock.turn(seconds: 3 * 86_400 + seconds)
        if isThere {
            #expect(try await browse(session, BrowseQuery(), console).items.count == 1)
        } else {
            try await console.expectRefused(.browseSessionNotFound) {
                try await browse(session, BrowseQuery(), console)
            }
        }
    }

    @Test func `a browse session knows how much its point holds`() async throws {
        let (console, point) = try await console(files: ["a.txt"])
        // "a note of adele" and "text of a.txt".
        #expect(try await open(point, console).backupSizeBytes == 15 + 13)
    }

    @Test func `the id of a point may be written in any letter case`() async throws {
        let (console, point) = try await console()
        let session = try await console.service.browsing.createSession(
            restorePointID: point.id.uppercased(), workload: .oneDriveForBusiness, Console.caller)
        #expect(session.restorePointId == point.id)
    }

    @Test(arguments: [nil, "", "x", Console.unknownID])
    func `a browse session needs a point`(id: String?) async throws {
        let console = try await Console()
        try await console.expectRefused(.invalidRestorePoint) {
            try await console.service.browsing.createSession(
                restorePointID: id, workload: .oneDriveForBusiness, Console.caller)
        }
    }

    @Test func `a point of another workload is not browsed`() async throws {
        let (console, point) = try await console()
        try await console.expectRefused(.invalidRestorePoint) {
            try await console.service.browsing.createSession(
                restorePointID: point.id, workload: .sharePoint, Console.caller)
        }
    }

    @Test func `a damaged, expired or slow point is not browsed`() async throws {
        let (console, point) = try await console()
        let changes: [@Sendable (inout RestorePoint) -> Void] = [
            { $0.isDamaged = true }, { $0.expirationDateTime = console.now }, { $0.tags = [] },
        ]
        for change in changes {
            var changed = point
            change(&changed)
            try await console.update(changed)
            try await console.expectRefused(.invalidRestorePoint) { try await open(point, console) }
        }
        var fit = point
        fit.expirationDateTime = console.now.addingTimeInterval(1)
        try await console.update(fit)
        #expect(try await open(point, console).status == .created)
    }

    @Test func `a session is browsed under its own workload only`() async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        try await console.expectRefused(.browseSessionNotFound) {
            try await console.service.browsing.page(
                sessionID: session.id, workload: .sharePoint, BrowseQuery(), pageSize: 1)
        }
        try await console.expectRefused(.browseSessionNotFound) {
            try await console.service.browsing.page(sessionID: "bs_x", workload: nil, BrowseQuery(), pageSize: 1)
        }
    }

    @Test(arguments: [BrowseSessionStatus.creating, .failed])
    func `a session that is not ready is not browsed`(status: BrowseSessionStatus) async throws {
        let (console, point) = try await console()
        var session = try await open(point, console)
        session.status = status
        try await console.update(session)
        try await console.expectRefused(.browseSessionNotReady) { [session] in
            try await browse(session, BrowseQuery(), console)
        }
    }

    @Test(arguments: [
        (BrowseOrder.nameAsc, ["a.txt", "b.txt", "c.txt"]), (.nameDsc, ["c.txt", "b.txt", "a.txt"]),
        (.pathAsc, ["a.txt", "b.txt", "c.txt"]), (.pathDsc, ["c.txt", "b.txt", "a.txt"]),
    ])
    func `a folder is listed in the order asked for, page by page`(order: BrowseOrder, wanted: [String]) async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        let query = BrowseQuery(locationKey: try await plans(session, console), order: order)
        var names: [String] = []
        var page = try await browse(session, query, console, pageSize: 1)
        while true {
            #expect(page.items.count == 1)
            names += page.items.map(\.name)
            guard let next = page.next else { break }
            page = try await console.service.browsing.page(
                sessionID: session.id, workload: nil, from: next, pageSize: 1)
        }
        #expect(names == wanted)
    }

    @Test(
        arguments: [
            ("name -contains 'b.'", ["b.txt"]), ("(name -contains 'TXT')", ["a.txt", "b.txt", "c.txt"]),
            ("name -contains 'zzz'", []), ("", ["a.txt", "b.txt", "c.txt"]),
        ] as [(String, [String])])
    func `a filter finds parts of names`(filter: String, wanted: [String]) async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        let query = BrowseQuery(locationKey: try await plans(session, console), filter: filter)
        #expect(try await browse(session, query, console).items.map(\.name) == wanted)
    }

    @Test(arguments: ["name", "size -contains 'a'", "name -eq 'a'", "name -contains a", "name -contains 'a"])
    func `a filter that cannot be read is refused`(filter: String) async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        try await console.expectRefused(.invalidBrowseRequest) {
            try await browse(session, BrowseQuery(filter: filter), console)
        }
    }

    @Test(arguments: [(4096, true), (4097, false)])
    func `a filter may have 4096 bytes`(bytes: Int, isRead: Bool) async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        let frame = "name -contains ''"
        let filter = "name -contains '" + String(repeating: "x", count: bytes - frame.utf8.count) + "'"
        if isRead {
            #expect(try await browse(session, BrowseQuery(filter: filter), console).items.count == 1)
        } else {
            try await console.expectRefused(.filterTooLong) {
                try await browse(session, BrowseQuery(filter: filter), console)
            }
        }
    }

    @Test func `the key of one session opens nothing in another`() async throws {
        let (console, point) = try await console()
        let (first, second) = (try await open(point, console), try await open(point, console))
        let key = try await plans(first, console)
        try await console.expectRefused(.invalidBrowseRequest) {
            try await browse(second, BrowseQuery(locationKey: key), console)
        }
    }

    @Test func `a key says what it is of, and a client that says otherwise is refused`() async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        let key = try await plans(session, console)
        let right = BrowseQuery(locationKey: key, locationKind: .folder)
        #expect(try await browse(session, right, console).items.count == 3)
        for kind in [BrowseItemKind.site, .documentLibrary, .file] {
            try await console.expectRefused(.invalidBrowseRequest, "\(kind)") {
                try await browse(session, BrowseQuery(locationKey: key, locationKind: kind), console)
            }
        }
    }

    @Test func `a file has no items`() async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        let folder = BrowseQuery(locationKey: try await plans(session, console))
        let file = try #require(try await browse(session, folder, console).items.first)
        try await console.expectRefused(.invalidBrowseRequest) {
            try await browse(session, BrowseQuery(locationKey: file.key), console)
        }
    }

    @Test(arguments: ["", "x", "{}"])
    func `a token for the next page that nobody gave is refused`(token: String) async throws {
        let (console, point) = try await console()
        let session = try await open(point, console)
        try await console.expectRefused(.invalidBrowseRequest) {
            try await console.service.browsing.page(sessionID: session.id, workload: nil, from: token, pageSize: 1)
        }
    }
}
