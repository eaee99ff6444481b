import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Testing

/// What differs between two points of a unit, through the API.
@Suite struct DifferenceSurfaceTests {
    private let surface: ProtectionAPI
    private let unitID: String
    /// The points of before and after the changes.
    private let points: [String]

    /// Adele's drive, backed up twice.
    init() async throws {
        let surface = try await ProtectionAPI()
        self.surface = surface
        let drive = "drives/adele@contoso.example"
        for number in 0..<5 { try surface.tenant.write("\(drive)/Plans/\(number).txt", "plan \(number)") }
        try surface.tenant.write("\(drive)/Old/a.txt", "old")
        let id = ContosoTenant.personID("adele")
        _ = try await surface.policy(
            "oneDriveForBusinessProtectionPolicies",
            ["displayName": "P", "driveProtectionUnits": [["directoryObjectId": .string(id)]]])
        try await surface.settle()
        try surface.tenant.write("\(drive)/Plans/1.txt", "a longer plan")
        try surface.tenant.write("\(drive)/New/b.txt", "new")
        try FileManager.default.removeItem(atPath: surface.tenant.folder.path + "/\(drive)/Old")
        surface.clock.turn(seconds: Double(surface.service.dependencies.intervals.cadenceSeconds))
        try await surface.settle()
        let rows = try await surface.fixture.catalog.page(
            Query<RestorePoint>(order: [.init("protectionDateTime")]))
        points = rows.map(\.id)
        unitID = try #require(rows.first?.unitId)
        try #require(points.count == 2)
    }

    private func ask(
        _ query: String, unit: String? = nil, as principal: Principal = ProtectionAPI.person
    ) async
        -> APIAnswer
    {
        await surface.served.ask(
            "GET", "/holdfast/v1.0/protectionUnits/\(unit ?? unitID)/differences?\(query)", as: principal)
    }

    private func lines(_ answer: APIAnswer) -> [String] {
        answer.values.map { "\($0.text("change") ?? "") \($0.text("kind") ?? "") \($0.text("path") ?? "")" }
    }

    @Test func `every item that differs is listed with what happened to it`() async {
        let answer = await ask("from=\(points[0])&to=\(points[1])")
        #expect(
            lines(answer) == [
                "added folder New", "added file New/b.txt", "removed folder Old", "removed file Old/a.txt",
                "changed file Plans/1.txt",
            ])
        let changed = answer.values.first { $0.text("path") == "Plans/1.txt" }
        #expect(changed?["fromSize"] == "6")
        #expect(changed?["toSize"] == "13")
        #expect(changed?["fromModified"] != .null)
    }

    @Test func `a depth gives folders with their sums`() async {
        let answer = await ask("from=\(points[0])&depth=1")
        #expect(answer.values.map { $0.text("path") } == ["New", "Old", "Plans"])
        let below = answer.values.last?["below"]
        #expect(below?["changed"] == .int(1))
        #expect(below?["bytes"] == "13")
        #expect(lines(await ask("from=\(points[0])&path=Plans&depth=1")) == ["changed file Plans/1.txt"])
    }

    @Test func `pages lead through all of it`() async throws {
        var target: String? = "from=\(points[0])&$top=2"
        var found: [String] = []
        while let next = target {
            let page = await ask(next)
            #expect(page.status == 200, "\(page)")
            found += lines(page)
            target = page.body?["@odata.nextLink"]?.stringValue.flatMap {
                $0.split(separator: "?", maxSplits: 1).last.map(String.init)
            }
        }
        #expect(found == lines(await ask("from=\(points[0])")))
        #expect(found.count > 4)
    }

    @Test func `two points with one content differ in nothing`() async {
        #expect(await ask("from=\(points[0])&to=\(points[0])").values.isEmpty)
    }

    @Test(arguments: [
        ("from=00000000-0000-4000-8000-00000000dead", 404, "RestorePointNotFound"), ("to=x", 400, "BadRequest"),
        ("from=A&path=..%2Fx", 400, "BadRequest"), ("from=A&depth=0", 400, "BadRequest"),
        ("from=A&depth=x", 400, "BadRequest"), ("from=A&colour=red", 400, "BadRequest"),
        ("from=A&path=Nowhere", 404, "itemNotFound"), ("from=A&$skiptoken=x", 400, "BadRequest"),
    ])
    func `wrong questions are refused`(query: String, status: Int, code: String) async {
        let answer = await ask(query.replacing("from=A", with: "from=\(points[0])"))
        #expect(answer.status == status)
        #expect(answer.code?.lowercased() == code.lowercased())
    }

    @Test func `another unit's points and unknown units are 404`() async {
        let other = await ask("from=\(points[0])", unit: "00000000-0000-4000-8000-00000000dead")
        #expect(other.code == ServiceErrorCode.protectionUnitNotFound.rawValue)
        #expect(await ask("from=\(points[0])", unit: "x").status == 400)
    }

    @Test func `a caller who may only read is refused`() async {
        let caller = Principal(applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Restore.Read.All"])
        #expect(await ask("from=\(points[0])", as: caller).status == 403)
    }
}
