import Foundation
import SampleData
import Testing

/// What the command line says after stock restic was used on a repository, and with which exit
/// code. What it does is `OwnersResticTests`'.
@Suite(.serialized) struct OwnersResticCommandTests {
    private func repository(
        _ command: String, _ installation: Installation, _ unit: String
    ) async throws -> ProgramResult {
        try await Program.run(Program.holdfast, ["repository", command, "--state", installation.state.path, unit])
    }

    @Test func `a repair after tag says what it found again, after forget and prune what is gone`() async throws {
        let installation = try Installation()
        try await installation.startFilled(seed: 41)
        let units: [Graph.Unit] = try await installation.client().client.all(GraphSteps.root + "/driveProtectionUnits")
        let unit = try #require(units.first).id
        let restic = try await installation.restic(unit)
        try await restic.runWhenUnlocked(["tag", "--add", "kept"])
        let check = try await repository("check", installation, unit)
        #expect(check.status == 7, "\(check.text)")
        #expect(check.output.contains("holds the same"), "\(check.text)")
        let found = try await repository("repair", installation, unit)
        #expect(found.status == 0, "\(found.text)")
        #expect(found.output.contains("found again: point "), "\(found.text)")
        #expect(found.output.contains("0 restore points lost something."))
        #expect(try await repository("check", installation, unit).status == 0)

        try await restic.runWhenUnlocked(["forget", "latest", "--prune"])
        let gone = try await repository("repair", installation, unit)
        #expect(gone.status == 1, "\(gone.text)")
        #expect(gone.output.contains("gone: point "), "\(gone.text)")
        #expect(!gone.output.contains("\n0 restore points lost something."))
        _ = try await installation.stop()
    }
}
