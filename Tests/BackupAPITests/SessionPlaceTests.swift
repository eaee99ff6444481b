import BackupTesting
import Catalog
import Foundation
import OData
import Synchronization
import Testing

@testable import BackupWork
@testable import ProtectionService

/// Does something before the second item of a session.
private final class Meanwhile: JobInspector {
    private let items = Atomic(0)
    let action = Mutex<(@Sendable () throws -> Void)?>(nil)

    func willRun(_ job: Job) async throws {}

    func willRestore(artifactID: String, unitID: String) async throws {
        if items.add(1, ordering: .relaxed).newValue == 2 { try action.withLock { $0 }?() }
    }
}

/// Items of one session that go to one place, or one into another.
@Suite struct SessionPlaceTests {
    private let drive = "drives/\(RestoreHarness.ada)"
    private let folder = "Recovered Items 2026-03-01, 08.10"

    /// Restores items of browse sessions, in this order, and gives the artifacts.
    private func restore(
        _ harness: RestoreHarness, _ items: [(session: String, names: [String])], _ destination: String = "new",
        conflict: String = "fail"
    ) async throws -> [GranularRestoreArtifact] {
        var artifacts: [JSONValue] = []
        for item in items {
            let key = try await harness.itemKey(item.session, ["Documents"] + item.names)
            artifacts.append([
                "browseSessionId": .string(item.session), "itemKey": .string(key),
                "destinationType": .string(destination),
            ])
        }
        let body: JSONValue = [
            "granularDriveRestoreArtifacts": .array(artifacts), "@microsoft.graph.conflictBehavior": .string(conflict),
        ]
        let created = await harness.send("POST", "/oneDriveForBusinessRestoreSessions", body, version: "beta")
        #expect(created.status == 201, "\(created.text)")
        _ = await harness.send("POST", "/restoreSessions/\(created.id)/activate", version: "beta")
        try await harness.settle()
        return try await harness.catalog.page(
            Query<GranularRestoreArtifact>(where: .equal("sessionId", created.id), order: [.init("ordinal")]))
    }

    /// Browse sessions over two points, between which Ada's notes changed; the clock stands
    /// at ten past eight.
    private func browsed(
        _ inspector: (any JobInspector)? = nil
    ) async throws -> (harness: RestoreHarness, old: String, new: String) {
        let harness = try await RestoreHarness(jobInspector: inspector)
        let (unit, point) = try await harness.protectedDrive()
        try harness.folder.write("\(drive)/Plans/notes.txt", "notes of April")
        let newer = try await harness.newPoint(of: unit)
        return (harness, try await harness.browseSession(point), try await harness.browseSession(newer))
    }

    @Test(arguments: [
        [["Plans"], ["Plans", "notes.txt"]], [["Plans", "notes.txt"], ["Plans"]],
        [["Plans", "2026", "budget.xlsx"], ["Plans"], ["Plans", "2026"]],
    ])
    func `a folder and what lies in it both succeed, and are there once`(_ items: [[String]]) async throws {
        let (harness, old, _) = try await browsed()
        let artifacts = try await restore(harness, items.map { (old, $0) })
        #expect(artifacts.allSatisfy { $0.status == .succeeded }, "\(artifacts.map(\.error))")
        #expect(try harness.folder.names("\(drive)/\(folder)/Plans") == ["2026", "notes.txt"])
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/notes.txt") == "notes of March")
    }

    @Test(arguments: ["fail", "replace", "rename"]) func `the same holds in place, whatever the conflict behaviour`(
        _ conflict: String
    ) async throws {
        let (harness, old, _) = try await browsed()
        try harness.folder.remove("\(drive)/Plans")
        let artifacts = try await restore(
            harness, [(old, ["Plans", "notes.txt"]), (old, ["Plans"])], "inPlace", conflict: conflict)
        #expect(artifacts.map(\.status) == [.succeeded, .succeeded], "\(artifacts.map(\.error))")
        #expect(try harness.folder.names("\(drive)/Plans") == ["2026", "notes.txt"])
    }

