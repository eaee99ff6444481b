import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

/// Filters on every property of every list: each one is answered, and a collection is refused.
@Suite struct FilterWalkTests {
    /// The properties of a type with those of its bases, complex ones opened, as
    /// `declaring type.path` and path.
    private static func scalars(
        of type: String, _ walk: ListWalk
    ) -> [(name: String, path: String, isScalar: Bool)] {
        walk.properties(of: type).flatMap { owner, name, member in
            opened(name, member.type, walk.schema, depth: 0).map { ("\(owner).\($0)", $0, $1) }
        }
    }

    /// A structured property can be there or not; its members are walked as well.
    private static func opened(_ path: String, _ type: String, _ schema: Schema, depth: Int) -> [(String, Bool)] {
        guard !type.hasPrefix("Collection(") else { return [(path, false)] }
        guard let complex = schema.structures[type], depth < 4 else { return [(path, true)] }
        return [(path, true)]
            + complex.properties.sorted { $0.key < $1.key }.flatMap {
                opened("\(path)/\($0.key)", $0.value.type, schema, depth: depth + 1)
            }
    }

    @Test(arguments: ["v1.0", "beta"]) func `every property of every list that is no collection can be filtered by`(
        version: String
    ) async throws {
        let walk = try await ListWalk(version)
        // Lists of one type under several paths have one handler; each type is asked once.
        var wrong: Set<String> = []
        var seen: Set<String> = []
        for list in walk.lists {
            let begin = list.operation.name == "GET /restorePoints" ? "$expand=protectionUnit&" : ""
            for property in Self.scalars(of: list.type, walk)
            where seen.insert("\(list.type) \(property.name)").inserted {
                let answer = await walk.world.send(
                    "GET", "\(list.target)?\(begin)$filter=\(property.path) ne null")
                let isRight =
                    property.isScalar ? answer.status == 200 : answer.status == 400 && answer.errorCode == "BadRequest"
                if !isRight { wrong.insert("\(property.name): \(answer.status) \(answer.text.prefix(120))") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.sorted().joined(separator: "\n"))")
    }
}

/// What computed and nested properties mean in a filter: the same as when they are read.
@Suite struct FilterMeaningTests {
    private static let root = "/v1.0/solutions/backupRestore"

    private func ids(_ answer: ODataResponse) -> [String] {
        (answer.json["value"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }.sorted()
    }

    /// Three policies, two of them inactive; units of Ines, Tomas and Bea, one failed and one made
    /// by nobody; two sessions.
    private func world() async throws -> World {
        let world = try await World().enabled()
        try await world.catalog.store.write { writer in
            for (number, status) in [ProtectionPolicyStatus.inactive, .active, .inactive].enumerated() {
                try writer.insert(world.policy("p\(number)", status))
            }
            var failed = world.unit("u0", of: World.ines, policy: nil)
            failed.error = PublicError(code: "QuotaExceeded", message: "It's full.")
            failed.displayName = "Ines"
            var ownerless = world.unit("u1", of: World.tomas, policy: nil)
            ownerless.createdBy = nil
            ownerless.displayName = "Tomas"
            ownerless.email = nil
            var byProgram = world.unit("u2", of: World.bea, policy: nil)
            byProgram.createdBy = IdentitySet(application: Identity(id: "app", displayName: "Pro%gram"))
            byProgram.displayName = nil
            for unit in [failed, ownerless, byProgram] { try writer.insert(unit) }
            for unit in ["u0", "u2"] { try writer.insert(world.point("point-\(unit)", of: unit)) }
            var running = world.session("s1", .active, artifacts: 7)
            running.artifactsInProgress = 4
            try writer.insert(running)
            try writer.insert(world.session(World.session, .draft))
            try writer.insert(world.artifact("a0", of: World.session, point: "point-u0", unit: "u0"))
            try writer.insert(world.artifact("a1", of: World.session, point: "point-u2", unit: "u2", ordinal: 1))
            try writer.insert(
                ServiceApp(
                    id: "app", status: .inactive, registrationDateTime: world.clock.now(),
                    lastModifiedDateTime: world.clock.now()
                ).with {
                    $0.displayName = "Other"
                    $0.effectiveDateTime = world.clock.now()
                })
        }
        return world
    }

    @Test(
        arguments: [
            ("protectionPolicies?$filter=isEnabled", ["p1"]), ("protectionPolicies?$filter=isEnabled eq true", ["p1"]),
            ("protectionPolicies?$filter=isEnabled eq false", ["p0", "p2"]),
            ("protectionPolicies?$filter=isEnabled ne false", ["p1"]),
            ("protectionPolicies?$filter=not (isEnabled eq true)", ["p0", "p2"]),
            ("protectionPolicies?$filter=isEnabled eq null", []),
            ("protectionPolicies?$filter=isEnabled in (true,false)", ["p0", "p1", "p2"]),
            ("protectionUnits?$filter=createdBy/user/id eq '\(World.ines)'", ["u0"]),
            ("protectionUnits?$filter=createdBy/user/id eq null", ["u1", "u2"]),
            ("protectionUnits?$filter=error ne null", ["u0"]), ("protectionUnits?$filter=createdBy eq null", ["u1"]),
            ("protectionUnits?$filter=createdBy/user ne null", ["u0"]),
            ("driveProtectionUnits?$filter=error/innerError ne null", []),
            ("serviceApps?$filter=application eq null", []),
            ("protectionUnits?$filter=createdBy/user/id ne '\(World.ines)'", ["u1", "u2"]),
            ("protectionUnits?$filter=createdBy/application/id in ('app','\(World.application)')", ["u0", "u2"]),
            ("protectionUnits?$filter=startswith(CreatedBy/User/DisplayName,'Ines')", ["u0"]),
            ("protectionUnits?$filter=contains(createdBy/application/displayName,'%25g')", ["u2"]),
            ("protectionUnits?$filter=createdBy/device/id eq null", ["u0", "u1", "u2"]),
            ("protectionUnits?$filter=error/code eq 'QuotaExceeded'", ["u0"]),
            ("protectionUnits?$filter=error/code ne null", ["u0"]),
            ("protectionUnits?$filter=error/message eq 'It''s full.'", ["u0"]),
            ("protectionUnits?$filter=error/innerError/code eq null", ["u0", "u1", "u2"]),
            ("driveProtectionUnits?$filter=displayName eq 'Ines'", ["u0"]),
            ("driveProtectionUnits?$filter=email eq null", ["u1"]),
            ("protectionUnits?$filter=microsoft.graph.driveProtectionUnit/displayName eq null", ["u2"]),
            ("restoreSessions?$filter=restoreSessionArtifactCount/total gt 0", ["s1"]),
            (
                """
                restoreSessions?$filter=restoreSessionArtifactCount/inProgress eq 4 and lastModifiedBy/user/id eq \
                '\(World.ines)'
                """,
                ["s1"]
            ),
            (
                """
                oneDriveForBusinessRestoreSessions/\(World.session)/driveRestoreArtifacts?$filter=restorePoint/id \
                eq 'point-u2'
                """,
                ["a1"]
            ),
            (
                """
                oneDriveForBusinessRestoreSessions/\(World.session)/driveRestoreArtifacts?$filter=restorePoint\
                /protectionUnit/createdBy/application/id eq 'app'
                """,
                ["a1"]
            ),
            (
                "restorePoints?$expand=protectionUnit&$filter=protectionUnit/createdBy/user/id eq '\(World.ines)'",
                ["point-u0"]
            ),
            (
                "restorePoints?$expand=protectionUnit($filter=error/code eq 'QuotaExceeded')&$filter=tags ne 'none'",
                ["point-u0"]
            ),
            ("serviceApps?$filter=application/id eq '\(World.application)'", [World.application]),
            ("serviceApps?$filter=application/displayName eq 'Other' and effectiveDateTime eq null", ["app"]),
        ] as [(String, [String])])
    func `filters find what the answers show`(query: String, wanted: [String]) async throws {
        try await expect(try await world(), "\(Self.root)/\(query)", wanted)
    }

    /// Expects that a list has the entries with some ids, in any order.
    private func expect(
        _ world: World, _ target: String, _ wanted: [String], as principal: Principal = World.principal()
    ) async throws {
        let answer = await world.send("GET", target, as: principal)
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        #expect(ids(answer) == wanted.sorted(), "\(answer.text.prefix(300))")
    }

    @Test(
        arguments: [
            ("driveProtectionUnits?$filter=displayName eq 'Ines'", []),
            ("driveProtectionUnits?$filter=displayName ne null", []),
            ("driveProtectionUnits?$filter=startswith(displayName,'I')", []),
            ("driveProtectionUnits?$filter=email eq null", ["u0", "u1", "u2"]),
            ("driveProtectionUnits?$filter=displayName ne 'Ines'", ["u0", "u1", "u2"]),
            (
                """
                restorePoints?$expand=protectionUnit&\
                $filter=protectionUnit/microsoft.graph.driveProtectionUnit/displayName eq 'Ines'
                """,
                []
            ),
        ] as [(String, [String])])
    func `an application learns nothing of names by filtering`(query: String, wanted: [String]) async throws {
        try await expect(
            try await world(), "\(Self.root)/\(query)", wanted, as: World.principal(delegated: false))
    }

    private static let items =
        "\(root)/oneDriveForBusinessRestoreSessions/\(World.id(4, .oneDriveForBusiness))/granularDriveRestoreArtifacts"

    /// A draft with two items, of which the second is being restored.
    private func worldOfItems() async throws -> World {
        let world = try await world()
        let session = World.id(4, .oneDriveForBusiness)
        try await world.catalog.store.write { writer in
            try writer.insert(world.session(session, .draft))
            for (number, key) in ["b,1", "a,2"].enumerated() {
                var item = GranularRestoreArtifact()
                (item.id, item.sessionId, item.ordinal, item.itemKey, item.webUrl) = (
                    "\(number)", session, number, key, "https://x/\(number)"
                )
                if number == 1 {
                    (item.startDateTime, item.status, item.restoredItemPath) = (
                        world.clock.now(), .inProgress, "Recovered"
                    )
                }
                try writer.insert(item)
            }
        }
        return world
    }

    @Test(
        arguments: [
            ("$filter=id eq 'a,2'", ["a,2"]), ("$filter=status eq 'inProgress'", ["a,2"]),
            ("$filter=webUrl eq ''", ["b,1"]), ("$filter=webUrl eq 'https://x/0'", []),
            ("$filter=startDateTime lt 0002-01-01T00:00:00Z", ["b,1"]),
            ("$filter=startDateTime ge 2026-01-01T00:00:00Z", ["a,2"]),
            ("$filter=restoredItemPath eq ''", ["b,1"]), ("$filter=restoredItemPath eq null", []),
            ("$filter=startswith(restoredItemPath,'Rec')", ["a,2"]),
        ] as [(String, [String])])
    func `items are found by their keys, and what has not come reads as empty`(
        query: String, wanted: [String]
    ) async throws {
        try await expect(try await worldOfItems(), "\(Self.items)?\(query)", wanted)
    }

    @Test func `items are ordered by their keys`() async throws {
        let world = try await worldOfItems()
        let first = await world.send("GET", "\(Self.items)?$orderby=id&$top=1")
        #expect(ids(first) == ["a,2"])
        let next = first.json["@odata.nextLink"]?.stringValue?.replacing("https://graph.backup.example", with: "") ?? ""
        #expect(ids(await world.send("GET", next)) == ["b,1"])
    }

    /// Two policies with six units each, one of them off, and one without.
    private func worldOfCounts() async throws -> World {
        let world = try await world()
        let statuses: [ProtectionUnitStatus] = [
            .protected, .protected, .protectRequested, .removeRequested, .unprotected, .offboarded,
        ]
        try await world.catalog.store.write { writer in
            for (number, status) in statuses.enumerated() {
                for policy in ["p0", "p1"] {
                    try writer.insert(
                        world.unit("\(policy)-\(number)", of: "\(policy)-\(number)", policy: policy, status))
                }
            }
        }
        return world
    }

    @Test func `a policy shows how many of its units are how far`() async throws {
        let world = try await worldOfCounts()
        let shown = await world.send("GET", "\(Self.root)/protectionPolicies?$select=protectionPolicyArtifactCount")
        // Of a policy that was never activated nothing has failed.
        let wanted: [String: JSONValue] = [
            "p0": ["total": 6, "completed": 2, "inProgress": 2, "failed": 0],
            "p1": ["total": 6, "completed": 2, "inProgress": 2, "failed": 1],
            "p2": ["total": 0, "completed": 0, "inProgress": 0, "failed": 0],
        ]
        for policy in shown.json["value"]?.arrayValue ?? [] {
            #expect(policy["protectionPolicyArtifactCount"] == wanted[policy["id"]?.stringValue ?? ""])
        }
    }

    @Test(
        arguments: [
            ("total eq 6", ["p0", "p1"]), ("total eq 0", ["p2"]), ("total ne 6", ["p2"]), ("total ge 1", ["p0", "p1"]),
            ("total lt -1", []),
            ("completed eq 2", ["p0", "p1"]), ("inProgress gt 1", ["p0", "p1"]), ("failed gt 0", ["p1"]),
            ("failed le 0", ["p0", "p2"]),
            ("failed in (1,2,null)", ["p1"]), ("total eq null", []), ("total ne null", ["p0", "p1", "p2"]),
        ] as [(String, [String])])
    func `policies are found and counted by how many of their units are how far`(
        filter: String, found: [String]
    ) async throws {
        let answer = await (try await worldOfCounts()).send(
            "GET", "\(Self.root)/protectionPolicies?$count=true&$filter=protectionPolicyArtifactCount/\(filter)")
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        #expect(ids(answer) == found, "\(answer.text.prefix(300))")
        #expect(answer.json["@odata.count"] == .int(Int64(found.count)), "\(answer.text.prefix(300))")
    }

    @Test func `counts of units stand beside other conditions`() async throws {
        let both = "not (protectionPolicyArtifactCount/failed eq 0) and isEnabled eq true"
        try await expect(try await worldOfCounts(), "\(Self.root)/protectionPolicies?$filter=\(both)", ["p1"])
    }

    @Test(
        arguments: [
            ("driveProtectionUnits?$filter=pendingRetentionPeriodChange/status eq 'inProgress'", ["u9"]),
            ("driveProtectionUnits?$filter=pendingRetentionPeriodChange/status ne 'inProgress'", ["u0", "u1", "u2"]),
            ("driveProtectionUnits?$filter=pendingRetentionPeriodChange/status eq null", ["u0", "u1", "u2"]),
            ("driveProtectionUnits?$filter=pendingRetentionPeriodChange/status eq 'failed'", []),
            ("driveProtectionUnits?$filter=pendingRetentionPeriodChange/targetRetentionPeriodInDays eq 90", ["u9"]),
            ("driveProtectionUnits?$filter=pendingRetentionPeriodChange/targetRetentionPeriodInDays lt 90", []),
            (
                "driveProtectionUnits?$filter=pendingRetentionPeriodChange/targetRetentionPeriodInDays eq null",
                ["u0", "u1", "u2"]
            ),
            (
                """
                driveProtectionUnits?$filter=pendingRetentionPeriodChange/effectiveFromDateTime le \
                2026-03-09T08:15:30Z
                """,
                ["u9"]
            ),
            ("browseSessions?$filter=backupSizeInBytes eq '12345'", ["b1"]),
            ("browseSessions?$filter=backupSizeInBytes eq null", ["b2"]),
            ("browseSessions?$filter=backupSizeInBytes eq 'x'", []),
            ("browseSessions?$filter=startswith(backupSizeInBytes,'9')", ["b0"]),
            // Text on the wire, so it compares as text.
            ("browseSessions?$filter=backupSizeInBytes lt '900'", ["b1"]),
        ] as [(String, [String])])
    func `units are found by the retention that they will have, sessions by their size`(
        query: String, wanted: [String]
    ) async throws {
        let world = try await world()
        let moment = world.clock.now()
        try await world.catalog.store.write { writer in
            var unit = world.unit("u9", of: World.milo, policy: nil)
            unit.retentionChange = RetentionChange(targetDays: 90, effective: moment)
            try writer.insert(unit)
            for (number, size) in [900, 12_345, nil].enumerated() {
                var session = BrowseSession()
                (session.id, session.backupSizeBytes, session.createdDateTime, session.expirationDateTime) = (
                    "b\(number)", size, moment, moment.addingTimeInterval(86_400)
                )
                try writer.insert(session)
            }
        }
        try await expect(world, "/beta/solutions/backupRestore/\(query)", wanted)
    }

    @Test(arguments: [
        "retentionSettings/any(r:r/interval eq 'R/P1W')", "retentionSettings/all(r:true)", "retentionSettings eq null",
        "retentionSettings/$count gt 0",
    ])
    func `the entries of collections cannot be tested, which is told`(filter: String) async throws {
        let answer = try await world().send("GET", "\(Self.root)/protectionPolicies?$filter=\(filter)")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.errorCode == "BadRequest", "\(answer.text)")
        if filter.contains("(") { #expect(answer.text.contains("is not offered")) }
    }
}
