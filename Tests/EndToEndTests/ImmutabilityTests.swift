import BackupTesting
import Foundation
import SampleData
import Testing

/// Somebody has the server's machine and its credentials, and destroys what they allow. Everything that
/// was backed up comes back.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ImmutabilityTests {
    private static let clients = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clients")

    /// What `Clients/destroy_bucket.py` prints as its last line.
    private struct Attack: Decodable {
        var hidden: Int
        var shadowed: Int
        var garbage: Int
        var shortened: Int
        var destroyed: Int
        var refused: Int
        var locked: Int
    }

    private struct Place {
        let installation: Installation
        let server: S3Server
        let bucket: String
        let options: [String]

        init(days: Int = 7) async throws {
            server = try await S3Server.shared(.seaweed)
            bucket = try await server.makeLockedBucket()
            installation = try Installation()
            let keys = installation.folder.appending(path: "s3.key")
            try Data("\(S3Server.accessKeyID)\n\(S3Server.secretAccessKey)\n".utf8).write(to: keys)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys.path)
            options = [
                "store=s3://\(bucket)/backups", "s3.endpoint=\(server.address)",
                "s3.credentials-file=file:\(keys.path)", "s3.lock-days=\(days)",
            ].flatMap { ["--set", $0] }
        }

        func restic(_ unit: String) async throws -> StockRestic {
            let state = installation.state.path
            return try StockRestic(
                repository: try await Program.holdfast("repository", "path", "--state", state, unit),
                password: try await Program.holdfast("repository", "password", "--state", state, unit),
                environment: [
                    "AWS_ACCESS_KEY_ID": S3Server.accessKeyID, "AWS_SECRET_ACCESS_KEY": S3Server.secretAccessKey,
                ])
        }

        func attack() async throws -> Attack {
            let result = try await Program.run(
                try await S3Server.python(),
                [
                    clients.appending(path: "destroy_bucket.py").path, server.address, bucket, S3Server.accessKeyID,
                    S3Server.secretAccessKey,
                ])
            guard result.status == 0 else { throw Program.Missing(description: result.text) }
            let line = result.output.split(separator: "\n").last ?? ""
            return try JSONDecoder().decode(Attack.self, from: Data(line.utf8))
        }
    }

    /// A backup of the owner's account with a second state, both copied for a comparison.
    private func protect(_ place: Place) async throws -> (unit: String, states: [URL]) {
        let installation = place.installation
        try installation.fillTenant(seed: 21)
        let drive = installation.drive(Installation.user)
        let first = try await installation.copy(drive, name: "first")
        try await installation.start(place.options)
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first)
        _ = try await steps.latestPoint(of: unit.id, before: Date())
        try Data("the second state".utf8).write(to: drive.appending(path: "second.txt"))
        let second = try await installation.copy(drive, name: "second")
        _ = try await Program.holdfast("unit", "backup", Installation.user, "--state", installation.state.path)
        return (unit.id, [first, second])
    }

    @Test func `everything that thieves of our credentials destroyed comes back`() async throws {
        let place = try await Place()
        let (unit, states) = try await protect(place)
        let state = place.installation.state.path
        let restic = try await place.restic(unit)
        _ = try await place.installation.stop()
        let before = try restic.run(["snapshots", "--no-lock", "--json"])
        // The store tells whole seconds.
        try await Task.sleep(for: .seconds(2))
        let moment = Date().formatted(.iso8601)
        try await Task.sleep(for: .seconds(2))

        // A prune of everything comes first: it leaves what looks like order.
        try restic.run(["forget", "--keep-last", "1", "--prune", "--group-by", ""])
        let attack = try await place.attack()
        #expect(attack.locked > 10)
        #expect(attack.destroyed == 0)
        #expect(attack.shortened == 0)
        #expect(attack.refused >= 5 * attack.locked)
        #expect(attack.hidden > 10)
        #expect(attack.shadowed > 10)
        #expect(attack.garbage > 1000)
        #expect(throws: StockRestic.Failed.self) { try restic.run(["snapshots", "--no-lock"]) }

        let dry = try await Program.holdfast(
            "repository", "rewind", "--all", "--to", moment, "--dry-run", "--state", state)
        #expect(dry.contains("to be brought back"))
        #expect(throws: StockRestic.Failed.self) { try restic.run(["snapshots", "--no-lock"]) }
        let done = try await Program.run(
            Program.holdfast, ["repository", "rewind", "--all", "--to", moment, "--state", state])
        #expect(done.status == 0, "\(done.text)")
        #expect(done.output.contains("no errors"), "\(done.text)")

        #expect(try restic.run(["snapshots", "--no-lock", "--json"]) == before)
        try restic.run(["check", "--read-data"])
        try compare(restic, before, states, in: place.installation.folder)

        try await comeBack(place, unit, to: moment, states)

        // The server goes on where it was.
        try await place.installation.start(place.options)
        _ = try await Program.holdfast("unit", "backup", Installation.user, "--state", state)
        _ = try await place.installation.stop()
        try restic.run(["check", "--read-data"])
    }

    /// Nothing but the bucket and the master secret is left, and the bucket is attacked again.
    private func comeBack(_ place: Place, _ unit: String, to moment: String, _ states: [URL]) async throws {
        let state = place.installation.state
        let new = place.installation.folder.appending(path: "new")
        let attack = try await place.attack()
        #expect(attack.destroyed == 0)
        try FileManager.default.createDirectory(
            at: new, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        for name in ["master.key", "settings.json"] {
            try FileManager.default.copyItem(at: state.appending(path: name), to: new.appending(path: name))
        }
        let done = try await Program.holdfast("repository", "rewind", "--all", "--to", moment, "--state", new.path)
        #expect(done.contains("catalog rebuild"), "\(done)")
        let rebuilt = try await Program.holdfast("catalog", "rebuild", "--state", new.path)
        #expect(rebuilt.contains("\(states.count) restore points"), "\(rebuilt)")
        let check = try await Program.holdfast("repository", "check", "--read-data", "--state", new.path, unit)
        #expect(check.contains("no errors"), "\(check)")
    }

    private func compare(_ restic: StockRestic, _ list: String, _ states: [URL], in folder: URL) throws {
        struct Snapshot: Decodable {
            var id: String
            var time: String
        }
        let snapshots = try JSONDecoder().decode([Snapshot].self, from: Data(list.utf8)).sorted { $0.time < $1.time }
        #expect(snapshots.count == states.count)
        for (snapshot, state) in zip(snapshots, states) {
            let target = folder.appending(path: "restored-\(snapshot.id.prefix(8))")
            try restic.run(["restore", snapshot.id, "--target", target.path])
            #expect(try TreeComparison(state.path, target.path).differences == [])
        }
    }

    @Test func `a bucket that does not lock is refused before anything is written`() async throws {
        let place = try await Place()
        let open = try await place.server.makeBucket()
        let result = try await place.installation.startRefused(
            place.options + ["--set", "store=s3://\(open)/backups"])
        #expect(result.status == 78, "\(result.text)")
        #expect(result.errors.contains("keeps no versions"), "\(result.text)")
        #expect(!FileManager.default.fileExists(atPath: place.installation.state.path))
    }
}
