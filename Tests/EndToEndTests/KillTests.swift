import BackupTesting
import Foundation
import Testing

/// The server is killed (SIGKILL) at random moments of backups and restores. Afterwards everything that a restore point names is readable,
/// every restore ends right, and stock restic is content.
@Suite(.serialized) struct KillTests {
    private static let user = Installation.user
    /// Seeds of the runs; a failing one is run again by itself.
    static let backupSeeds = Array(UInt64(1)...24)
    static let restoreSeeds = Array(UInt64(101)...124)

    @Test func `killed at many moments of a backup, the next one is whole`() async throws {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        var kills = 0
        for seed in Self.backupSeeds {
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
        #expect(kills == Self.backupSeeds.count)
        _ = try await installation.stop()
    }

    @Test func `killed at many moments of a restore, the session still ends right`() async throws {
        let installation = try Installation()
        let unit = try await protectedDrive(installation)
        let original = try await installation.copy(installation.drive(Self.user), name: "original")
        let client = try await installation.client()
        let point = try #require(try await client.latestPoint(of: unit, before: Date()))
        for seed in Self.restoreSeeds {
            var random = SeededGenerator(seed: seed)
            _ = try Ransomware(seed: seed).attack(installation.drive(Self.user).path)
            let session = try await installation.client().activateRestore(of: point, to: "inPlace")
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<700, using: &random)))
            try await installation.kill()
            try await installation.start()
            let artifact = try await installation.client().finish(session)
            #expect(artifact.status == "succeeded", "seed \(seed)")
            let comparison = try TreeComparison(original.path, installation.drive(Self.user).path)
            #expect(comparison.differences.isEmpty, "seed \(seed)")
        }
        try await installation.requireResticIsContent(unit)
        _ = try await installation.stop()
    }

    /// A started server with one protected drive.
    private func protectedDrive(_ installation: Installation) async throws -> String {
        try installation.fillTenant(seed: 11)
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Self.user }
        return try #require(try await steps.protect(users).first).id
    }

    /// A day's work in a few moments: new, changed and deleted files.
    private func edit(_ drive: URL, _ random: inout SeededGenerator) throws {
        let folder = drive.appending(path: "Work \(random.next() % 5)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for _ in 0..<8 {
            let file = folder.appending(path: "note \(random.next() % 20).bin")
            let bytes = (0..<Int(random.next() % 300_000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if random.next() % 5 == 0 { try? FileManager.default.removeItem(at: file) } else { try Data(bytes).write(to: file) }
        }
    }

    private func restoreNew(_ installation: Installation, _ unit: String, expected: URL, seed: UInt64) async throws {
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
