import BackupTesting
import Foundation
import SampleData
import Testing

/// Repositories in a bucket of a real server of S3: what a server of Holdfast, its commands and stock
/// restic make of them.
@Suite(.serialized, .timeLimit(.minutes(10))) struct S3Tests {
    /// An empty bucket, and an installation that is told of it.
    private struct Place {
        let installation: Installation
        let server: S3Server
        let bucket: String
        let options: [String]

        init(_ kind: S3Server.Kind) async throws {
            server = try await S3Server.shared(kind)
            bucket = try await server.makeBucket()
            installation = try Installation()
            let keys = installation.folder.appending(path: "s3.key")
            try Data("\(S3Server.accessKeyID)\n\(S3Server.secretAccessKey)\n".utf8).write(to: keys)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys.path)
            options = [
                "store=s3://\(bucket)/backups", "s3.endpoint=\(server.address)",
                "s3.credentials-file=file:\(keys.path)",
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
    }

    @Test(arguments: S3Server.quickKinds)
    func `a drive comes back from a bucket, by the server and by stock restic`(kind: S3Server.Kind) async throws {
        let place = try await Place(kind)
        let installation = place.installation
        try installation.fillTenant(seed: 11)
        let drive = installation.drive(Installation.user)
        let original = try await installation.copy(drive, name: "original")
        try await installation.start(place.options)
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first)
        let point = try #require(try await steps.latestPoint(of: unit.id, before: Date()))
        let kept = try FileManager.default.contentsOfDirectory(atPath: installation.state.path)
        #expect(!kept.contains("repositories"))

        let restic = try await place.restic(unit.id)
        #expect(restic.repository.hasPrefix("s3:\(place.server.address)/\(place.bucket)/backups/"))
        try await restic.runWhenUnlocked(["check", "--read-data"])
        let target = installation.folder.appending(path: "restored")
        try await restic.runWhenUnlocked(["restore", "latest", "--target", target.path])
        let comparison = try TreeComparison(original.path, target.path)
        #expect(comparison.differences == [])
        #expect(comparison.files > 20)

        _ = try Ransomware(seed: 3).attack(drive.path)
        _ = try await steps.finish(try await steps.activateRestore(of: point, to: "inPlace"))
        #expect(try TreeComparison(original.path, drive.path).differences == [])
        try await restic.runWhenUnlocked(["check", "--read-data"])

        _ = try await installation.stop()
        // A command beside the server finds the store, and a start its backups.
        let check = try await Program.holdfast("repository", "check", "--state", installation.state.path, unit.id)
        #expect(check.contains("no errors"), "\(check)")
        try await installation.start(place.options)
        _ = try await installation.stop()
    }

    @Test func `a store that cannot be used is refused before anything is written`() async throws {
        let place = try await Place(.rclone)
        for (change, words) in [
            ("store=s3://nobody-has-this/x", "no such bucket"), ("s3.endpoint=http://127.0.0.1:1", "nothing listens"),
            ("s3.credentials-file=file:/dev/null/none", "/dev/null/none"),
            ("s3.endpoint=http://192.0.2.1", "s3.insecure"),
            ("store=ftp://x", "s3://bucket"),
        ] {
            let result = try await place.installation.startRefused(place.options + ["--set", change])
            #expect(result.status == 78, "\(result.text)")
            #expect(result.errors.contains(words), "\(change): \(result.text)")
            #expect(!FileManager.default.fileExists(atPath: place.installation.state.path))
        }
    }

    @Test func `backups in a bucket are not looked for in the state folder`() async throws {
        let place = try await Place(.rclone)
        try await place.installation.startFilled(seed: 5, place.options)
        _ = try await place.installation.stop()
        let result = try await place.installation.startRefused()
        #expect(result.status != 0)
        #expect(result.errors.contains("the setting 'store'"), "\(result.text)")
        try await place.installation.start(place.options)
        _ = try await place.installation.stop()
    }
}
