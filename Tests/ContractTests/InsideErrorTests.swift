import BackupWork
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import Sandbox

/// The codes that stand inside of answers that succeed: in an entry of a delta, in a unit, in an
/// artifact, in a job.
///
/// Each of a unit and of an artifact is produced by order, as a sandbox does, and what has a cause
/// that a test can make is produced by that cause too.
@Suite struct InsideErrorTests {
    static let ofEntries: Set<String> = ["ProtectionUnitNotFound", "ProtectionUnitAlreadyExists"]
    static let ofJobs: Set<String> = [
        "ProtectionResourcesNotFound", "EmailNotFound", "DirectoryObjectIdNotFound", "SiteIdNotFound",
        "SiteWebUrlNotFound",
    ]

    private static let root = "/v1.0/solutions/backupRestore"
    private static let policies = "\(root)/oneDriveForBusinessProtectionPolicies"
    private static let sessions = "\(root)/oneDriveForBusinessRestoreSessions"

    private func code(_ entity: JSONValue) -> String? { entity["error"]?["code"]?.stringValue }

    @Test func `entries of a change are refused one by one, and what they name stays as it is`() async throws {
        let world = try await World()
        _ = try await world.filled()
        try await world.catalog.store.write { writer in
            try writer.insert(world.policy(World.policy, .inactive))
            try writer.insert(world.unit(World.secondUnit, of: World.tomas, policy: World.policy))
        }
        try await world.run { client in
            let before = try await world.catalog.store.page(Query<ProtectionUnit>())
            let answer = try await client.send(
                "PATCH", "\(Self.policies)/\(World.id(1, .oneDriveForBusiness))",
                [
                    "driveProtectionUnits@delta": [
                        ["directoryObjectId": .string(World.tomas)],
                        ["@removed": ["reason": "changed"], "id": .string(World.unknown)],
                    ]
                ])
            let entries =
                answer.json["driveProtectionUnits@delta"]?.arrayValue?.compactMap {
                    $0["@Core.DataModificationException"]
                } ?? []
            #expect(answer.status == 200, "\(answer.text)")
            #expect(Set(entries.compactMap { $0["info"]?["code"]?.stringValue }) == Self.ofEntries, "\(answer.text)")
            #expect(entries.map { $0["failedOperation"] } == ["add", "remove"], "\(answer.text)")
            #expect(entries.map { $0["responseCode"] } == [409, 409], "\(answer.text)")
            #expect(try await world.catalog.store.page(Query<ProtectionUnit>()) == before)
        }
    }

