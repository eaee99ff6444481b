import BackupTesting
import Catalog
import Testing

/// Clients that race on one draft: exactly one wins, and what the others asked for did not happen.
@Suite struct RaceTests {
    private static let session = World.id(4, .oneDriveForBusiness)
    private static let base = "/v1.0/solutions/backupRestore"

    /// The statuses of many requests sent at once.
    private static func race(
        _ count: Int, _ send: @escaping @Sendable (Int) async throws -> LiveAnswer
    ) async throws -> [Int: LiveAnswer] {
        try await withThrowingTaskGroup(of: (Int, LiveAnswer).self) { group in
            for number in 0..<count { group.addTask { (number, try await send(number)) } }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test func `of many who activate one draft exactly one succeeds`() async throws {
        let world = try await World()
        _ = try await world.filled()
        try await world.run { client in
            let answers = try await Self.race(16) { _ in
                try await client.send("POST", "\(Self.base)/restoreSessions/\(Self.session)/activate")
            }
            let statuses = answers.values.map(\.status)
            #expect(statuses.filter { $0 == 200 }.count == 1, "\(statuses)")
            #expect(
                answers.values.filter { $0.status == 403 && $0.code == "RestoreSessionActionNotAllowed" }.count == 15,
                "\(statuses)")
            let jobs = try await world.catalog.store.count(Query<Job>(where: .equal("subjectId", Self.session)))
            #expect(jobs == 1)
        }
    }

    @Test func `a change either comes before the activation or is refused`() async throws {
        for round in 0..<6 {
            let world = try await World()
            _ = try await world.filled()
            let (point, unit) = (World.point, World.secondUnit)
            try await world.catalog.store.write { writer in
                try writer.insert(world.unit(unit, of: World.tomas, policy: nil))
                try writer.insert(world.point(point, of: unit))
            }
            try await world.run { client in
                let answers = try await Self.race(2) { number in
                    if (number + round) % 2 == 0 {
                        return try await client.send("POST", "\(Self.base)/restoreSessions/\(Self.session)/activate")
                    }
                    let delta =
                        #"""
                        {"driveRestoreArtifacts@delta":[{"restorePoint":{"id":"\#(point)"},"destinationType":"new"}]}
                        """#
                    return try await client.sendText(
                        "PATCH", "\(Self.base)/oneDriveForBusinessRestoreSessions/\(Self.session)", delta)
                }
                let (activation, change) = (answers[round % 2 == 0 ? 0 : 1], answers[round % 2 == 0 ? 1 : 0])
                #expect(activation?.status == 200)
                let artifacts = try await world.catalog.store.page(
                    Query<RestoreArtifact>(where: .equal("sessionId", Self.session)))
                #expect(change?.status == (artifacts.count == 2 ? 200 : 403), "\(change?.text ?? "")")
                // Whatever the order, no artifact was left behind by the activation.
                #expect(artifacts.allSatisfy { $0.status != .added })
                let session = try await world.catalog.store.find(RestoreSession.self, id: Self.session)
                #expect(session?.artifactsTotal == artifacts.count)
            }
        }
    }

    @Test func `of an activation and a deletion one wins`() async throws {
        for round in 0..<6 {
            let world = try await World()
            _ = try await world.filled()
            try await world.run { client in
                let answers = try await Self.race(2) { number in
                    (number + round) % 2 == 0
                        ? try await client.send("POST", "\(Self.base)/restoreSessions/\(Self.session)/activate")
                        : try await client.send("DELETE", "\(Self.base)/restoreSessions/\(Self.session)")
                }
                let won = answers.values.filter { $0.status < 300 }
                #expect(won.count == 1, "\(answers.values.map(\.status))")
                let isThere = try await world.catalog.store.find(RestoreSession.self, id: Self.session) != nil
                #expect(isThere == (won.first?.status == 200))
            }
        }
    }

    @Test func `of many who activate one policy exactly one succeeds`() async throws {
        let world = try await World()
        _ = try await world.filled()
        let policy = World.id(1, .oneDriveForBusiness)
        try await world.run { client in
            let answers = try await Self.race(12) { _ in
                try await client.send("POST", "\(Self.base)/protectionPolicies/\(policy)/activate")
            }
            #expect(answers.values.filter { $0.status == 202 }.count == 1, "\(answers.values.map(\.status))")
        }
    }
}
