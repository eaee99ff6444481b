import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import Testing

@testable import ProtectionService

/// Restore points that a client asks for, and held ones that it lets go.
@Suite struct BackupRequestTests {
    private let surface: ProtectionAPI
    private let policyID: String
    private let unitID: String

    /// The command line, for a person.
    private static let commandLine = Principal(
        applicationID: FirstParty.applicationID, applicationName: "Holdfast",
        user: .init(id: "0a1b2c3d-0001-4000-8000-000000000019", displayName: "command line", email: nil),
        permissions: GraphPermission.all)
    private static let stranger = Principal(
        applicationID: "3f1c2d4e-0000-4000-8000-0000000000bb", applicationName: "Other",
        permissions: GraphPermission.all)
    private static let unknownID = "00000000-0000-4000-8000-00000000dead"

    init() async throws {
        surface = try await ProtectionAPI()
        let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]
        policyID = try await surface.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        try await surface.settle()
        unitID = try #require(await surface.call("GET", "/driveProtectionUnits").values.first?.text("id"))
    }

    private func ask(
        _ method: String, _ path: String, _ body: JSONValue? = nil, as principal: Principal = ProtectionAPI.person
    ) async -> APIAnswer {
        await surface.served.ask(method, "/holdfast/v1.0\(path)", body, as: principal)
    }

    private func points() async -> [JSONValue] {
        await ask("GET", "/restorePoints?$filter=unitId%20eq%20'\(unitID)'").values
    }

    // MARK: Backups

    @Test func `a point that is asked for is followed until it exists`() async throws {
        let before = await points().count
        surface.clock.turn(seconds: 60)
        let asked = await ask("POST", "/protectionUnits/\(unitID.uppercased())/backup")
        #expect(asked.status == 202)
        #expect(asked["unitId"] == .string(unitID))
        #expect(asked["status"] == .string("waiting"))
        #expect(asked["restorePointId"] == .null)
        let id = try #require(asked["id"]?.stringValue)
        try await surface.settle()
        let done = await ask("GET", "/backups/\(id)")
        #expect(done["status"] == .string("done"))
        #expect(done["error"] == .null)
        let after = await points()
        #expect(after.count == before + 1)
        #expect(after.first?["id"] == done["restorePointId"])
    }

    @Test func `a second request takes the backup that waits`() async {
        let first = await ask("POST", "/protectionUnits/\(unitID)/backup")
        let second = await ask("POST", "/protectionUnits/\(unitID)/backup")
        #expect(second.status == 202)
        #expect(second["id"] == first["id"])
        #expect(first["id"] != nil)
    }

    @Test func `a backup that had begun before is answered as running`() async throws {
        let running = Job(
            id: "30000000-0000-4000-8000-000000000001", kind: JobKind.backup.rawValue, subjectId: unitID,
            runAfterDateTime: surface.clock.now(), createdDateTime: surface.clock.now()
        ).with {
            ($0.state, $0.leaseOwner, $0.leaseExpiresDateTime) = (.running, "other/1/x", .distantFuture)
        }
        try await surface.fixture.catalog.write { try $0.insert(running) }
        let asked = await ask("POST", "/protectionUnits/\(unitID)/backup")
        #expect(asked.status == 202)
        #expect(asked["id"] == .string(running.id))
        #expect(asked["status"] == .string("running"))
    }

    @Test func `a failed backup gives the client's reason and not the log's`() async throws {
        try await surface.fixture.catalog.write { [unitID] writer in
            try writer.insert(
                Job(
                    id: "30000000-0000-4000-8000-000000000002", kind: JobKind.backup.rawValue, subjectId: unitID,
                    runAfterDateTime: .distantPast, createdDateTime: .distantPast
                ).with {
                    $0.state = .failed
                    $0.error = PublicError(code: "QuotaExceeded", message: "no space left in '/srv/secret'")
                })
            var unit = try #require(try writer.find(ProtectionUnit.self, id: unitID))
            unit.error = PublicError(code: "QuotaExceeded", message: "The place for backups is full.")
            try writer.update(unit)
        }
        let failed = await ask("GET", "/backups/30000000-0000-4000-8000-000000000002")
        #expect(failed["status"] == .string("failed"))
        #expect(failed["error"]?["message"] == .string("The place for backups is full."))
        #expect(!failed.text.contains("secret"))
    }

    @Test func `ids are checked, and so is whether anything is there`() async throws {
        let malformed = await ask("POST", "/protectionUnits/x/backup")
        #expect(malformed.status == 400)
        #expect(malformed.code == "InvalidProtectionUnitId")
        let unknown = await ask("POST", "/protectionUnits/\(Self.unknownID)/backup")
        #expect(unknown.status == 404)
        #expect(unknown.code == "ProtectionUnitNotFound")
        #expect(await ask("GET", "/backups/\(Self.unknownID)").code == "BackupNotFound")
        let prune = Job(
            id: "30000000-0000-4000-8000-000000000003", kind: JobKind.prune.rawValue, subjectId: unitID,
            runAfterDateTime: .distantFuture, createdDateTime: .distantPast)
        try await surface.fixture.catalog.write { try $0.insert(prune) }
        #expect(await ask("GET", "/backups/\(prune.id)").status == 404)
        #expect(await ask("POST", "/protectionUnits/\(unitID)/backup", ["quickly": true]).status == 400)
    }

    @Test func `a unit that is not protected any more is refused`() async throws {
        _ = await surface.call("POST", "/protectionPolicies/\(policyID)/deactivate")
        try await surface.settle()
        let refused = await ask("POST", "/protectionUnits/\(unitID)/backup")
        #expect(refused.status == 409)
        #expect(refused.code == "UnitNotProtected")
    }

    // MARK: Rights

    @Test(arguments: ["backup", "releaseHold"])
    func `the controller and the command line may, others may not`(action: String) async {
        let path = "/protectionUnits/\(unitID)/\(action)"
        for allowed in [ProtectionAPI.person, ProtectionAPI.program, Self.commandLine] {
            #expect(await ask("POST", path, as: allowed).status != 403)
        }
        let stranger = await ask("POST", path, as: Self.stranger)
        #expect(stranger.status == 403)
        #expect(stranger.code == "AppNotController")
        let reader = Principal(
            applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Configuration.Read.All"])
        #expect(await ask("POST", path, as: reader).status == 403)
        #expect(await ask("GET", path).status == 405)
    }

    @Test(arguments: ["backup", "releaseHold"])
    func `a service that is switched off refuses everybody`(action: String) async throws {
        try await surface.fixture.catalog.write { [tenantID = surface.service.tenantID] writer in
            var state = try #require(try writer.find(ServiceState.self, id: tenantID))
            state.status = .protectionChangeLocked
            try writer.update(state)
        }
        for caller in [ProtectionAPI.person, Self.commandLine] {
            let refused = await ask("POST", "/protectionUnits/\(unitID)/\(action)", as: caller)
            #expect(refused.status == 403)
            #expect(refused.code == "ServiceNotEnabled")
        }
    }

    // MARK: Points and holds

    @Test func `a held point tells so until it is released`() async throws {
        let id = try #require(await points().first?.text("id"))
        try await surface.fixture.catalog.write { [unitID, now = surface.clock.now()] writer in
            var hold = PointHold()
            (hold.id, hold.unitId, hold.sinceDateTime, hold.untilDateTime) = (id, unitID, now, now + 86_400)
            (hold.pointExpirationDateTime, hold.files, hold.filesLeft) = (now + 3600, 60, 2)
            try writer.insert(hold)
        }
        let held = await ask("GET", "/restorePoints/\(id)")
        #expect(held["heldFiles"] == .int(60))
        #expect(held["heldFilesLeft"] == .int(2))
        #expect(held["heldUntilDateTime"]?.stringValue != nil)
        let released = await ask("POST", "/protectionUnits/\(unitID)/releaseHold")
        #expect(released.status == 200)
        #expect(released["id"] == .string(id))
        #expect(released["heldUntilDateTime"] == .null)
        let again = await ask("POST", "/protectionUnits/\(unitID)/releaseHold")
        #expect(again.status == 409)
        #expect(again.code == "NothingHeld")
    }

    @Test func `points are listed newest first, with damage and unread items, and filtered by their unit`() async throws
    {
        surface.clock.turn(seconds: 600)
        try await surface.settle()
        let listed = await points()
        #expect(listed.count >= 2)
        let times = listed.compactMap { $0.text("protectionDateTime") }
        #expect(times == times.sorted(by: >))
        #expect(listed.allSatisfy { $0["isDamaged"] == .bool(false) })
        #expect(listed.allSatisfy { $0["unreadCount"] == .int(0) })
        #expect(await ask("GET", "/restorePoints?$filter=unitId%20eq%20'\(Self.unknownID)'").values.isEmpty)
        #expect(await ask("GET", "/restorePoints?$filter=unreadCount%20gt%200").values.isEmpty)
        #expect(await ask("GET", "/restorePoints/\(Self.unknownID)").code == "RestorePointNotFound")
    }
}
