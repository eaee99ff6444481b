import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionRules

@Suite struct GranularRestoreTests {
    private let drive = "drives/\(RestoreHarness.ada)"
    private let sessions = "/oneDriveForBusinessRestoreSessions"

    private func body(
        _ session: String, _ keys: [String], _ destination: String? = nil, conflict: String? = nil
    ) -> JSONValue {
        let artifacts = keys.map { key -> JSONValue in
            var artifact: JSONObject = ["browseSessionId": .string(session), "itemKey": .string(key)]
            if let destination { artifact["destinationType"] = .string(destination) }
            return .object(artifact)
        }
        var object: JSONObject = ["granularDriveRestoreArtifacts": .array(artifacts)]
        if let conflict { object["@microsoft.graph.conflictBehavior"] = .string(conflict) }
        return .object(object)
    }

    /// Creates and activates a session and lets it run.
    private func restore(
        _ harness: RestoreHarness, _ body: JSONValue, version: String
    ) async throws -> (id: String, artifacts: [JSONValue]) {
        let created = await harness.send(
            "POST", sessions, body, version: version, prefer: "include-unknown-enum-members")
        #expect(created.status == 201, "\(created.text)")
        #expect(created.json["restoreJobType"]?.stringValue == "granular")
        let active = await harness.send("POST", "/restoreSessions/\(created.id)/activate", version: version)
        #expect(active.status == 200, "\(active.text)")
        try await harness.settle()
        let list = await harness.send(
            "GET", "\(sessions)/\(created.id)/granularDriveRestoreArtifacts", version: version)
        #expect(list.status == 200, "\(list.text)")
        return (created.id, list.values)
    }

