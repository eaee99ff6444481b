import BackupTesting
import Catalog
import OData
import Testing

/// Filters on every property of every list: each is answered, or refused in the same words, and never fails.
@Suite struct FilterWalkTests {
    /// What cannot be filtered by, as `type.property`: collections are no scalars, and the others are no columns of a list's table.
    private static let refused: Set<String> = [
        "protectionPolicyBase.protectionPolicyArtifactCount/total", "protectionPolicyBase.protectionPolicyArtifactCount/completed",
        "protectionPolicyBase.protectionPolicyArtifactCount/inProgress", "protectionPolicyBase.protectionPolicyArtifactCount/failed",
        "protectionUnitBase.pendingRetentionPeriodChange/status", "protectionUnitBase.pendingRetentionPeriodChange/targetRetentionPeriodInDays",
        "protectionUnitBase.pendingRetentionPeriodChange/effectiveFromDateTime", "browseSessionBase.backupSizeInBytes",
        "mailboxRestoreArtifact.restoredFolderId", "mailboxRestoreArtifact.restoredFolderName", "mailboxRestoreArtifact.restoredItemCount",
        "granularMailboxRestoreArtifact.artifactCount",
    ]

    /// The properties of a type with those of its bases, complex ones opened, as `declaring type.path` and path.
    private static func scalars(of type: String, _ schema: Schema) -> [(name: String, path: String, isScalar: Bool)] {
        var found: [(name: String, path: String, isScalar: Bool)] = [], next: String? = type
        while let owner = next, let structure = schema.structures[owner] {
            for (name, member) in structure.properties.sorted(by: { $0.key < $1.key }) where member.isNavigation == false {
                for (path, isScalar) in opened(name, member.type, schema, depth: 0) { found.append(("\(owner).\(path)", path, isScalar)) }
            }
            next = structure.base
        }
        return found
    }

    private static func opened(_ path: String, _ type: String, _ schema: Schema, depth: Int) -> [(String, Bool)] {
        guard type.hasPrefix("Collection(") == false else { return [(path, false)] }
        guard let complex = schema.structures[type], depth < 4 else { return [(path, true)] }
        return complex.properties.sorted { $0.key < $1.key }.flatMap { opened("\(path)/\($0.key)", $0.value.type, schema, depth: depth + 1) }
    }

