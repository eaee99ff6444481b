import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import Testing

/// What a restore point could not read.
@Suite struct UnreadItemListTests {
    private let surface: ProtectionAPI
    private let start: Date

    init() async throws {
        surface = try await ProtectionAPI()
        let start = surface.clock.now()
        self.start = start
        let unit = ProtectionUnit(
            id: "00000000-0000-4000-8000-0000000000f1", workload: .oneDriveForBusiness, sourceId: "s",
            status: .unprotected, protectionSources: .manual, createdDateTime: start)
        let points = [("e1", 0.0), ("e2", 600)].map { name, seconds in
            RestorePoint(
                id: "00000000-0000-4000-8000-0000000000\(name)", unitId: unit.id, workload: .oneDriveForBusiness,
                protectionDateTime: start.addingTimeInterval(seconds), expirationDateTime: .distantFuture,
                snapshotId: "s", cadence: .tenMinutes)
        }
        let items = (0..<3).map { number in
            UnreadItemRow().with {
                ($0.id, $0.unitId, $0.path) = ("i\(number)", unit.id, Array("Plans/\(number).docx".utf8))
                ($0.kind, $0.code, $0.message) = (.file, "permissionDenied", "It cannot be read.")
                ($0.sinceDateTime, $0.fromDateTime) = (start, start)
                $0.untilDateTime = number == 0 ? start.addingTimeInterval(600) : UnreadItemRow.open
            }
        }
        try await surface.fixture.catalog.write { writer in
            try writer.insert(unit)
            try writer.insert(contentsOf: points)
            try writer.insert(contentsOf: items)
        }
    }

    private func ask(_ target: String, as principal: Principal = ProtectionAPI.person) async -> APIAnswer {
        await surface.served.ask("GET", target, as: principal)
    }

    private func path(_ point: String) -> String {
        "/holdfast/v1.0/restorePoints/00000000-0000-4000-8000-0000000000\(point)/unreadItems"
    }

    @Test func `each point has its own items, page by page`() async throws {
        let second = await ask(path("e2"))
        #expect(second.values.map { $0.text("path") } == ["Plans/1.docx", "Plans/2.docx"])
        #expect(second.values.first?["kind"] == .string("file"))
        #expect(second.values.first?["keptFromDateTime"] == .null)
        var target: String? = path("e1") + "?$top=2"
        var sizes: [Int] = []
        while let next = target {
            let page = await ask(next)
            sizes.append(page.values.count)
            target = page.body?["@odata.nextLink"]?.stringValue.map {
                String($0.dropFirst("https://backup.example".count))
            }
        }
        #expect(sizes == [2, 1])
    }

    @Test func `a point that is not there is 404`() async {
        let answer = await ask(path("e9"))
        #expect(answer.status == 404)
        #expect(answer.code == ServiceErrorCode.restorePointNotFound.rawValue)
        #expect(await ask(path("e1") + "?path=x").status == 400)
    }

    @Test func `a caller without the permission is refused`() async {
        let caller = Principal(
            applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Configuration.Read.All"])
        #expect(await ask(path("e1"), as: caller).status == 403)
    }
}
