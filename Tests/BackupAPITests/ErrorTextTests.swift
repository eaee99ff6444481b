import BackupTesting
import Catalog
import Foundation
import OData
import ObjectStorage
import Synchronization
import Testing

@testable import ProtectionService

/// What is broken beneath a service whose clients look at it.
enum BrokenPart: String, CaseIterable, Sendable {
    case driveIsAFile, driveIsALink, driveIsGone, tenantIsGone, directoryIsBroken, noteIsBroken, noMoreCopies
    case packsAreDamaged, packsAreGone, indexIsGone, snapshotsAreGone, configIsGone
    case storeIsDown, storeIsFull, storeRefuses
}

/// Clients learn what is wrong with their data, and nothing of where the server keeps it.
@Suite struct ErrorTextTests {
    /// Where a store says that it is. A real one names its folder in every message.
    private static let stateFolder = "/srv/holdfast-state/repositories"

    private final class Switch: Sendable {
        private let code = Mutex<ObjectStoreError.Code?>(nil)
        func set(_ code: ObjectStoreError.Code?) { self.code.withLock { $0 = code } }
        func rule(_ call: FaultyObjectStore.Call) -> ObjectStoreError? {
            let name =
                switch call {
                case .list(let name), .read(let name), .write(let name), .delete(let name), .stat(let name): name
                }
            return code.withLock { $0 }.map {
                ObjectStoreError(
                    $0, name: name, message: "failed in '\(stateFolder)/\(name)'", isRetryable: $0 != .permissionDenied)
            }
        }
    }

