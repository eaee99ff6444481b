import ProtectionRules
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@Suite struct RestoreSessionTests {
    private let sessions = "/oneDriveForBusinessRestoreSessions"

    private static func entry(_ point: String, _ destination: JSONValue = "new") -> JSONValue {
        ["restorePoint": ["id": .string(point)], "destinationType": destination]
    }

    private func artifact(_ point: String) -> JSONValue { Self.entry(point) }

    // MARK: Refusing

    /// Lists of artifacts for the point of a drive, each with the answer that refuses it.
    private static let refused: [(status: Int, code: String, artifacts: @Sendable (_ point: String) -> [JSONValue])] = [
        (400, "InvalidPathType", { [entry($0, .null)] }), (400, "InvalidPathType", { [entry($0, "elsewhere")] }),
        (400, "InvalidArtifactRequest", { _ in [] }), (400, "InvalidRestorePoint", { _ in [entry("x")] }),
        (400, "InvalidRestorePoint", { _ in [entry(UUID().uuidString)] }),
        (400, "DuplicateArtifactInList", { [entry($0), entry($0)] }),
        (413, "RestoreArtifactsLimitBreached", { Array(repeating: entry($0), count: 51) }),
    ]

    @Test(arguments: refused.indices)
    func `a session that is refused leaves everything as it was`(number: Int) async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let before = try await harness.fixture.rows()
        let (status, code, artifacts) = Self.refused[number]
        let answer = await harness.send("POST", sessions, ["driveRestoreArtifacts": .array(artifacts(point.id))])
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.code == code, "\(answer.text)")
        #expect(try await harness.fixture.rows() == before)
    }

    /// Changes of a session that has the point of a drive, each with the code that refuses it.
    private static let refusedChanges: [(code: String, body: @Sendable (_ point: String) -> JSONValue)] = [
        (
            "RestoreArtifactsLimitBreached",
            { ["driveRestoreArtifacts@delta": .array(Array(repeating: entry($0), count: 51))] }
        ),
        ("DuplicateArtifactInList", { ["driveRestoreArtifacts@delta": [entry($0)]] }),
        ("InvalidArtifactRequest", { _ in ["driveRestoreArtifacts@delta": []] }),
        ("InvalidPatchRequest", { _ in ["driveRestoreArtifacts@delta": "x"] }),
        ("InvalidPatchRequest", { _ in ["unknown": 1] }),
        ("InvalidRestorePoint", { _ in ["driveRestoreArtifacts@delta": [entry(UUID().uuidString)]] }),
        ("InvalidArtifactRequest", { _ in [:] }),
    ]

    @Test(arguments: refusedChanges.indices)
    func `a change that is refused leaves everything as it was`(number: Int) async throws {
        let (harness, point, id) = try await draft()
        let before = try await harness.fixture.rows()
        let (code, body) = Self.refusedChanges[number]
        let answer = await harness.send("PATCH", "\(sessions)/\(id)", body(point))
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == code, "\(answer.text)")
        #expect(try await harness.fixture.rows() == before)
    }

    /// A draft that restores the point of a drive.
    private func draft() async throws -> (harness: RestoreHarness, point: String, id: String) {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let created = await harness.send("POST", sessions, ["driveRestoreArtifacts": [artifact(point.id)]])
        #expect(created.status == 201, "\(created.text)")
        return (harness, point.id, created.id)
    }

    @Test func `the id of a session is a GUID that a session has`() async throws {
        let harness = try await RestoreHarness()
        let invalid = await harness.send("GET", "/restoreSessions/nonsense")
        #expect(invalid.status == 400)
        #expect(invalid.code == "InvalidRestoreSessionId")
        let missing = await harness.send("POST", "/restoreSessions/\(UUID().uuidString)/activate")
        #expect(missing.status == 404)
        #expect(missing.code == "RestoreSessionNotFound")
    }

    @Test func `an empty session is deleted but not activated`() async throws {
        let harness = try await RestoreHarness()
        let empty = await harness.send("POST", sessions)
        #expect(await harness.send("POST", "/restoreSessions/\(empty.id)/activate").code == "InvalidArtifactRequest")
        #expect(await harness.send("DELETE", "/restoreSessions/\(empty.id)").status == 204)
    }

    @Test(
        arguments: [("PATCH", "", [:]), ("DELETE", "", nil), ("POST", "/activate", nil)]
            as [(String, String, JSONValue?)])
    func `a session that was activated is left alone`(method: String, action: String, body: JSONValue?) async throws {
        let (harness, _, id) = try await draft()
        #expect(await harness.send("POST", "/restoreSessions/\(id)/activate").status == 200)
        let path = action.isEmpty ? "\(sessions)/\(id)" : "/restoreSessions/\(id)\(action)"
        let answer = await harness.send(method, path, body)
        #expect(answer.status == 403, "\(answer.text)")
        #expect(answer.code == "RestoreSessionActionNotAllowed", "\(answer.text)")
    }

    @Test func `sessions are made and changed under their workload, and their artifacts with them`() async throws {
        let (harness, _, id) = try await draft()
        for (method, path) in [
            ("POST", "/restoreSessions"), ("PATCH", "/restoreSessions/\(id)"),
            ("POST", "\(sessions)/\(id)/driveRestoreArtifacts"),
        ] {
            #expect(await harness.send(method, path, [:]).status == 405)
        }
    }

    // MARK: Restoring

    @Test func `too many active sessions are 500, and may be tried again`() async throws {
        var limits = ServiceLimits()
        limits.activeRestoreSessions = 1
        let harness = try await RestoreHarness(limits: limits)
        let (_, point) = try await harness.protectedDrive()
        var ids: [String] = []
        for _ in 0..<2 {
            ids.append(await harness.send("POST", sessions, ["driveRestoreArtifacts": [artifact(point.id)]]).id)
        }
        #expect(await harness.send("POST", "/restoreSessions/\(ids[0])/activate").status == 200)
        let refused = await harness.send("POST", "/restoreSessions/\(ids[1])/activate")
        #expect(refused.status == 500)
        #expect(refused.code == "TooManyActiveRestoreSessions")
        try await harness.settle()
        #expect(await harness.send("POST", "/restoreSessions/\(ids[1])/activate").status == 200)
    }

    @Test func `a restore for which there is no room for another new site says so inside of the artifact`() async throws
    {
        let harness = try await RestoreHarness(copiesPerSource: 1)
        let (_, point) = try await harness.protectedDrive()
        var ended: [JSONValue] = []
        for _ in 0..<2 {
            let id = await harness.send("POST", sessions, ["driveRestoreArtifacts": [artifact(point.id)]]).id
            #expect(await harness.send("POST", "/restoreSessions/\(id)/activate").status == 200)
            try await harness.settle()
            ended += await harness.send("GET", "\(sessions)/\(id)/driveRestoreArtifacts").values
        }
        #expect(ended.map { $0["status"]?.stringValue } == ["succeeded", "failed"])
        #expect(ended.last?["error"]?["code"]?.stringValue == "ArtifactCannotBeRestored", "\(ended)")
    }

    @Test func `one drive in two running sessions fails in the second, inside of the artifact`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        var ids: [String] = []
        for _ in 0..<2 {
            ids.append(await harness.send("POST", sessions, ["driveRestoreArtifacts": [artifact(point.id)]]).id)
            #expect(await harness.send("POST", "/restoreSessions/\(ids[ids.count - 1])/activate").status == 200)
        }
        try await harness.settle()
        var codes: [String?] = []
        for id in ids {
            let artifacts = await harness.send("GET", "\(sessions)/\(id)/driveRestoreArtifacts")
            codes.append(artifacts.values.first?["error"]?["code"]?.stringValue)
        }
        #expect(Set(codes) == [nil, "DuplicateArtifactRestoreRequest"])
    }

    @Test func `the point of an artifact and the unit of a point are reached by path and by cast`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await harness.protectedDrive()
        let created = await harness.send("POST", sessions, ["driveRestoreArtifacts": [artifact(point.id)]])
        let list = await harness.send("GET", "\(sessions)/\(created.id)/driveRestoreArtifacts")
        let shown = try #require(list.values.first)
        #expect(shown["restorePoint"]?["id"]?.stringValue == point.id)
        #expect(shown["restorePoint"]?["expirationDateTime"]?.stringValue != nil)
        let artifactID = try #require(shown["id"]?.stringValue)
        #expect(
            await harness.send("GET", "\(sessions)/\(created.id)/driveRestoreArtifacts/\(artifactID)/restorePoint").id
                == point.id)
        let reached = await harness.send("GET", "/restorePoints/\(point.id)/protectionUnit")
        #expect(reached.id == unit.id)
        #expect(reached.json["@odata.type"]?.stringValue == "#microsoft.graph.driveProtectionUnit")
        #expect(
            await harness.send(
                "GET", "/restoreSessions/\(created.id)/microsoft.graph.oneDriveForBusinessRestoreSession"
            ).id == created.id)
        #expect(
            await harness.send("GET", "/restoreSessions/\(created.id)/graph.sharePointRestoreSession").status == 404)
        #expect(await harness.send("GET", "/restoreSessions/graph.oneDriveForBusinessRestoreSession").values.count == 1)
        #expect(await harness.send("GET", "/restoreSessions/graph.sharePointRestoreSession").values.isEmpty)
        #expect(await harness.send("GET", "/restoreSessions/graph.sharePointRestoreSession/$count").text == "0")
    }
}

