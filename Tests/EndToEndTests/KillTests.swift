import Foundation
import SampleData
import Testing

/// The server is killed (SIGKILL) at random moments of backups, restores, prunes, starts and writes
/// of the catalogue. Afterwards everything that a restore point names is readable, every restore
/// ends right, what was acknowledged is there, and stock restic is content.
///
/// `HOLDFAST_KILLS` sets how many kills each test makes, `HOLDFAST_KILL_SEED` where their seeds
/// begin; the same numbers repeat a run.
@Suite(.serialized) struct KillTests {
    static let user = Installation.user
    private static let environment = ProcessInfo.processInfo.environment
    private static let first = UInt64(environment["HOLDFAST_KILL_SEED"] ?? "") ?? 1

    /// The seeds of a test's kills: as many as were asked for.
    static func seeds(_ few: UInt64) -> [UInt64] {
        let count = UInt64(environment["HOLDFAST_KILLS"] ?? "") ?? few
        return Array(first..<first + max(count, 1))
    }

    /// Tells what a long run did.
    static func report(_ what: String, _ kills: Int) {
        if environment["HOLDFAST_KILLS"] != nil { print("killed \(kills) times: \(what)") }
    }

    @Test func `killed at many moments of a backup, the next one is whole`() async throws {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        var kills = 0
        for seed in Self.seeds(16) {
            var random = SeededGenerator(seed: seed)
            try edit(installation.drive(Self.user), &random)
            let backup = try RunningProgram(Program.holdfast, ["backup", "--state", installation.state.path, unit])
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<900, using: &random)))
            try await installation.kill()
            backup.signal(SIGKILL)
            _ = try await backup.finish()
            kills += 1
            try await installation.start()
            let expected = try await installation.copy(installation.drive(Self.user), name: "expected")
            let printed = try await Program.holdfast("backup", "--state", installation.state.path, unit)
            #expect(printed.contains(unit), "seed \(seed): \(printed)")
            try await restoreNew(installation, unit, expected: expected, seed: seed)
            if seed % 4 == 0 { try await installation.requireResticIsContent(unit) }
        }
        Self.report("backup", kills)
        _ = try await installation.stop()
    }

    @Test func `killed at many moments of a restore, the session still ends right`() async throws {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        let original = try await installation.copy(installation.drive(Self.user), name: "original")
        let client = try await installation.client()
        let point = try #require(try await client.latestPoint(of: unit, before: Date()))
        var kills = 0
        for seed in Self.seeds(16) {
            var random = SeededGenerator(seed: seed)
            _ = try Ransomware(seed: seed).attack(installation.drive(Self.user).path)
            let session = try await installation.client().activateRestore(of: point, to: "inPlace")
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<700, using: &random)))
            try await installation.kill()
            kills += 1
            try await installation.start()
            let artifact = try await installation.client().finish(session)
            #expect(artifact.status == "succeeded", "seed \(seed)")
            let comparison = try TreeComparison(original.path, installation.drive(Self.user).path)
            #expect(comparison.differences.isEmpty, "seed \(seed)")
        }
        Self.report("restore", kills)
        try await installation.requireResticIsContent(unit)
        _ = try await installation.stop()
    }

    /// A started server with one protected drive.
    func protectedDrive(_ installation: Installation) async throws -> String {
        try installation.fillTenant(seed: 11)
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Self.user }
        return try #require(try await steps.protect(users).first).id
    }

    /// A day's work in a few moments: new, changed and deleted files.
    func edit(_ drive: URL, _ random: inout SeededGenerator) throws {
        let folder = drive.appending(path: "Work \(random.next() % 5)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for _ in 0..<8 {
            let file = folder.appending(path: "note \(random.next() % 20).bin")
            let bytes = (0..<Int(random.next() % 300_000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if random.next() % 5 == 0 {
                try? FileManager.default.removeItem(at: file)
            } else {
                try Data(bytes).write(to: file)
            }
        }
    }

    func restoreNew(_ installation: Installation, _ unit: String, expected: URL, seed: UInt64) async throws {
        let steps = try await installation.client()
        let point = try #require(try await steps.latestPoint(of: unit, before: Date()))
        let artifact = try await steps.finish(try await steps.activateRestore(of: point, to: "new"))
        let site = try #require(artifact.restoredSiteName)
        let folder = installation.tenant.appending(path: "sites/\(site)")
        let comparison = try TreeComparison(expected.path, folder.appending(path: "Documents").path)
        #expect(comparison.differences.isEmpty, "seed \(seed)")
        try FileManager.default.removeItem(at: folder)
    }
}
