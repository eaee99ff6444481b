import ProtectionRules
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

/// How much may be restored at a time and in a day. Source: contract behaviour.md, section 17.
@Suite struct QuotaTests {
    private static let root = "/v1.0/solutions/backupRestore"
    private static let draft = World.id(4, .oneDriveForBusiness)

    private func limits(_ change: (inout ServiceLimits) -> Void) -> ServiceLimits {
        var limits = ServiceLimits()
        change(&limits)
        return limits
    }

    /// A session of another day's or hour's work.
    private func other(
        _ world: World, _ number: Int, _ status: RestoreSessionStatus, artifacts: Int, hoursAgo: Double,
        of workload: Workload = .oneDriveForBusiness
    ) -> RestoreSession {
        var session = world.session(
            "60000000-0000-4000-8000-00000000000\(number)", status, workload, artifacts: artifacts)
        session.lastModifiedDateTime = world.clock.now().addingTimeInterval(-hoursAgo * 3600)
        session.artifactsInProgress = status == .active ? artifacts : 0
        return session
    }

    @Test func `the published numbers are the defaults`() {
        #expect(ServiceLimits().queuedRestoreArtifacts == 1000)
        #expect(ServiceLimits().restoreArtifactsPerDay == 10_000)
    }

    @Test func `more artifacts than may be queued are refused until others have ended, workload by workload`()
        async throws
    {
        let world = try await World(limits: limits { $0.queuedRestoreArtifacts = 3 })
        _ = try await world.filled()
        let running = other(world, 1, .active, artifacts: 3, hoursAgo: 1)
        let elsewhere = other(world, 2, .active, artifacts: 3, hoursAgo: 1, of: .sharePoint)
        try await world.catalog.store.write { try $0.insert(contentsOf: [running, elsewhere]) }
        try await world.run { client in
            let before = try await world.dump()
            let refused = try await client.send("POST", "\(Self.root)/restoreSessions/\(Self.draft)/activate")
            #expect(refused.status == 500, "\(refused.text)")
            #expect(refused.code == "TooManyActiveRestoreSessions", "\(refused.text)")
            #expect(try await world.dump() == before)
            try await world.catalog.store.write { writer in
                var running = running
                running.artifactsInProgress = 2
                try writer.update(running)
            }
            #expect(try await client.send("POST", "\(Self.root)/restoreSessions/\(Self.draft)/activate").status == 200)
        }
    }

    @Test func `more artifacts than may be restored in a day are refused with the time to wait`() async throws {
        let world = try await World(limits: limits { $0.restoreArtifactsPerDay = 10 })
        _ = try await world.filled()
        let done = [
            other(world, 1, .completed, artifacts: 4, hoursAgo: 23.5),
            other(world, 2, .failed, artifacts: 6, hoursAgo: 1),
            other(world, 3, .completed, artifacts: 100, hoursAgo: 25),
            other(world, 4, .completed, artifacts: 100, hoursAgo: 1, of: .exchange),
            other(world, 5, .draft, artifacts: 100, hoursAgo: 1),
        ]
        try await world.catalog.store.write { try $0.insert(contentsOf: done) }
        try await world.run { client in
            let before = try await world.dump()
            let refused = try await client.send("POST", "\(Self.root)/restoreSessions/\(Self.draft)/activate")
            #expect(refused.status == 429, "\(refused.text)")
            #expect(refused.code == "activityLimitReached", "\(refused.text)")
            #expect(refused.header("Retry-After") == "1800")
            #expect(try await world.dump() == before)
            world.clock.turn(seconds: 1800)
            #expect(try await client.send("POST", "\(Self.root)/restoreSessions/\(Self.draft)/activate").status == 200)
        }
    }

    @Test func `a draft that could never be activated is refused while it is made`() async throws {
        let world = try await World(limits: limits { $0.queuedRestoreArtifacts = 1 })
        _ = try await world.filled()
        try await world.catalog.store.write { writer in
            try writer.insert(world.unit(World.secondUnit, of: World.tomas, policy: nil))
            try writer.insert(world.point(World.secondPoint, of: World.secondUnit))
            try writer.insert(world.session("60000000-0000-4000-8000-000000000009", .draft))
        }
        let sessions = "\(Self.root)/oneDriveForBusinessRestoreSessions"
        try await world.run { client in
            let before = try await world.dump()
            let added: JSONValue = [
                "driveRestoreArtifacts@delta": [
                    ["restorePoint": ["id": .string(World.secondPoint)], "destinationType": "new"]
                ]
            ]
            let change = try await client.send("PATCH", "\(sessions)/\(Self.draft)", added)
            #expect(change.status == 400, "\(change.text)")
            #expect(change.code == "RestoreArtifactsLimitBreached", "\(change.text)")
            let list: JSONValue = [
                "destinationType": "new", "protectionTimePeriod": ["startDateTime": "2026-03-01T00:00:00Z"],
                "directoryObjectIds": [.string(World.ines), .string(World.tomas)],
            ]
            let bulk = try await client.send(
                "POST", "\(sessions)/60000000-0000-4000-8000-000000000009/driveRestoreArtifactsBulkAdditionRequests",
                list)
            #expect(bulk.status == 400, "\(bulk.text)")
            #expect(bulk.code == "BulkRestoreRestorationResourcesCountExceedsLimit", "\(bulk.text)")
            #expect(try await world.dump() == before)
        }
    }

    @Test func `the entries of a bulk request count before they have become artifacts`() async throws {
        let world = try await World(limits: limits { $0.queuedRestoreArtifacts = 3 })
        _ = try await world.filled()
        var running = other(world, 1, .activating, artifacts: 0, hoursAgo: 0)
        running.restoreJobType = .bulk
        var request = RestoreBulkRequest()
        request.id = "60000000-0000-4000-8000-00000000000a"
        request.sessionId = running.id
        request.objectIds = ["a", "b", "b", "c"]
        try await world.catalog.store.write { [running, request] writer in
            try writer.insert(running)
            try writer.insert(request)
        }
        try await world.run { client in
            let refused = try await client.send("POST", "\(Self.root)/restoreSessions/\(Self.draft)/activate")
            #expect(refused.status == 500, "\(refused.text)")
            #expect(refused.code == "TooManyActiveRestoreSessions", "\(refused.text)")
        }
    }

    @Test func `page sizes and the length of filters follow the settings`() async throws {
        let world = try await World(limits: limits { ($0.pageSize, $0.pageSizeMost, $0.filterTerms) = (2, 3, 2) })
        _ = try await world.filled()
        try await world.catalog.store.write { writer in
            for number in 1...4 {
                try writer.insert(world.session("60000000-0000-4000-8000-00000000000\(number)", .draft))
            }
        }
        let list = "\(Self.root)/restoreSessions"
        #expect(await world.send("GET", list).json["value"]?.arrayValue?.count == 2)
        #expect(await world.send("GET", "\(list)?$top=50").json["value"]?.arrayValue?.count == 3)
        let long = await world.send("GET", "\(list)?$filter=id eq 'a' or id eq 'b' or id eq 'c'")
        #expect(long.status == 400)
        #expect(long.errorCode == "FilterLengthExceeded")
    }
}