/// What has no mailboxes to work on is there in shape, and says so.
@Suite struct ExchangeRestoreTests {
    private func mailbox(_ harness: RestoreHarness) async throws -> (unit: ProtectionUnit, point: RestorePoint) {
        let now = harness.clock.now()
        let unit = ProtectionUnit(
            id: UUID().uuidString.lowercased(), workload: .exchange, sourceId: UUID().uuidString.lowercased(),
            status: .unprotected, protectionSources: [], createdDateTime: now
        ).with {
            $0.email = "m@contoso.example"
        }
        let point = RestorePoint(
            id: UUID().uuidString.lowercased(), unitId: unit.id, workload: .exchange, protectionDateTime: now,
            expirationDateTime: now.addingTimeInterval(86_400),
            snapshotId: "", cadence: .tenMinutes)
        try await harness.catalog.write { writer in
            try writer.insert(unit)
            try writer.insert(point)
        }
        return (unit, point)
    }

    /// A session that restores the finds of a search in a mailbox. Gives its id and the point.
    private func mailSession(_ harness: RestoreHarness) async throws -> (path: String, id: String, point: String) {
        let (_, point) = try await mailbox(harness)
        let created = await harness.send(
            "POST", "/exchangeRestoreSessions",
            [
                "@odata.type": "#microsoft.graph.exchangeRestoreSession",
                "granularMailboxRestoreArtifacts": [Self.find(point.id)],
            ])
        #expect(created.status == 201, "\(created.text)")
        #expect(created.json["restoreJobType"]?.stringValue == "unknownFutureValue", "\(created.text)")
        return ("/exchangeRestoreSessions/\(created.id)", created.id, point.id)
    }