    @Test func `on v1_0 a folder and a file go to one new folder with everything below`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let keys = [
            try await harness.itemKey(browse, ["Documents", "Plans"]),
            try await harness.itemKey(browse, ["Documents", "bread order.docx"]),
        ]
        try harness.folder.write("\(drive)/Plans/notes.txt", "changed since")
        try harness.folder.remove("\(drive)/bread order.docx")
        let created = await harness.send("POST", sessions, body(browse, keys))
        let before = await harness.send("GET", "\(sessions)/\(created.id)/granularDriveRestoreArtifacts")
        for artifact in before.values {
            #expect(artifact["status"]?.stringValue == "added")
            for name in ["restoredItemKey", "webUrl", "restoredItemPath", "restoredItemWebUrl"] {
                #expect(artifact[name]?.stringValue == "", "\(name)")
            }
            for name in ["restorePointDateTime", "startDateTime", "completionDateTime"] {
                #expect(artifact[name]?.stringValue == "0001-01-01T00:00:00Z", "\(name)")
            }
            #expect(artifact["directoryObjectId"]?.stringValue == unit.sourceId)
            #expect(artifact["destinationType"] == nil)
            #expect(artifact["error"] == nil)
        }
        #expect(before.values.map { $0["id"]?.stringValue } == keys)
        let (id, artifacts) = try await restore(harness, body(browse, keys), version: "v1.0")
        let folder = "Recovered Items 2026-03-01, 08.00"
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/notes.txt") == "notes of March")
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/2026/budget.xlsx") == "budget of March")
        #expect(harness.folder.read("\(drive)/\(folder)/bread order.docx") == "twelve loaves")
        #expect(harness.folder.read("\(drive)/Plans/notes.txt") == "changed since")
        #expect(artifacts.map { $0["status"]?.stringValue } == ["succeeded", "succeeded"], "\(artifacts)")
        #expect(Set(artifacts.map { $0["restoredItemPath"]?.stringValue }) == ["Documents/\(folder)"])
        #expect(
            artifacts[1]["restoredItemWebUrl"]?.stringValue?.hasSuffix(
                "/Documents/Recovered%20Items%202026-03-01%2C%2008.00/bread%20order.docx") == true)
        #expect(artifacts[1]["webUrl"]?.stringValue?.hasSuffix("/Documents/bread%20order.docx") == true)
        #expect(artifacts[1]["restorePointDateTime"]?.stringValue == "2026-03-01T08:00:00Z")
        #expect(artifacts[1]["restoredItemKey"]?.stringValue?.split(separator: ",").count == 5)
        let session = await harness.send("GET", "/restoreSessions/\(id)")
        #expect(session.json["status"]?.stringValue == "completed")
        #expect(session.json["restoreSessionArtifactCount"]?["completed"] == .int(2))
        #expect(session.json["restoreJobType"]?.stringValue == "unknownFutureValue")
        // Another session of the same minute gets a folder of its own.
        _ = try await restore(harness, body(browse, [keys[1]]), version: "v1.0")
        #expect(harness.folder.read("\(drive)/\(folder) 1/bread order.docx") == "twelve loaves")
        let log = await harness.send("GET", "/activityLogs", version: "beta")
        #expect(
            log.values.contains {
                $0["activityType"]?.stringValue == "restoreTaskCompleted" && $0["restoreSessionId"]?.stringValue == id
            })
    }

    @Test func `in place the conflict behaviour decides`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Documents", "Plans", "notes.txt"])
        try harness.folder.write("\(drive)/Plans/notes.txt", "mine")
        let failed = try await restore(harness, body(browse, [key], "inPlace"), version: "beta")
        #expect(failed.artifacts[0]["status"]?.stringValue == "failed")
        #expect(failed.artifacts[0]["error"]?["code"]?.stringValue == "ArtifactCannotBeRestored")
        #expect(harness.folder.read("\(drive)/Plans/notes.txt") == "mine")
        let status = await harness.send("GET", "/restoreSessions/\(failed.id)", prefer: "include-unknown-enum-members")
        #expect(status.json["status"]?.stringValue == "failed")
        let renamed = try await restore(harness, body(browse, [key], "inPlace", conflict: "rename"), version: "beta")
        #expect(renamed.artifacts[0]["status"]?.stringValue == "succeeded", "\(renamed.artifacts)")
        #expect(renamed.artifacts[0]["restoredItemPath"]?.stringValue == "Documents/Plans")
        #expect(harness.folder.read("\(drive)/Plans/notes 1.txt") == "notes of March")
        #expect(harness.folder.read("\(drive)/Plans/notes.txt") == "mine")
        let replaced = try await restore(harness, body(browse, [key], "inPlace", conflict: "replace"), version: "beta")
        #expect(replaced.artifacts[0]["status"]?.stringValue == "succeeded")
        #expect(harness.folder.read("\(drive)/Plans/notes.txt") == "notes of March")
    }

    @Test func `a file that is gone comes back in place, with the folders above it`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Documents", "Plans", "2026", "budget.xlsx"])
        try harness.folder.remove("\(drive)/Plans")
        let done = try await restore(harness, body(browse, [key], "inPlace"), version: "beta")
        #expect(done.artifacts[0]["status"]?.stringValue == "succeeded")
        #expect(harness.folder.read("\(drive)/Plans/2026/budget.xlsx") == "budget of March")
        #expect(try harness.folder.names("\(drive)/Plans") == ["2026"])
    }

    @Test func `items are added to a draft and taken out by key`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let (first, second) = (
            try await harness.itemKey(browse, ["Documents", "Plans"]),
            try await harness.itemKey(browse, ["Documents", "bread order.docx"])
        )
        let created = await harness.send("POST", sessions, body(browse, [first]))
        let delta: JSONValue = [
            "granularDriveRestoreArtifacts@delta": [
                ["browseSessionId": .string(browse), "id": .string(second)],
                ["@removed": ["reason": "changed"], "id": .string(first)],
            ]
        ]
        let changed = await harness.send("PATCH", "\(sessions)/\(created.id)", delta)
        #expect(changed.status == 200, "\(changed.text)")
        let entries = changed.json["granularDriveRestoreArtifacts@delta"]?.arrayValue ?? []
        #expect(entries.count == 2, "\(changed.text)")
        #expect(entries.first?["id"]?.stringValue == second, "\(changed.text)")
        #expect(entries.first?["status"]?.stringValue == "added", "\(changed.text)")
        #expect(entries.last?["@removed"] != nil)
        let path = "\(sessions)/\(created.id)/granularDriveRestoreArtifacts"
        #expect(await harness.send("GET", path).values.map { $0["id"]?.stringValue } == [second])
        #expect(await harness.send("GET", path + "/$count").text == "1")
        let encoded = second.replacingOccurrences(of: ",", with: "%2C")
        #expect(await harness.send("GET", "\(path)/\(encoded)").json["id"]?.stringValue == second)
        #expect(await harness.send("GET", "\(path)/\(first)").status == 404)
        #expect(await harness.send("POST", path, [:]).status == 405)
        #expect(await harness.send("PATCH", "\(path)/\(encoded)", [:]).status == 405)
        #expect(await harness.send("DELETE", "\(path)/\(encoded)").status == 405)
        let reader = harness.principal(["BackupRestore-Restore.Read.All"])
        #expect(await harness.send("GET", path, as: reader).status == 403)
        #expect(await harness.send("GET", path + "/$count", as: reader).status == 200)
    }

    @Test func `refused requests say why and change nothing`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Documents", "Plans"])
        let library = try await harness.itemKey(browse, ["Documents"])
        let whole: JSONValue = [["restorePoint": ["id": .string(point.id)], "destinationType": "new"]]
        var mixed = body(browse, [key]).objectValue ?? JSONObject()
        mixed["driveRestoreArtifacts"] = whole
        let refused: [(String, String, JSONValue)] = [
            ("v1.0", "InvalidArtifactRequest", .object(mixed)), ("v1.0", "InvalidArtifactRequest", body(browse, [])),
            ("v1.0", "InvalidArtifactRequest", body("bs_other", [key])),
            ("v1.0", "InvalidArtifactRequest", body(browse, ["nonsense"])),
            ("v1.0", "InvalidArtifactRequest", body(browse, [library])),
            ("v1.0", "InvalidArtifactRequest", body(browse, [key], "new")),
            ("v1.0", "DuplicateArtifactInList", body(browse, [key, key])),
            ("v1.0", "InvalidCreateRequest", body(browse, [key], conflict: "replace")),
            ("beta", "InvalidCreateRequest", body(browse, [key], conflict: "overwrite")),
            ("beta", "InvalidPathType", body(browse, [key], "elsewhere")),
            (
                "beta", "InvalidCreateRequest",
                ["driveRestoreArtifacts": whole, "@microsoft.graph.conflictBehavior": "fail"]
            ),
            ("beta", "InvalidCreateRequest", ["driveRestoreArtifacts": whole, "conflictBehavior": "fail"]),
        ]
        for (version, code, body) in refused {
            let answer = await harness.send("POST", sessions, body, version: version)
            #expect(answer.status == 400, "\(code): \(answer.text)")
            #expect(answer.code == code, "\(code): \(answer.text)")
        }
        let many = await harness.send("POST", sessions, body(browse, Array(repeating: key, count: 51)))
        #expect(many.status == 413)
        #expect(many.code == "RestoreArtifactsLimitBreached")
        #expect(try await harness.catalog.count(Query<RestoreSession>()) == 0)
        let different: JSONValue = [
            "granularDriveRestoreArtifacts": [
                ["browseSessionId": .string(browse), "id": .string(key), "destinationType": "new"],
                [
                    "browseSessionId": .string(browse),
                    "id": .string(try await harness.itemKey(browse, ["Documents", "bread order.docx"])),
                    "destinationType": "inPlace",
                ],
            ]
        ]
        #expect(
            await harness.send("POST", sessions, different, version: "beta").code == "DifferentRestoreDestinationType")
        // A session keeps its kind.
        let granular = await harness.send("POST", sessions, body(browse, [key]))
        let other = await harness.send("PATCH", "\(sessions)/\(granular.id)", ["driveRestoreArtifacts@delta": whole])
        #expect(other.status == 400)
        #expect(other.code == "InvalidArtifactRequest")
        let both = await harness.send(
            "PATCH", "\(sessions)/\(granular.id)",
            ["driveRestoreArtifacts@delta": whole, "granularDriveRestoreArtifacts@delta": []])
        #expect(both.status == 400)
        #expect(both.code == "InvalidArtifactRequest")
        let long = await harness.send(
            "PATCH", "\(sessions)/\(granular.id)",
            [
                "granularDriveRestoreArtifacts@delta": .array(
                    Array(repeating: .object(["browseSessionId": .string(browse), "id": .string(key)]), count: 51))
            ])
        #expect(long.status == 400)
        #expect(long.code == "RestoreArtifactsLimitBreached")
        #expect(
            await harness.send("GET", "\(sessions)/\(granular.id)/granularDriveRestoreArtifacts/$count").text == "1")
    }

    @Test func `the point of a running restore is kept, and one that has expired fails the artifact`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let created = await harness.send(
            "POST", sessions, body(browse, [try await harness.itemKey(browse, ["Documents", "Plans"])]))
        harness.clock.turn(days: 400)
        _ = await harness.send("POST", "/restoreSessions/\(created.id)/activate")
        try await harness.settle()
        let artifact = await harness.send(
            "GET", "\(sessions)/\(created.id)/granularDriveRestoreArtifacts", version: "beta"
        ).values.first
        #expect(artifact?["status"]?.stringValue == "failed", "\(String(describing: artifact))")
        #expect(artifact?["error"]?["code"]?.stringValue == "InvalidRestoreTime", "\(String(describing: artifact))")
    }

    @Test func `the same item in two running sessions fails in the second`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Documents", "Plans"])
        var ids: [String] = []
        for _ in 0..<2 {
            let created = await harness.send("POST", sessions, body(browse, [key]))
            _ = await harness.send("POST", "/restoreSessions/\(created.id)/activate")
            ids.append(created.id)
        }
        try await harness.settle()
        var codes: [String?] = []
        for id in ids {
            let list = await harness.send("GET", "\(sessions)/\(id)/granularDriveRestoreArtifacts", version: "beta")
            codes.append(list.values.first?["error"]?["code"]?.stringValue)
        }
        #expect(Set(codes) == [nil, "DuplicateArtifactRestoreRequest"])
    }
}

@Suite struct CopyNameTests {
    private func numbered(_ name: String, isFolder: Bool) -> String {
        String(decoding: CopyName.numbered(Array(name.utf8), 1, isFolder: isFolder), as: UTF8.self)
    }

    @Test(arguments: [
        ("report.docx", "report 1.docx"), ("archive.tar.gz", "archive.tar 1.gz"), (".profile", ".profile 1"),
        ("no extension", "no extension 1"),
    ])
    func `a copy is numbered before its extension`(name: String, expected: String) throws {
        #expect(numbered(name, isFolder: false) == expected)
    }

    @Test func `a folder's name has no extension, and a long name is cut between characters`() {
        #expect(numbered("v1.0", isFolder: true) == "v1.0 1")
        let long = String(repeating: "é", count: 127)
        let numbered = numbered(long, isFolder: true)
        #expect(numbered.utf8.count <= 255)
        #expect(numbered.hasSuffix("é 1"))
        #expect(!numbered.contains("\u{FFFD}"))
    }
}