    @Test(arguments: ["v1.0", "beta"]) func `every scalar property of every list can be filtered by`(version: String) async throws {
        let world = try await World()
        let ids = try await world.filled().merging(world.fillRulesAndBrowsing()) { first, _ in first }
        let schema = try SchemaReader.read(await world.send("GET", "/\(version)/$metadata").body)
        // Lists of one type under several paths have one handler; each type is asked once.
        var wrong: Set<String> = [], seen: Set<String> = []
        let lists = Vectors.operations.filter {
            $0.kind == "collection" && $0.method == "GET" && $0.isOffered && $0.versions.contains(version) && $0.name != "GET /entraProtectionPolicies"
        }
        #expect(lists.count > 30)
        for list in lists {
            let type = SchemaReader.short(list.response ?? "").dropFirst("Collection(".count).dropLast()
            let target = list.url(version) { ids[$0] ?? World.unknown }
            let begin = list.name == "GET /restorePoints" ? "$expand=protectionUnit&" : ""
            for property in Self.scalars(of: String(type), schema) where seen.insert("\(type) \(property.name)").inserted {
                let answer = await world.send("GET", "\(target)?\(begin)$filter=\(property.path) ne null")
                let isOffered = property.isScalar && Self.refused.contains(property.name) == false
                let isRight = isOffered ? answer.status == 200 : answer.status == 400 && answer.errorCode == "BadRequest"
                if isRight == false { wrong.insert("\(property.name): \(answer.status) \(answer.text.prefix(120))") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.sorted().joined(separator: "\n"))")
    }
}

/// What computed and nested properties mean in a filter: the same as when they are read.
@Suite struct FilterMeaningTests {
    private static let root = "/v1.0/solutions/backupRestore"

    private func ids(_ answer: ODataResponse) -> [String] { (answer.json["value"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }.sorted() }

    /// Three policies, two of them inactive; units of Ines, Tomas and Bea, one failed and one made by nobody; two sessions.
    private func world() async throws -> World {
        let world = try await World().enabled()
        try await world.catalog.store.write { writer in
            for (number, status) in [ProtectionPolicyStatus.inactive, .active, .inactive].enumerated() { try writer.insert(world.policy("p\(number)", status)) }
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
            try writer.insert(ServiceApp(id: "app", displayName: "Other", status: .inactive, registrationDateTime: world.clock.now(), effectiveDateTime: world.clock.now(), lastModifiedDateTime: world.clock.now()))
        }
        return world
    }

    @Test func `filters find what the answers show`() async throws {
        let world = try await world()
        let cases: [(String, [String])] = [
            ("protectionPolicies?$filter=isEnabled", ["p1"]), ("protectionPolicies?$filter=isEnabled eq true", ["p1"]),
            ("protectionPolicies?$filter=isEnabled eq false", ["p0", "p2"]), ("protectionPolicies?$filter=isEnabled ne false", ["p1"]),
            ("protectionPolicies?$filter=not (isEnabled eq true)", ["p0", "p2"]), ("protectionPolicies?$filter=isEnabled eq null", []),
            ("protectionPolicies?$filter=isEnabled in (true,false)", ["p0", "p1", "p2"]),
            ("protectionUnits?$filter=createdBy/user/id eq '\(World.ines)'", ["u0"]), ("protectionUnits?$filter=createdBy/user/id eq null", ["u1", "u2"]),
            ("protectionUnits?$filter=createdBy/user/id ne '\(World.ines)'", ["u1", "u2"]),
            ("protectionUnits?$filter=createdBy/application/id in ('app','\(World.application)')", ["u0", "u2"]),
            ("protectionUnits?$filter=startswith(CreatedBy/User/DisplayName,'Ines')", ["u0"]),
            ("protectionUnits?$filter=contains(createdBy/application/displayName,'%25g')", ["u2"]),
            ("protectionUnits?$filter=createdBy/device/id eq null", ["u0", "u1", "u2"]),
            ("protectionUnits?$filter=error/code eq 'QuotaExceeded'", ["u0"]), ("protectionUnits?$filter=error/code ne null", ["u0"]),
            ("protectionUnits?$filter=error/message eq 'It''s full.'", ["u0"]), ("protectionUnits?$filter=error/innerError/code eq null", ["u0", "u1", "u2"]),
            ("driveProtectionUnits?$filter=displayName eq 'Ines'", ["u0"]), ("driveProtectionUnits?$filter=email eq null", ["u1"]),
            ("protectionUnits?$filter=microsoft.graph.driveProtectionUnit/displayName eq null", ["u2"]),
            ("restoreSessions?$filter=restoreSessionArtifactCount/total gt 0", ["s1"]),
            ("restoreSessions?$filter=restoreSessionArtifactCount/inProgress eq 4 and lastModifiedBy/user/id eq '\(World.ines)'", ["s1"]),
            ("oneDriveForBusinessRestoreSessions/\(World.session)/driveRestoreArtifacts?$filter=restorePoint/id eq 'point-u2'", ["a1"]),
            ("oneDriveForBusinessRestoreSessions/\(World.session)/driveRestoreArtifacts?$filter=restorePoint/protectionUnit/createdBy/application/id eq 'app'", ["a1"]),
            ("restorePoints?$expand=protectionUnit&$filter=protectionUnit/createdBy/user/id eq '\(World.ines)'", ["point-u0"]),
            ("restorePoints?$expand=protectionUnit($filter=error/code eq 'QuotaExceeded')&$filter=tags ne 'none'", ["point-u0"]),
            ("serviceApps?$filter=application/id eq '\(World.application)'", [World.application]),
            ("serviceApps?$filter=application/displayName eq 'Other' and effectiveDateTime eq null", ["app"]),
        ]
        for (query, wanted) in cases {
            let answer = await world.send("GET", "\(Self.root)/\(query)")
            #expect(answer.status == 200 && ids(answer) == wanted.sorted(), "\(query): \(answer.text.prefix(300))")
        }
    }

    @Test func `an application learns nothing of names by filtering`() async throws {
        let world = try await world()
        let program = World.principal(delegated: false)
        for (filter, wanted) in [
            ("displayName eq 'Ines'", []), ("displayName ne null", []), ("startswith(displayName,'I')", []), ("email eq null", ["u0", "u1", "u2"]),
            ("displayName ne 'Ines'", ["u0", "u1", "u2"]),
        ] {
            let answer = await world.send("GET", "\(Self.root)/driveProtectionUnits?$filter=\(filter)", as: program)
            #expect(answer.status == 200 && ids(answer) == wanted, "\(filter): \(answer.text.prefix(300))")
        }
        let points = await world.send(
            "GET", "\(Self.root)/restorePoints?$expand=protectionUnit&$filter=protectionUnit/microsoft.graph.driveProtectionUnit/displayName eq 'Ines'", as: program)
        #expect(points.status == 200 && ids(points).isEmpty, "\(points.text.prefix(300))")
    }

    @Test func `items are found and ordered by their keys, and what has not come reads as empty`() async throws {
        let world = try await world()
        let session = World.id(4, .oneDriveForBusiness)
        try await world.catalog.store.write { writer in
            try writer.insert(world.session(session, .draft))
            for (number, key) in ["b,1", "a,2"].enumerated() {
                var item = GranularRestoreArtifact()
                (item.id, item.sessionId, item.ordinal, item.itemKey, item.webUrl) = ("\(number)", session, number, key, "https://x/\(number)")
                if number == 1 { (item.startDateTime, item.status, item.restoredItemPath) = (world.clock.now(), .inProgress, "Recovered") }
                try writer.insert(item)
            }
        }
        let list = "\(Self.root)/oneDriveForBusinessRestoreSessions/\(session)/granularDriveRestoreArtifacts"
        for (query, wanted) in [
            ("$filter=id eq 'a,2'", ["a,2"]), ("$filter=status eq 'inProgress'", ["a,2"]), ("$filter=webUrl eq ''", ["b,1"]), ("$filter=webUrl eq 'https://x/0'", []),
            ("$filter=startDateTime lt 0002-01-01T00:00:00Z", ["b,1"]), ("$filter=startDateTime ge 2026-01-01T00:00:00Z", ["a,2"]),
            ("$filter=restoredItemPath eq ''", ["b,1"]), ("$filter=restoredItemPath eq null", []), ("$filter=startswith(restoredItemPath,'Rec')", ["a,2"]),
        ] {
            let answer = await world.send("GET", "\(list)?\(query)")
            #expect(answer.status == 200 && ids(answer) == wanted, "\(query): \(answer.text.prefix(300))")
        }
        let first = await world.send("GET", "\(list)?$orderby=id&$top=1")
        #expect(ids(first) == ["a,2"])
        let next = first.json["@odata.nextLink"]?.stringValue?.replacing("https://graph.backup.example", with: "") ?? ""
        #expect(ids(await world.send("GET", next)) == ["b,1"])
    }
}