    private static func find(_ point: String) -> JSONValue {
        ["restorePoint": ["id": .string(point)], "destinationType": "new", "searchResponseId": "c3JjaA"]
    }

    @Test func `a granular session lists its artifacts in their own collection`() async throws {
        let harness = try await RestoreHarness()
        let (path, _, point) = try await mailSession(harness)
        let list = await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts")
        #expect(list.values.first?["searchResponseId"]?.stringValue == "c3JjaA", "\(list.text)")
        #expect(list.values.first?["restorePoint"]?["id"]?.stringValue == point, "\(list.text)")
        #expect(await harness.send("GET", "\(path)/mailboxRestoreArtifacts").values.isEmpty)
        #expect(await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts/$count").text == "1")
        let id = try #require(list.values.first?["id"]?.stringValue)
        #expect(await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts/\(id)/restorePoint").id == point)
        #expect(await harness.send("GET", "\(path)/mailboxRestoreArtifacts/\(id)").status == 404)
    }

    @Test func `a granular session of mail ends with an error`() async throws {
        let harness = try await RestoreHarness()
        let (path, id, _) = try await mailSession(harness)
        _ = await harness.send("POST", "/restoreSessions/\(id)/activate")
        try await harness.settle()
        let ended = await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts")
        #expect(ended.values.first?["error"]?["code"]?.stringValue == "ArtifactCannotBeRestored", "\(ended.text)")
    }

    @Test func `a granular session of mail needs a search, and no whole mailbox`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await mailbox(harness)
        let noSearch: JSONValue = ["restorePoint": ["id": .string(point.id)], "destinationType": "new"]
        #expect(
            await harness.send("POST", "/exchangeRestoreSessions", ["granularMailboxRestoreArtifacts": [noSearch]]).code
                == "InvalidArtifactRequest")
        let both: JSONValue = [
            "granularMailboxRestoreArtifacts": [Self.find(point.id)], "mailboxRestoreArtifacts": [noSearch],
        ]
        #expect(await harness.send("POST", "/exchangeRestoreSessions", both).code == "InvalidArtifactRequest")
    }

    // MARK: Searching for mail

    private static let goodQuery: JSONValue = [
        "artifactType": "message", "queryExpression": "(subject -contains ‘budget’) -and (hasAttachment -eq true)",
    ]

    private func search(
        _ harness: RestoreHarness, _ units: [String], _ query: JSONValue = goodQuery, version: String = "v1.0"
    ) async -> APIAnswer {
        await harness.send(
            "POST", "/restorePoints/search",
            [
                "protectionUnitIds": .array(units.map { .string($0) }),
                "protectionTimePeriod": ["startDateTime": "2026-01-01T00:00:00Z"], "artifactQuery": query,
            ], version: version)
    }

    @Test(
        arguments: [
            ("v1.0", goodQuery),
            (
                "beta",
                ["artifactType": "message", "structuredQueryExpression": ["subjects": ["x"], "items": ["email"]]]
            ),
        ] as [(String, JSONValue)])
    func `a search for mail that could be made is not offered`(version: String, query: JSONValue) async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await mailbox(harness)
        #expect(await search(harness, [unit.id], query, version: version).status == 501)
    }

    @Test(
        arguments: [
            ["queryExpression": "subject -eq 'x'"], ["queryExpression": "subject"], ["artifactType": "message"],
            ["artifactType": "stone"],
        ] as [JSONValue])
    func `a search for mail is checked first`(query: JSONValue) async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await mailbox(harness)
        let answer = await search(harness, [unit.id], query)
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == "InvalidSearchRequest", "\(answer.text)")
    }

    @Test func `an expression that is too long has a code of its own`() async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await mailbox(harness)
        let long: JSONValue = ["queryExpression": .string(String(repeating: "x", count: 5000))]
        #expect(await search(harness, [unit.id], long).code == "FilterLengthExceeded")
    }

    @Test func `mail is searched in one mailbox`() async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await mailbox(harness)
        #expect(await search(harness, [unit.id, unit.id]).code == "InvalidSearchRequest")
        let (drive, _) = try await harness.protectedDrive()
        #expect(await search(harness, [drive.id]).code == "InvalidSearchRequest")
    }
}
