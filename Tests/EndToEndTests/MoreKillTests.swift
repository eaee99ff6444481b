import Foundation
import SampleData
import Synchronization
import Testing

extension KillTests {
    @Test func `killed at many moments of a prune, nothing that a point names is gone`() async throws {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        var kills = 0
        for seed in Self.seeds(10) {
            var random = SeededGenerator(seed: seed)
            try edit(installation.drive(Self.user), &random)
            _ = try await Program.holdfast("backup", "--state", installation.state.path, unit)
            // All points but the newest two expire, so that there is something to prune.
            try await installation.runSQL(
                #"""
                DELETE FROM "restorePoint" WHERE "id" NOT IN (SELECT "id" FROM "restorePoint" ORDER BY \#
                "protectionDateTime" DESC LIMIT 2)
                """#
            )
            let prune = try RunningProgram(
                Program.holdfast, ["repository", "prune", "--state", installation.state.path, unit])
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<700, using: &random)))
            try await installation.kill()
            prune.signal(SIGKILL)
            _ = try await prune.finish()
            kills += 1
            try await installation.start()
            let expected = try await installation.copy(installation.drive(Self.user), name: "expected")
            try await restoreNew(installation, unit, expected: expected, seed: seed)
            let check = try await Program.run(
                Program.holdfast, ["repository", "check", "--state", installation.state.path, unit, "--read-data"])
            #expect(check.status == 0, "seed \(seed): \(check.text)")
            if seed % 4 == 0 { try await installation.requireResticIsContent(unit) }
        }
        Self.report("prune", kills)
        _ = try await Program.holdfast("repository", "prune", "--state", installation.state.path, unit)
        try await installation.requireResticIsContent(unit)
        _ = try await installation.stop()
    }

    @Test func `killed at many moments of the first start, which makes secrets and schema, the next start works`()
        async throws
    {
        var kills = 0
        for seed in Self.seeds(12) {
            var random = SeededGenerator(seed: seed)
            let installation = try Installation()
            for _ in 0..<2 {
                try await installation.startAndKill(afterMilliseconds: Int.random(in: 0..<350, using: &random))
                kills += 1
            }
            try await installation.start()
            let users = try await installation.client().users()
            #expect(users.isEmpty, "seed \(seed): the tenant has no users")
            _ = try await installation.stop()
        }
        Self.report("first start", kills)
    }

    @Test func `killed at many moments of later starts, with jobs waiting, points and units are all there`()
        async throws
    {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        let expected = try await installation.copy(installation.drive(Self.user), name: "expected")
        var kills = 0
        for seed in Self.seeds(8) {
            var random = SeededGenerator(seed: seed)
            // The backup falls due at the start, so that the kill may meet it, too.
            try await installation.runSQL(#"UPDATE "protectionUnit" SET "nextBackupDateTime" = 0"#)
            try await installation.kill()
            try await installation.startAndKill(afterMilliseconds: Int.random(in: 0..<900, using: &random))
            kills += 1
            try await installation.start()
            #expect(try await installation.client().latestPoint(of: unit, before: Date()) != nil, "seed \(seed)")
            if seed % 8 == 0 { try await restoreNew(installation, unit, expected: expected, seed: seed) }
        }
        Self.report("later start", kills)
        try await installation.requireResticIsContent(unit)
        _ = try await installation.stop()
    }

    @Test func `killed while many clients write, everything that was acknowledged is there`() async throws {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        var kills = 0
        for seed in Self.seeds(8) {
            var random = SeededGenerator(seed: seed)
            let steps = try await installation.client()
            let point = try #require(try await steps.latestPoint(of: unit, before: Date()))
            let writers = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 { group.addTask { await Self.createUntilRefused(steps.client, point.id) } }
                try await Task.sleep(for: .milliseconds(Int.random(in: 50..<500, using: &random)))
                try await installation.kill()
                kills += 1
                return try await group.reduce(into: []) { $0 += $1 }
            }
            try await installation.start()
            let client = try await installation.client().client
            for id in writers {
                let session: Graph.Session = try await client.get(
                    GraphSteps.root + "/oneDriveForBusinessRestoreSessions/\(id)")
                #expect(session.status == "draft", "seed \(seed)")
                #expect(session.restoreSessionArtifactCount.total == 1, "seed \(seed)")
                _ = try await client.send("DELETE", GraphSteps.root + "/restoreSessions/\(id)")
            }
        }
        Self.report("catalogue write", kills)
        _ = try await installation.stop()
    }

    /// Creates restore sessions until the server is gone. Gives the ids that it acknowledged.
    private static func createUntilRefused(_ client: GraphClient, _ pointID: String) async -> [String] {
        let body = Data(
            #"{"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(pointID)"},"destinationType":"new"}]}"#.utf8)
        var ids: [String] = []
        while let answer = try? await client.send(
            "POST", GraphSteps.root + "/oneDriveForBusinessRestoreSessions", body: body),
            let session = try? JSONDecoder().decode(Graph.Session.self, from: answer)
        { ids.append(session.id) }
        return ids
    }
}
