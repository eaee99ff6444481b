import BackupAPI
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

    /// A browse session over a point of Ada's drive, whose files have changed since, and the keys of
    /// a folder and a file.
    private struct Scene {
        let harness: RestoreHarness
        let unit: ProtectionUnit
        let browse: String
        let keys: [String]
        let folder = "Recovered Items 2026-03-01, 08.00"
    }

    private func scene() async throws -> Scene {
        let harness = try await RestoreHarness()
        let (unit, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let keys = [
            try await harness.itemKey(browse, ["Documents", "Plans"]),
            try await harness.itemKey(browse, ["Documents", "bread order.docx"]),
        ]
        try harness.folder.write("\(drive)/Plans/notes.txt", "changed since")
        try harness.folder.remove("\(drive)/bread order.docx")
        return Scene(harness: harness, unit: unit, browse: browse, keys: keys)
    }

    @Test func `on v1_0 an item of a draft has empty texts and times of the year one`() async throws {
        let scene = try await scene()
        let created = await scene.harness.send("POST", sessions, body(scene.browse, scene.keys))
        let before = await scene.harness.send("GET", "\(sessions)/\(created.id)/granularDriveRestoreArtifacts")
        for artifact in before.values {
            #expect(artifact["status"]?.stringValue == "added")
            for name in ["restoredItemKey", "webUrl", "restoredItemPath", "restoredItemWebUrl"] {
                #expect(artifact[name]?.stringValue == "", "\(name)")
            }
            for name in ["restorePointDateTime", "startDateTime", "completionDateTime"] {
                #expect(artifact[name]?.stringValue == "0001-01-01T00:00:00Z", "\(name)")
            }
            #expect(artifact["directoryObjectId"]?.stringValue == scene.unit.sourceId)
            #expect(artifact["destinationType"] == nil)
            #expect(artifact["error"] == nil)
        }
        #expect(before.values.map { $0["id"]?.stringValue } == scene.keys)
    }

    @Test func `on v1_0 a folder and a file go to one new folder with everything below`() async throws {
        let scene = try await scene()
        let (_, artifacts) = try await restore(scene.harness, body(scene.browse, scene.keys), version: "v1.0")
        let (files, folder) = (scene.harness.folder, scene.folder)
        #expect(files.read("\(drive)/\(folder)/Plans/notes.txt") == "notes of March")
        #expect(files.read("\(drive)/\(folder)/Plans/2026/budget.xlsx") == "budget of March")
        #expect(files.read("\(drive)/\(folder)/bread order.docx") == "twelve loaves")
        #expect(files.read("\(drive)/Plans/notes.txt") == "changed since")
        #expect(artifacts.map { $0["status"]?.stringValue } == ["succeeded", "succeeded"], "\(artifacts)")
    }

    @Test func `on v1_0 an item that was restored tells what it was and where it is`() async throws {
        let scene = try await scene()
        let (_, artifacts) = try await restore(scene.harness, body(scene.browse, scene.keys), version: "v1.0")
        #expect(Set(artifacts.map { $0["restoredItemPath"]?.stringValue }) == ["Documents/\(scene.folder)"])
        #expect(
            artifacts[1]["restoredItemWebUrl"]?.stringValue?.hasSuffix(
                "/Documents/Recovered%20Items%202026-03-01%2C%2008.00/bread%20order.docx") == true)
        #expect(artifacts[1]["webUrl"]?.stringValue?.hasSuffix("/Documents/bread%20order.docx") == true)
        #expect(artifacts[1]["restorePointDateTime"]?.stringValue == "2026-03-01T08:00:00Z")
        #expect(artifacts[1]["restoredItemKey"]?.stringValue?.split(separator: ",").count == 5)
    }

    @Test func `a session of items ends with its counts and a line in the log`() async throws {
        let scene = try await scene()
        let (id, _) = try await restore(scene.harness, body(scene.browse, scene.keys), version: "v1.0")
        let session = await scene.harness.send("GET", "/restoreSessions/\(id)")
        #expect(session.json["status"]?.stringValue == "completed")
        #expect(session.json["restoreSessionArtifactCount"]?["completed"] == .int(2))
        #expect(session.json["restoreJobType"]?.stringValue == "unknownFutureValue")
        let log = await scene.harness.send("GET", "/activityLogs", version: "beta")
        #expect(
            log.values.contains {
                $0["activityType"]?.stringValue == "restoreTaskCompleted" && $0["restoreSessionId"]?.stringValue == id
            })
    }

    @Test func `the units of a session of items are shown with what failed`() async throws {
        let scene = try await scene()
        let harness = scene.harness
        let additions = HoldfastAPI(
            SurfaceSettings(
                service: harness.service, sign: { Array($0.reversed().prefix(64)) },
                report: { id, text in Issue.record("\(id): \(text)") }))
        func ask(_ path: String) async -> APIAnswer {
            await additions.ask("GET", "/holdfast/v1.0/\(path)", nil, as: harness.principal())
        }
        // The file is there again, and what is restored in place gives way to it.
        try harness.folder.write("\(drive)/bread order.docx", "another")
        let key = scene.keys[1]
        let notes = try await harness.itemKey(scene.browse, ["Documents", "Plans", "2026", "budget.xlsx"])
        try harness.folder.remove("\(drive)/Plans/2026/budget.xlsx")
        let (id, _) = try await restore(harness, body(scene.browse, [key, notes], "inPlace"), version: "beta")
        let units = await ask("restoreSessions/\(id)/units")
        #expect(units.values.count == 1, "\(units)")
        let row = try #require(units.values.first, "\(units)")
        #expect(row.text("unitId") == scene.unit.id)
        #expect(row.text("status") == "failed")
        #expect(row.text("phase") == "done")
        #expect(row["items"]?["done"] == .int(2))
        #expect(row["items"]?["total"] == .int(2))
        #expect(row["errorCount"] == .int(1))
        #expect(row["error"]?.text("code") == "ArtifactCannotBeRestored")
        #expect(row.text("undoRestorePointId") != nil)
        let artifact = try #require(row.text("artifactId"))
        let errors = await ask("restoreArtifacts/\(artifact)/itemErrors")
        #expect(errors.values.count == 1, "\(errors)")
        #expect(errors.values.first?.text("path") == "bread order.docx")
        #expect(errors.values.first?.text("action") == "create")
        #expect(errors.values.first?.text("code") == "ArtifactCannotBeRestored")
        #expect(await ask("restoreSessions/\(UUID().uuidString)/units").status == 404)
    }

    @Test func `another session of the same minute gets a folder of its own`() async throws {
        let scene = try await scene()
        for _ in 0..<2 {
            _ = try await restore(scene.harness, body(scene.browse, [scene.keys[1]]), version: "v1.0")
        }
        #expect(scene.harness.folder.read("\(drive)/\(scene.folder)/bread order.docx") == "twelve loaves")
        #expect(scene.harness.folder.read("\(drive)/\(scene.folder) 1/bread order.docx") == "twelve loaves")
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

    /// A draft that had one item, which was exchanged for another by a change.
    private struct Exchanged {
        let harness: RestoreHarness
        let answer: APIAnswer
        let first: String
        let second: String
        /// The list of the draft's items.
        let path: String
    }

    private func exchanged() async throws -> Exchanged {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let first = try await harness.itemKey(browse, ["Documents", "Plans"])
        let second = try await harness.itemKey(browse, ["Documents", "bread order.docx"])
        let created = await harness.send("POST", sessions, body(browse, [first]))
        let delta: JSONValue = [
            "granularDriveRestoreArtifacts@delta": [
                ["browseSessionId": .string(browse), "id": .string(second)],
                ["@removed": ["reason": "changed"], "id": .string(first)],
            ]
        ]
        return Exchanged(
            harness: harness, answer: await harness.send("PATCH", "\(sessions)/\(created.id)", delta), first: first,
            second: second, path: "\(sessions)/\(created.id)/granularDriveRestoreArtifacts")
    }

    @Test func `a change tells of each item in the order of the request`() async throws {
        let draft = try await exchanged()
        #expect(draft.answer.status == 200, "\(draft.answer.text)")
        let entries = draft.answer.json["granularDriveRestoreArtifacts@delta"]?.arrayValue ?? []
        #expect(entries.count == 2, "\(draft.answer.text)")
        #expect(entries.first?["id"]?.stringValue == draft.second, "\(draft.answer.text)")
        #expect(entries.first?["status"]?.stringValue == "added", "\(draft.answer.text)")
        #expect(entries.last?["@removed"] != nil)
    }

    @Test func `items are added to a draft and taken out by key`() async throws {
        let draft = try await exchanged()
        let (harness, path) = (draft.harness, draft.path)
        #expect(await harness.send("GET", path).values.map { $0["id"]?.stringValue } == [draft.second])
        #expect(await harness.send("GET", path + "/$count").text == "1")
        let encoded = draft.second.replacingOccurrences(of: ",", with: "%2C")
        #expect(await harness.send("GET", "\(path)/\(encoded)").json["id"]?.stringValue == draft.second)
        #expect(await harness.send("GET", "\(path)/\(draft.first)").status == 404)
    }

    @Test func `items are changed with their session only`() async throws {
        let draft = try await exchanged()
        let encoded = draft.second.replacingOccurrences(of: ",", with: "%2C")
        #expect(await draft.harness.send("POST", draft.path, [:]).status == 405)
        #expect(await draft.harness.send("PATCH", "\(draft.path)/\(encoded)", [:]).status == 405)
        #expect(await draft.harness.send("DELETE", "\(draft.path)/\(encoded)").status == 405)
    }

    @Test func `who may read sessions counts their items but does not see them`() async throws {
        let draft = try await exchanged()
        let reader = draft.harness.principal(["BackupRestore-Restore.Read.All"])
        #expect(await draft.harness.send("GET", draft.path, as: reader).status == 403)
        #expect(await draft.harness.send("GET", draft.path + "/$count", as: reader).status == 200)
    }

    /// The body of a refused creation, made of a browse session, the key of a folder and one of its
    /// library, and a whole artifact.
    struct Refused: Sendable, CustomTestStringConvertible {
        var name: String
        var version = "v1.0"
        var status = 400
        var code: String
        var body: @Sendable (Parts) -> JSONValue
        var testDescription: String { "\(version): \(name)" }
    }

    struct Parts: Sendable {
        var browse: String
        var folder: String
        var file: String
        var library: String
        var whole: JSONValue

        /// Items in the form of a request, each to a destination where one is named.
        func items(_ keys: [String], in session: String? = nil, to destination: String? = nil) -> JSONValue {
            .array(
                keys.map { key in
                    var item: JSONObject = ["browseSessionId": .string(session ?? browse), "itemKey": .string(key)]
                    if let destination { item["destinationType"] = .string(destination) }
                    return .object(item)
                })
        }
    }

    private static let items = "granularDriveRestoreArtifacts"
    private static let conflict = "@microsoft.graph.conflictBehavior"

    private static let refused = [
        Refused(name: "both kinds", code: "InvalidArtifactRequest") {
            .object([items: $0.items([$0.folder]), "driveRestoreArtifacts": $0.whole])
        },
        Refused(name: "no items", code: "InvalidArtifactRequest") { .object([items: $0.items([])]) },
        Refused(name: "another browse session", code: "InvalidArtifactRequest") {
            .object([items: $0.items([$0.folder], in: "bs_other")])
        },
        Refused(name: "no key", code: "InvalidArtifactRequest") { .object([items: $0.items(["nonsense"])]) },
        Refused(name: "a whole library", code: "InvalidArtifactRequest") { .object([items: $0.items([$0.library])]) },
        Refused(name: "a destination", code: "InvalidArtifactRequest") {
            .object([items: $0.items([$0.folder], to: "new")])
        },
        Refused(name: "an item twice", code: "DuplicateArtifactInList") {
            .object([items: $0.items([$0.folder, $0.folder])])
        },
        Refused(name: "a conflict behaviour", code: "InvalidCreateRequest") {
            .object([items: $0.items([$0.folder]), conflict: "replace"])
        },
        Refused(name: "an unknown conflict behaviour", version: "beta", code: "InvalidCreateRequest") {
            .object([items: $0.items([$0.folder]), conflict: "overwrite"])
        },
        Refused(name: "an unknown destination", version: "beta", code: "InvalidPathType") {
            .object([items: $0.items([$0.folder], to: "elsewhere")])
        },
        Refused(name: "a conflict behaviour of whole drives", version: "beta", code: "InvalidCreateRequest") {
            .object(["driveRestoreArtifacts": $0.whole, conflict: "fail"])
        },
        Refused(name: "a property of that name", version: "beta", code: "InvalidCreateRequest") {
            .object(["driveRestoreArtifacts": $0.whole, "conflictBehavior": "fail"])
        },
        Refused(name: "too many items", status: 413, code: "RestoreArtifactsLimitBreached") {
            .object([items: $0.items(Array(repeating: $0.folder, count: 51))])
        },
        Refused(name: "two destinations", version: "beta", code: "DifferentRestoreDestinationType") {
            let (first, second) = ($0.items([$0.folder], to: "new"), $0.items([$0.file], to: "inPlace"))
            return .object([items: .array((first.arrayValue ?? []) + (second.arrayValue ?? []))])
        },
    ]

    private func parts(_ harness: RestoreHarness) async throws -> Parts {
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        return Parts(
            browse: browse, folder: try await harness.itemKey(browse, ["Documents", "Plans"]),
            file: try await harness.itemKey(browse, ["Documents", "bread order.docx"]),
            library: try await harness.itemKey(browse, ["Documents"]),
            whole: [["restorePoint": ["id": .string(point.id)], "destinationType": "new"]])
    }

    @Test(arguments: refused) func `a refused session says why and changes nothing`(refused: Refused) async throws {
        let harness = try await RestoreHarness()
        let parts = try await parts(harness)
        let before = try await harness.fixture.rows()
        let answer = await harness.send("POST", sessions, refused.body(parts), version: refused.version)
        #expect(answer.status == refused.status, "\(answer.text)")
        #expect(answer.code == refused.code, "\(answer.text)")
        #expect(try await harness.fixture.rows() == before)
    }

    private static let refusedChanges = [
        Refused(name: "whole drives", code: "InvalidArtifactRequest") {
            .object(["driveRestoreArtifacts@delta": $0.whole])
        },
        Refused(name: "both kinds", code: "InvalidArtifactRequest") {
            .object(["driveRestoreArtifacts@delta": $0.whole, "granularDriveRestoreArtifacts@delta": []])
        },
        Refused(name: "too many items", code: "RestoreArtifactsLimitBreached") { parts in
            let item: JSONValue = ["browseSessionId": .string(parts.browse), "id": .string(parts.folder)]
            return .object(["granularDriveRestoreArtifacts@delta": .array(Array(repeating: item, count: 51))])
        },
    ]

    @Test(arguments: refusedChanges) func `a session of items keeps its kind and its bounds`(
        refused: Refused
    ) async throws {
        let harness = try await RestoreHarness()
        let parts = try await parts(harness)
        let session = await harness.send("POST", sessions, body(parts.browse, [parts.folder]))
        let before = try await harness.fixture.rows()
        let answer = await harness.send("PATCH", "\(sessions)/\(session.id)", refused.body(parts))
        #expect(answer.status == refused.status, "\(answer.text)")
        #expect(answer.code == refused.code, "\(answer.text)")
        #expect(try await harness.fixture.rows() == before)
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
