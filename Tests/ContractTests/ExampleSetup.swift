import BackupTesting
import Catalog
import Foundation
import OData

/// Brings a world into the state that an example begins with.
struct ExampleSetup: Sendable {
    /// The state cannot be reached.
    struct Impossible: Error { let reason: String }

    let world: World
    let client: LiveClient

    /// Prepares an example; gives the ids that the server chose itself for those of the example.
    func prepare(_ number: String) async throws -> [String: String] {
        switch number {
        case "02": try await insert([controller()])
        case "03": break
        case "04": try await insert([controller(.inactive), controller(.active, id: World.unknown)])
        default: _ = try await world.enabled()
        }
        switch number {
        case "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "37", "38":
            return try await protection(number)
        case "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "35", "36":
            return try await restores(number)
        case "29", "30", "31", "32", "33", "34": return try await browsing(number)
        case "39":
            for name in ["First", "Second", "Third"] {
                _ = try await client.send(
                    "POST", "/v1.0/solutions/backupRestore/oneDriveForBusinessProtectionPolicies",
                    ["displayName": .string(name)])
                _ = try await client.send("POST", "/v1.0/solutions/backupRestore/oneDriveForBusinessRestoreSessions")
            }
            return [:]
        default: return [:]
        }
    }

    private func controller(_ status: ServiceAppStatus = .active, id: String = World.application) -> ServiceApp {
        ServiceApp(
            id: id, status: status, registrationDateTime: world.clock.now(), lastModifiedDateTime: world.clock.now()
        ).with {
            $0.displayName = "Fjordlabs Backup Console"
            $0.lastModifiedBy = world.author
        }
    }

    func insert<Record: CatalogRecord>(_ records: [Record]) async throws {
        try await world.catalog.store.write { try $0.insert(contentsOf: records) }
    }

    private func protection(_ number: String) async throws -> [String: String] {
        let isActive = ["07", "08", "09", "38"].contains(number)
        var policy = world.policy(
            number == "37" ? "7d734246-2a79-5a82-8cb1-6d5a93507fa3" : World.policy, isActive ? .active : .inactive)
        if number == "37" { policy.protectionMode = .fullServiceBackup }
        try await insert([policy])
        if number == "09" { try await insert([world.policy(World.unknown, .inactive, .sharePoint)]) }
        let status: ProtectionUnitStatus = isActive ? .protected : .unprotected
        try await insert([
            world.unit(World.unit, of: World.ines, policy: policy.id, status),
            world.unit(World.freeUnit, of: World.tomas, policy: number == "12" ? nil : policy.id, status),
        ])
        if number == "10" {
            try await insert([world.unit(World.secondUnit, of: World.milo, policy: policy.id, status)])
        }
        let base = "/v1.0/solutions/backupRestore/oneDriveForBusinessProtectionPolicies/\(World.policy)"
        switch number {
        case "15":
            let rule = try await made("\(base)/driveInclusionRules", Self.example("14").body)
            try await settle()
            return ["ff246ea7-85e0-531c-aec5-69b182f46d07": rule]
        case "17":
            let job = try await made("\(base)/driveProtectionUnitsBulkAdditionJobs", Self.example("16").body)
            try await settle()
            return ["c6ae3eeb-6435-5cf1-b379-2ce3f89d7e42": job]
        default: return [:]
        }
    }

    private func restores(_ number: String) async throws -> [String: String] {
        try await insert([
            world.unit(World.unit, of: World.ines, policy: nil, .unprotected),
            world.unit(World.secondUnit, of: World.tomas, policy: nil, .unprotected),
        ])
        let points = ["ccebaebc-e698-5f9e-9e21-ecc8cd06b2fd", World.point]
        try await insert([world.unit(World.thirdUnit, of: World.bea, policy: nil)])
        try await insert([world.point("c6bf7d41-4fb4-5e87-b36e-b47e729ece3f", of: World.thirdUnit)])
        let others = [World.secondPoint, "326d8ff2-69d3-5311-9497-192fbb7aeb74"]
        try await insert(
            points.enumerated().map { world.point($1, of: World.unit, secondsAgo: Double($0 + 1) * 86_400) })
        if number != "19" {
            try await insert(
                others.enumerated().map { world.point($1, of: World.secondUnit, secondsAgo: Double($0 + 1) * 86_400) })
        }
        switch number {
        case "22", "23", "24", "27":
            let status: RestoreSessionStatus = number == "24" ? .active : number == "27" ? .completed : .draft
            let kind: ArtifactRestoreStatus = number == "27" ? .succeeded : .added
            try await insert([world.session(World.session, status, artifacts: 2)])
            try await insert([
                world.artifact(World.artifact, of: World.session, point: World.point, unit: World.unit, kind),
                world.artifact(
                    "4023c5e1-cdf7-5f99-be32-166c70653fd1", of: World.session, point: World.secondPoint,
                    unit: World.secondUnit, ordinal: 1, kind),
            ])
        case "25", "26":
            try await insert([
                world.session("23fc9c86-015a-560a-bbd6-e2af28fdfd67", .failed),
                world.session("851a72b5-9969-52bb-be35-7521b47a4082", .completedWithError, .sharePoint),
                world.session("babc8f06-0b3a-53ad-b0fb-812392a93eb0", .active, .exchange),
            ])
        case "28": try await insert([world.session("43bc8a3c-a956-5305-baa0-2d2906e3038d", .draft)])
        case "35", "20":
            try await insert([
                world.unit("c8e29ad1-07da-5216-b987-85d6ddfef30c", of: World.milo, .exchange, policy: nil, .unprotected)
            ])
            try await insert([
                world.point(
                    "ccc006ba-9628-57b3-b5b5-36d2335e4700", of: "c8e29ad1-07da-5216-b987-85d6ddfef30c", .exchange)
            ])
        case "36":
            try await insert([
                world.unit(World.freeUnit, of: "s1", .sharePoint, policy: nil, .unprotected),
                world.unit(World.policy, of: "s2", .sharePoint, policy: nil, .unprotected),
            ])
            try await insert([
                world.point("8f21449c-92f1-5355-89c5-549d16799e47", of: World.freeUnit, .sharePoint),
                world.point("938a4c98-75fc-56d1-89fe-b5fc7c71c37c", of: World.policy, .sharePoint),
            ])
        default: break
        }
        return [:]
    }

    /// What the API made, by its id.
    func made(_ target: String, _ body: JSONValue?) async throws -> String {
        let answer = try await client.send("POST", target, body)
        guard answer.status == 201, let id = answer.json["id"]?.stringValue else {
            throw Impossible(reason: "POST \(target) gave \(answer.status) \(answer.text.prefix(200))")
        }
        return id
    }

    /// Runs the jobs that wait, until none is left.
    func settle() async throws { try await world.settle() }

    static func example(_ number: String) throws -> ContractExample {
        guard let example = Vectors.examples.first(where: { $0.number == number }) else {
            throw Impossible(reason: "there is no example \(number)")
        }
        return example
    }
}