    @Test func `one file of two browse sessions over the same version is restored once`() async throws {
        let (harness, old, new) = try await browsed()
        let artifacts = try await restore(harness, [(old, ["bread order.docx"]), (new, ["bread order.docx"])])
        #expect(artifacts.map(\.status) == [.succeeded, .succeeded], "\(artifacts.map(\.error))")
        #expect(try harness.folder.names("\(drive)/\(folder)") == ["bread order.docx"])
    }

    @Test func `two versions of one file both come back`() async throws {
        let (harness, old, new) = try await browsed()
        let artifacts = try await restore(harness, [(old, ["Plans", "notes.txt"]), (new, ["Plans", "notes.txt"])])
        #expect(artifacts.map(\.status) == [.succeeded, .succeeded], "\(artifacts.map(\.error))")
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/notes.txt") == "notes of March")
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/notes 1.txt") == "notes of April")
    }

    @Test func `a file of another version than its folder's comes back beside that`() async throws {
        let (harness, old, new) = try await browsed()
        let artifacts = try await restore(harness, [(new, ["Plans", "notes.txt"]), (old, ["Plans"])])
        #expect(artifacts.map(\.status) == [.succeeded, .succeeded], "\(artifacts.map(\.error))")
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/notes.txt") == "notes of March")
        #expect(harness.folder.read("\(drive)/\(folder)/Plans/notes 1.txt") == "notes of April")
    }

    @Test func `beside what was there, one copy serves both`() async throws {
        let (harness, old, new) = try await browsed()
        try harness.folder.write("\(drive)/bread order.docx", "mine")
        let artifacts = try await restore(
            harness, [(old, ["bread order.docx"]), (new, ["bread order.docx"])], "inPlace", conflict: "rename")
        #expect(artifacts.map(\.status) == [.succeeded, .succeeded], "\(artifacts.map(\.error))")
        #expect(try harness.folder.names(drive) == ["Plans", "bread order 1.docx", "bread order.docx"])
    }

    @Test(arguments: ["fail", "rename"]) func `what its owner puts at a chosen place meanwhile stays`(
        _ conflict: String
    ) async throws {
        let meanwhile = Meanwhile()
        let (harness, old, _) = try await browsed(meanwhile)
        for name in ["Plans", "bread order.docx"] { try harness.folder.remove("\(drive)/\(name)") }
        meanwhile.action.withLock { [folder = harness.folder, drive] action in
            action = { try folder.write("\(drive)/bread order.docx", "mine") }
        }
        let artifacts = try await restore(
            harness, [(old, ["Plans"]), (old, ["bread order.docx"])], "inPlace", conflict: conflict)
        #expect(harness.folder.read("\(drive)/bread order.docx") == "mine")
        #expect(artifacts.map(\.status) == [.succeeded, conflict == "fail" ? .failed : .succeeded])
        #expect(artifacts.last?.error?.code == (conflict == "fail" ? "ArtifactCannotBeRestored" : nil))
        let copy = harness.folder.read("\(drive)/bread order 1.docx")
        #expect(copy == (conflict == "fail" ? nil : "twelve loaves"))
    }

    @Test func `two items that share a place share another where its owner took that meanwhile`() async throws {
        let meanwhile = Meanwhile()
        let (harness, old, new) = try await browsed(meanwhile)
        for name in ["Plans", "bread order.docx"] { try harness.folder.remove("\(drive)/\(name)") }
        meanwhile.action.withLock { [folder = harness.folder, drive] action in
            action = { try folder.write("\(drive)/bread order.docx", "mine") }
        }
        let items = [(old, ["Plans"]), (old, ["bread order.docx"]), (new, ["bread order.docx"])]
        let artifacts = try await restore(harness, items, "inPlace", conflict: "rename")
        #expect(artifacts.allSatisfy { $0.status == .succeeded }, "\(artifacts.map(\.error))")
        #expect(try harness.folder.names(drive) == ["Plans", "bread order 1.docx", "bread order.docx"])
        #expect(harness.folder.read("\(drive)/bread order.docx") == "mine")
    }