    @Test(arguments: BrokenPart.allCases) func `no error names a path of the server or an object of a repository`(
        _ part: BrokenPart
    ) async throws {
        let fault = Switch()
        let harness = try await RestoreHarness(copiesPerSource: part == .noMoreCopies ? 0 : 10) {
            FaultyObjectStore($0, rule: fault.rule)
        }
        let (unit, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Documents", "Plans"])
        try harness.folder.write("drives/\(RestoreHarness.ada)/Plans/notes.txt", "changed")
        var drafts: [String] = []
        for destination in ["inPlace", "new"] {
            drafts.append(
                await harness.send(
                    "POST", "/oneDriveForBusinessRestoreSessions",
                    [
                        "driveRestoreArtifacts": [
                            ["restorePoint": ["id": .string(point.id)], "destinationType": .string(destination)]
                        ]
                    ]
                ).id)
        }
        drafts.append(
            await harness.send(
                "POST", "/oneDriveForBusinessRestoreSessions",
                [
                    "granularDriveRestoreArtifacts": [["browseSessionId": .string(browse), "itemKey": .string(key)]]
                ]
            ).id)
        try await breakPart(part, of: harness, unit, fault: fault)
        for draft in drafts { _ = await harness.send("POST", "/restoreSessions/\(draft)/activate") }
        let verify = harness.service.job(.verify, unit.id)
        _ = try await harness.catalog.write { try $0.addJob(verify) }
        var seen: [String] = []
        for _ in 0..<10 {
            // A tick may fail as a whole where the tenant is gone; the jobs that are there go on.
            try? await harness.settle()
            seen += try await texts(harness, browse, key)
            harness.clock.turn(seconds: 1400)
        }
        let errors = try await rowErrors(harness)
        #expect(!errors.isEmpty, "nothing failed")
        for text in Set(seen + errors) {
            #expect(!text.contains(harness.folder.url.lastPathComponent), "\(text)")
            #expect(!text.contains("holdfast-state"), "\(text)")
            #expect(text.firstMatch(of: /[0-9a-f]{64}/) == nil, "\(text)")
        }
    }

    private func breakPart(
        _ part: BrokenPart, of harness: RestoreHarness, _ unit: ProtectionUnit, fault: Switch
    ) async throws {
        let drive = "drives/\(RestoreHarness.ada)"
        let (files, place) = (FileManager.default, harness.folder.url.appending(path: drive))
        switch part {
        case .driveIsAFile:
            try files.removeItem(at: place)
            try harness.folder.write(drive, "a file")
        case .driveIsALink:
            try files.moveItem(at: place, to: harness.folder.url.appending(path: "elsewhere"))
            try files.createSymbolicLink(at: place, withDestinationURL: harness.folder.url.appending(path: "elsewhere"))
        case .driveIsGone: try files.removeItem(at: place)
        case .tenantIsGone: try files.removeItem(at: harness.folder.url)
        case .directoryIsBroken: try harness.folder.write("directory.json", "{ no JSON")
        case .noteIsBroken: try harness.folder.write("sites/.holdfast/\(RestoreHarness.ada)R0.json", "{ no JSON")
        case .noMoreCopies: break
        case .packsAreDamaged: try await change(objectsOf: unit, in: harness, prefix: "data/") { $0[$0.count / 3] ^= 4 }
        case .packsAreGone: try await change(objectsOf: unit, in: harness, prefix: "data/", by: nil)
        case .indexIsGone: try await change(objectsOf: unit, in: harness, prefix: "index/", by: nil)
        case .snapshotsAreGone: try await change(objectsOf: unit, in: harness, prefix: "snapshots/", by: nil)
        case .configIsGone: try await change(objectsOf: unit, in: harness, prefix: "config", by: nil)
        case .storeIsDown: fault.set(.unavailable)
        case .storeIsFull: fault.set(.outOfSpace)
        case .storeRefuses: fault.set(.permissionDenied)
        }
    }

    /// Changes objects of the repository, or removes them.
    private func change(
        objectsOf unit: ProtectionUnit, in harness: RestoreHarness, prefix: String,
        by body: ((inout [UInt8]) -> Void)?
    ) async throws {
        let store = harness.stores[unit.id]
        for (name, bytes) in store.contents where name.hasPrefix(prefix) {
            guard let body else {
                try await store.delete(name)
                continue
            }
            var bytes = bytes
            body(&bytes)
            try await store.write(name, bytes)
        }
    }

    /// Everything that clients can ask for, as text.
    private func texts(_ harness: RestoreHarness, _ browse: String, _ key: String) async throws -> [String] {
        var texts: [String] = []
        for path in [
            "/driveProtectionUnits", "/restoreSessions",
            "/oneDriveForBusinessRestoreSessions?$expand=driveRestoreArtifacts", "/activityLogs",
            "/restorePoints?$expand=protectionUnit",
        ] {
            texts.append(await harness.send("GET", path, version: "beta").text)
        }
        for session in try await harness.catalog.page(Query<RestoreSession>()) {
            for list in ["driveRestoreArtifacts", "granularDriveRestoreArtifacts"] {
                texts.append(
                    await harness.send(
                        "GET", "/oneDriveForBusinessRestoreSessions/\(session.id)/\(list)", version: "beta"
                    ).text)
            }
        }
        let place: JSONValue = ["browseLocationItemKey": .string(key)]
        texts.append(await harness.send("POST", "/browseSessions/\(browse)/browse", place).text)
        texts.append(
            await harness.send(
                "POST", "/oneDriveForBusinessProtectionPolicies",
                [
                    "displayName": "Another",
                    "driveProtectionUnits": [["directoryObjectId": .string(UUID().uuidString.lowercased())]],
                ]
            ).text)
        return texts
    }

    /// The errors that rows show to clients.
    private func rowErrors(_ harness: RestoreHarness) async throws -> [String] {
        let errors = try await harness.catalog.read { reader in
            let units = try reader.page(Query<ProtectionUnit>()).map(\.error)
            let artifacts =
                try reader.page(Query<RestoreArtifact>()).map(\.error)
                + reader.page(Query<GranularRestoreArtifact>()).map(\.error)
            let others =
                try reader.page(Query<RestoreSession>()).map(\.error) + reader.page(Query<ActivityLog>()).map(\.error)
            return units + artifacts + others
        }
        return errors.compactMap { $0.map { "\($0)" } }
    }
}
