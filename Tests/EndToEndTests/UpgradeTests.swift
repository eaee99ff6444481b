import Foundation
import SampleData
import Testing

/// A state folder that the program of commit 914ab74 left behind opens, upgrades
/// in place and restores.
///
/// `Tests/Vectors/state-914ab74` has the folder and the script that made it.
@Suite(.serialized) struct UpgradeTests {
    /// What the script wrote down while it used the old program.
    private struct Facts: Decodable {
        let sessions: [String: String]
        let units: [String: String]
        /// Oldest first, by sign-in name.
        let points: [String: [String]]
        let damaged: [String]
    }

    private struct Session: Decodable {
        let id: String
        let status: String
    }

    private static let ada = "ada@example.org"
    private static let bob = "bob@example.org"
    private let installation: Installation
    private let facts: Facts

    init() async throws {
        installation = try Installation()
        let archive = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/state-914ab74/state.tar.gz")
        let unpacked = try await Program.run(
            URL(filePath: "/bin/tar"), ["xzf", archive.path, "-C", installation.folder.path])
        try #require(unpacked.status == 0, "\(unpacked.text)")
        facts = try JSONDecoder().decode(
            Facts.self, from: try Data(contentsOf: installation.folder.appending(path: "facts.json")))
        // The archive grows older than its points are kept; nothing else of what the old
        // program wrote is touched.
        try await installation.runSQL("UPDATE restorePoint SET expirationDateTime = 4102444800000000")
        try await installation.start(["--move-tenant"])
    }

    private func expected(_ version: Int, _ drive: String) -> String {
        installation.folder.appending(path: "expected/\(version)/drives/\(drive)").path
    }

    private func point(_ number: Int, of user: String, _ steps: GraphSteps) async throws -> Graph.Point {
        let id = try #require(facts.points[user])[number]
        return try await steps.client.get(GraphSteps.root + "/restorePoints/\(id)")
    }

    @Test func `points of before restore in place and to a new place`() async throws {
        let steps = try await installation.client()
        _ = try await steps.finish(
            try await steps.activateRestore(of: try await point(0, of: Self.ada, steps), to: "inPlace"))
        let drive = installation.drive(Self.ada).path
        #expect(try TreeComparison(expected(1, Self.ada), drive).differences == [])
        let artifact = try await steps.finish(
            try await steps.activateRestore(of: try await point(1, of: Self.ada, steps), to: "new"))
        let site = installation.tenant.appending(path: "sites/\(artifact.restoredSiteName ?? "")/Documents").path
        #expect(try TreeComparison(expected(2, Self.ada), site).differences == [])
    }

    @Test func `sessions of before keep their status`() async throws {
        let steps = try await installation.client()
        for (id, status) in facts.sessions {
            let session: Session = try await steps.client.get(GraphSteps.root + "/restoreSessions/\(id)")
            #expect(session.status == status, "session \(id)")
        }
    }

    @Test func `a point that was damaged stays refused, the one before it restores`() async throws {
        let steps = try await installation.client()
        let damaged = try await point(1, of: Self.bob, steps)
        #expect(facts.damaged == [damaged.id])
        await #expect(throws: (any Error).self) { try await steps.activateRestore(of: damaged, to: "inPlace") }
        _ = try await steps.finish(
            try await steps.activateRestore(of: try await point(0, of: Self.bob, steps), to: "inPlace"))
        #expect(try TreeComparison(expected(1, Self.bob), installation.drive(Self.bob).path).differences == [])
    }

    @Test func `a repository of before takes the next backup, and stock restic is content`() async throws {
        let unit = try #require(facts.units[Self.ada])
        try Data("after the upgrade".utf8).write(to: installation.drive(Self.ada).appending(path: "after.txt"))
        let taken = try await Program.holdfast("backup", "--state", installation.state.path, unit)
        #expect(taken.contains(unit))
        try await installation.requireResticIsContent(unit)
        let steps = try await installation.client()
        _ = try await steps.finish(
            try await steps.activateRestore(of: try await point(1, of: Self.ada, steps), to: "inPlace"))
        #expect(try TreeComparison(expected(2, Self.ada), installation.drive(Self.ada).path).differences == [])
    }
}