    @Test func `a session waits for another that has chosen its places`() async throws {
        let (harness, old, new) = try await browsed()
        let first = try #require(try await restore(harness, [(old, ["bread order.docx"])]).first)
        let second = try #require(try await restore(harness, [(new, ["bread order.docx"])]).first)
        var copy = second
        copy.restoredPlace = nil
        let unplaced = copy
        let waits = try await harness.catalog.write { writer in
            let scheduled = ArtifactRestoreStatus.scheduled.sqlValue
            try writer.update(GranularRestoreArtifact.self, where: .equal("id", first.id), set: ["status": scheduled])
            return [try ItemRows(writer).isOccupied(by: unplaced), try ItemRows(writer).isOccupied(by: second)]
        }
        // Of two that have chosen one has to go on.
        #expect(waits == [true, false])
    }

    @Test func `two versions of one file both come back, also where the session overwrites`() async throws {
        let (harness, old, new) = try await browsed()
        let file = ["Plans", "notes.txt"]
        let artifacts = try await restore(harness, [(old, file), (new, file)], "inPlace", conflict: "replace")
        #expect(artifacts.map(\.status) == [.succeeded, .succeeded], "\(artifacts.map(\.error))")
        #expect(harness.folder.read("\(drive)/Plans/notes.txt") == "notes of March")
        #expect(harness.folder.read("\(drive)/Plans/notes 1.txt") == "notes of April")
    }

    @Test func `what stood there before the session is a conflict as ever`() async throws {
        let (harness, old, _) = try await browsed()
        let artifacts = try await restore(harness, [(old, ["Plans", "notes.txt"]), (old, ["Plans"])], "inPlace")
        #expect(artifacts.map(\.status) == [.failed, .failed])
        #expect(Set(artifacts.map { $0.error?.code }) == ["ArtifactCannotBeRestored"])
    }

    @Test(arguments: [0, 1, 2]) func `a run after a crash goes on where the places were chosen`(
        _ done: Int
    ) async throws {
        let (harness, old, new) = try await browsed()
        let artifacts = try await restore(
            harness, [(old, ["Plans"]), (new, ["Plans", "notes.txt"]), (old, ["Plans", "notes.txt"])])
        // As if the process had died after so many of the items.
        let (again, now) = (artifacts.dropFirst(done), harness.clock.now())
        let job = Job(
            id: UUID().uuidString, kind: JobKind.restoreItems.rawValue, subjectId: artifacts[0].id,
            runAfterDateTime: now, createdDateTime: now)
        try await harness.catalog.write { writer in
            for item in again {
                try writer.update(
                    GranularRestoreArtifact.self, where: .equal("id", item.id),
                    set: ["status": ArtifactRestoreStatus.inProgress.sqlValue])
            }
            try writer.update(
                RestoreSession.self, where: .equal("id", artifacts[0].sessionId),
                set: ["status": RestoreSessionStatus.active.sqlValue])
            _ = try writer.addJob(job)
        }
        try await harness.settle()
        let ended = try await harness.catalog.page(
            Query<GranularRestoreArtifact>(
                where: .equal("sessionId", artifacts[0].sessionId), order: [.init("ordinal")]))
        #expect(ended.allSatisfy { $0.status == .succeeded }, "\(ended.map(\.error))")
        #expect(ended.map(\.restoredPlace) == artifacts.map(\.restoredPlace))
        #expect(try harness.folder.names("\(drive)/\(folder)/Plans") == ["2026", "notes 1.txt", "notes.txt"])
    }
}
