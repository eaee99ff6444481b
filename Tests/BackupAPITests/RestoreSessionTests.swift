import ProtectionRules
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@Suite struct RestoreSessionTests {
    private let sessions = "/oneDriveForBusinessRestoreSessions"

    private func artifact(_ point: String, _ destination: JSONValue = "new") -> JSONValue {
        ["restorePoint": ["id": .string(point)], "destinationType": destination]
    }

    @Test func `every refusal has its status and code, and leaves everything as it was`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        func body(_ artifacts: [JSONValue]) -> JSONValue { ["driveRestoreArtifacts": .array(artifacts)] }
        let good = artifact(point.id)
        let refused: [(Int, String, JSONValue)] = [
            (400, "InvalidPathType", body([artifact(point.id, .null)])),
            (400, "InvalidPathType", body([artifact(point.id, "elsewhere")])),
            (400, "InvalidArtifactRequest", body([])), (400, "InvalidRestorePoint", body([artifact("x")])),
            (400, "InvalidRestorePoint", body([artifact(UUID().uuidString)])),
            (400, "DuplicateArtifactInList", body([good, good])),
            (413, "RestoreArtifactsLimitBreached", body(Array(repeating: good, count: 51))),
        ]
        for (status, code, body) in refused {
            let answer = await harness.send("POST", sessions, body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.code == code, "\(answer.text)")
        }
        #expect(try await harness.catalog.count(Query<RestoreSession>()) == 0)
        let created = await harness.send("POST", sessions, body([good]))
        let path = "\(sessions)/\(created.id)"
        let changes: [(String, JSONValue)] = [
            (
                "RestoreArtifactsLimitBreached",
                ["driveRestoreArtifacts@delta": .array(Array(repeating: good, count: 51))]
            ),
            ("DuplicateArtifactInList", ["driveRestoreArtifacts@delta": [good]]),
            ("InvalidArtifactRequest", ["driveRestoreArtifacts@delta": []]),
            ("InvalidPatchRequest", ["driveRestoreArtifacts@delta": "x"]), ("InvalidPatchRequest", ["unknown": 1]),
            ("InvalidRestorePoint", ["driveRestoreArtifacts@delta": [artifact(UUID().uuidString)]]),
            ("InvalidArtifactRequest", [:]),
        ]
        for (code, body) in changes {
            let answer = await harness.send("PATCH", path, body)
            #expect(answer.status == 400, "\(code): \(answer.text)")
            #expect(answer.code == code, "\(code): \(answer.text)")
        }
        let invalid = await harness.send("GET", "/restoreSessions/nonsense")
        #expect(invalid.status == 400)
        #expect(invalid.code == "InvalidRestoreSessionId")
        let missing = await harness.send("POST", "/restoreSessions/\(UUID().uuidString)/activate")
        #expect(missing.status == 404)
        #expect(missing.code == "RestoreSessionNotFound")
        let empty = await harness.send("POST", sessions)
        #expect(await harness.send("POST", "/restoreSessions/\(empty.id)/activate").code == "InvalidArtifactRequest")
        #expect(await harness.send("DELETE", "/restoreSessions/\(empty.id)").status == 204)
        #expect(await harness.send("POST", "/restoreSessions/\(created.id)/activate").status == 200)
        for (method, path, body) in [
            ("PATCH", path, [:] as JSONValue), ("DELETE", path, nil),
            ("POST", "/restoreSessions/\(created.id)/activate", nil),
        ] {
            let answer = await harness.send(method, path, body)
            #expect(answer.status == 403, "\(method): \(answer.text)")
            #expect(answer.code == "RestoreSessionActionNotAllowed", "\(method): \(answer.text)")
        }
        for (method, path) in [
            ("POST", "/restoreSessions"), ("PATCH", "/restoreSessions/\(created.id)"),
            ("POST", "\(path)/driveRestoreArtifacts"),
        ] {
            #expect(await harness.send(method, path, [:]).status == 405)
        }
    }

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

    @Test func `a granular session lists its artifacts in their own collection and ends with an error`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await mailbox(harness)
        let entry: JSONValue = [
            "restorePoint": ["id": .string(point.id)], "destinationType": "new", "searchResponseId": "c3JjaA",
        ]
        let created = await harness.send(
            "POST", "/exchangeRestoreSessions",
            ["@odata.type": "#microsoft.graph.exchangeRestoreSession", "granularMailboxRestoreArtifacts": [entry]])
        #expect(
            created.status == 201,
            "\(created.text)")
        #expect(
            created.json["restoreJobType"]?.stringValue == "unknownFutureValue",
            "\(created.text)")
        let path = "/exchangeRestoreSessions/\(created.id)"
        let list = await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts")
        #expect(list.values.first?["searchResponseId"]?.stringValue == "c3JjaA", "\(list.text)")
        #expect(list.values.first?["restorePoint"]?["id"]?.stringValue == point.id, "\(list.text)")
        #expect(await harness.send("GET", "\(path)/mailboxRestoreArtifacts").values.isEmpty)
        #expect(await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts/$count").text == "1")
        let id = try #require(list.values.first?["id"]?.stringValue)
        #expect(await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts/\(id)/restorePoint").id == point.id)
        #expect(await harness.send("GET", "\(path)/mailboxRestoreArtifacts/\(id)").status == 404)
        _ = await harness.send("POST", "/restoreSessions/\(created.id)/activate")
        try await harness.settle()
        let ended = await harness.send("GET", "\(path)/granularMailboxRestoreArtifacts")
        #expect(ended.values.first?["error"]?["code"]?.stringValue == "ArtifactCannotBeRestored", "\(ended.text)")
        let noSearch: JSONValue = ["restorePoint": ["id": .string(point.id)], "destinationType": "new"]
        #expect(
            await harness.send("POST", "/exchangeRestoreSessions", ["granularMailboxRestoreArtifacts": [noSearch]]).code
                == "InvalidArtifactRequest")
        let both: JSONValue = ["granularMailboxRestoreArtifacts": [entry], "mailboxRestoreArtifacts": [noSearch]]
        #expect(await harness.send("POST", "/exchangeRestoreSessions", both).code == "InvalidArtifactRequest")
    }

    @Test func `a search for mail is checked, then refused as not offered`() async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await mailbox(harness)
        func search(_ units: [String], _ query: JSONValue, version: String = "v1.0") async -> APIAnswer {
            await harness.send(
                "POST", "/restorePoints/search",
                [
                    "protectionUnitIds": .array(units.map { .string($0) }),
                    "protectionTimePeriod": ["startDateTime": "2026-01-01T00:00:00Z"], "artifactQuery": query,
                ], version: version)
        }
        let good: JSONValue = [
            "artifactType": "message", "queryExpression": "(subject -contains ‘budget’) -and (hasAttachment -eq true)",
        ]
        #expect(await search([unit.id], good).status == 501)
        #expect(
            await search(
                [unit.id],
                ["artifactType": "message", "structuredQueryExpression": ["subjects": ["x"], "items": ["email"]]],
                version: "beta"
            ).status == 501)
        for query: JSONValue in [
            ["queryExpression": "subject -eq 'x'"], ["queryExpression": "subject"], ["artifactType": "message"],
            ["artifactType": "stone"],
        ] {
            let answer = await search([unit.id], query)
            #expect(answer.status == 400, "\(query): \(answer.text)")
            #expect(answer.code == "InvalidSearchRequest", "\(query): \(answer.text)")
        }
        #expect(await search([unit.id, unit.id], good).code == "InvalidSearchRequest")
        #expect(
            await search([unit.id], ["queryExpression": .string(String(repeating: "x", count: 5000))]).code
                == "FilterLengthExceeded")
        let (drive, _) = try await harness.protectedDrive()
        #expect(await search([drive.id], good).code == "InvalidSearchRequest")
    }
}