    /// The details carry the code that the pages of the two actions show. Source: contract
    /// errors.md, the contradiction below the policies.
    @Test(arguments: ["activate", "deactivate"]) func `an action in the wrong state tells both published codes`(
        action: String
    ) async throws {
        let refusal = Refusal(403, "PolicyActionNotAllowed", "POST /", state: action == "activate" ? .active : .filled)
        let world = try await World.made(for: refusal)
        try await world.run { client in
            let answer = try await client.send(
                "POST", "\(Self.root)/protectionPolicies/\(World.id(1, .oneDriveForBusiness))/\(action)")
            #expect(answer.status == 403)
            #expect(answer.code == refusal.code)
            #expect(
                answer.json["error"]?["details"]?.arrayValue?.map { $0["code"] } == ["invalidStateForActivation"],
                "\(answer.text)")
        }
    }

    // MARK: Units

    @Test(arguments: FaultCodes.ofUnits.sorted())
    func `a unit shows the code that was ordered for its backup, and recovers with the next`(code: String) async throws
    {
        let world = try await World().enabled()
        try await world.run { client in
            let unit = try await world.protectDrive(client)
            try world.order(["unit": .string(unit), "code": .string(code), "times": 1])
            world.clock.turn(days: 1)
            try await world.backUp()
            let failed = try await client.send("GET", "\(Self.root)/driveProtectionUnits/\(unit)")
            #expect(failed.status == 200, "\(failed.text)")
            #expect(self.code(failed.json) == code, "\(failed.text)")
            world.clock.turn(days: 1)
            try await world.backUp()
            let recovered = try await client.send("GET", "\(Self.root)/driveProtectionUnits/\(unit)")
            #expect(recovered.status == 200, "\(recovered.text)")
            #expect(recovered.json["error"] == .null, "\(recovered.text)")
        }
    }

    @Test func `a unit whose drive is gone says so`() async throws {
        let world = try await World().enabled()
        try await world.run { client in
            let unit = try await world.protectDrive(client)
            try FileManager.default.removeItem(
                at: world.tenant.folder.url.appending(path: "drives/ines@fjordlabs.example"))
            world.clock.turn(days: 1)
            try await world.backUp()
            let answer = try await client.send("GET", "\(Self.root)/driveProtectionUnits/\(unit)")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(self.code(answer.json) == "ProtectionUnitNotFound", "\(answer.text)")
        }
    }

    // MARK: Artifacts

    @Test(arguments: FaultCodes.ofArtifacts.sorted()) func `an artifact shows the code that was ordered for it`(
        code: String
    ) async throws {
        let world = try await World().enabled()
        try await world.run { client in
            let unit = try await world.protectDrive(client)
            try await world.backUp()
            let points = try await world.catalog.store.page(
                Query<RestorePoint>(where: .equal("unitId", unit), limit: 1))
            let entry: JSONValue = [
                "restorePoint": ["id": .string(points.first?.id ?? "")], "destinationType": "inPlace",
            ]
            let session =
                try await client.send("POST", Self.sessions, ["driveRestoreArtifacts": [entry]]).json["id"]?.stringValue
                ?? ""
            let list = "\(Self.sessions)/\(session)/driveRestoreArtifacts"
            let artifact = try await client.send("GET", list).json["value"]?.arrayValue?.first?["id"]
            try world.order(["artifact": try #require(artifact), "code": .string(code), "times": 1])
            #expect(try await client.send("POST", "\(Self.root)/restoreSessions/\(session)/activate").status == 200)
            try await world.settle()
            let artifacts = try await client.send("GET", list)
            #expect(artifacts.json["value"]?.arrayValue?.map { self.code($0) } == [code], "\(artifacts.text)")
            #expect(
                try await client.send(
                    "GET", "\(Self.sessions)/\(session)", headers: [("Prefer", "include-unknown-enum-members")]
                ).json["status"] == "failed")
        }
    }

    /// Why an artifact cannot be restored, though its session could be activated.
    enum Cause: String, CaseIterable {
        case nothingBackedUp = "ArtifactNotFound"
        case pointExpired = "InvalidRestoreTime"
        case runningElsewhere = "DuplicateArtifactRestoreRequest"
        case mailbox = "ArtifactCannotBeRestored"
    }

    @Test(arguments: Cause.allCases) func `an artifact shows why it could not be restored`(cause: Cause) async throws {
        let world = try await World()
        _ = try await world.filled()
        let workload = cause == .mailbox ? Workload.exchange : .oneDriveForBusiness
        if cause == .runningElsewhere {
            try await world.catalog.store.write { writer in
                try writer.insert(world.session(World.emptySession, .active, artifacts: 1))
                try writer.insert(
                    world.artifact(
                        World.artifact, of: World.emptySession, point: World.id(3, workload),
                        unit: World.id(2, workload), .inProgress))
            }
        }
        try await world.run { client in
            #expect(
                try await client.send("POST", "\(Self.root)/restoreSessions/\(World.id(4, workload))/activate").status
                    == 200)
            // Between the request and the work.
            if cause == .pointExpired { world.clock.turn(days: 301) }
            try await world.settle()
            let noun = workload == .exchange ? "mailbox" : "drive"
            let list = try await client.send(
                "GET",
                "\(Self.root)/\(workload.rawValue)RestoreSessions/\(World.id(4, workload))/\(noun)RestoreArtifacts")
            let artifact = list.json["value"]?.arrayValue?.first
            #expect(artifact.flatMap { self.code($0) } == cause.rawValue, "\(list.text)")
            #expect(artifact?["status"] == "failed", "\(list.text)")
        }
    }

    // MARK: Jobs

    @Test(arguments: [
        (
            "oneDriveForBusiness", "drive",
            ["drives": ["nobody@fjordlabs.example"], "directoryObjectIds": [.string(World.unknown)]] as JSONValue,
            ["EmailNotFound", "DirectoryObjectIdNotFound"]
        ),
        (
            "sharePoint", "site",
            ["siteWebUrls": ["https://fjordlabs.example/sites/nowhere"], "siteIds": [.string(World.unknown)]]
                as JSONValue,
            ["SiteWebUrlNotFound", "SiteIdNotFound"]
        ),
    ])
    func `a job lists what it could not find`(
        workload: String, noun: String, list: JSONValue, codes: [String]
    ) async throws {
        let world = try await World()
        _ = try await world.filled()
        let policy = World.id(1, workload == "sharePoint" ? .sharePoint : .oneDriveForBusiness)
        try await world.run { client in
            let jobs = "\(Self.root)/\(workload)ProtectionPolicies/\(policy)/\(noun)ProtectionUnitsBulkAdditionJobs"
            let made = try await client.send("POST", jobs, list)
            #expect(made.status == 201, "\(made.text)")
            try await world.settle()
            let job = try await client.send("GET", "\(jobs)/\(made.json["id"]?.stringValue ?? "")")
            #expect(self.code(job.json) == "ProtectionResourcesNotFound", "\(job.text)")
            #expect(
                job.json["error"]?["details"]?.arrayValue?.compactMap { $0["code"]?.stringValue } == codes,
                "\(job.text)")
        }
    }
}

extension World {
    /// Protects the drive of Ines by an active policy.
    /// - Returns: the id of its unit.
    func protectDrive(_ client: LiveClient) async throws -> String {
        let root = "/v1.0/solutions/backupRestore"
        let policy = try await client.send(
            "POST", "\(root)/oneDriveForBusinessProtectionPolicies",
            ["displayName": "Drives", "driveProtectionUnits": [["directoryObjectId": .string(Self.ines)]]])
        guard let id = policy.json["id"]?.stringValue else {
            throw ExampleSetup.Impossible(reason: "no policy: \(policy.text.prefix(200))")
        }
        _ = try await client.send("POST", "\(root)/protectionPolicies/\(id)/activate")
        try await settle()
        guard
            let unit = try await catalog.store.page(Query<ProtectionUnit>(where: .equal("policyId", id), limit: 1))
                .first
        else {
            throw ExampleSetup.Impossible(reason: "the policy has no unit")
        }
        return unit.id
    }

    /// Takes the points that are due.
    func backUp() async throws {
        _ = try await Scheduler(service).tick()
        try await settle()
    }
}
