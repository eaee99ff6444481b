import Foundation
import SampleData
import Testing

/// What an administrator reads in the log of a server.
struct LogTests {
    /// A server's whole life with a backup, a restore in place and one to a new site,
    /// and what it logged.
    private func life(_ options: [String], seed: UInt64) async throws -> String {
        let installation = try Installation()
        try installation.fillTenant(seed: seed)
        try await installation.start(options)
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first).id
        let point = try #require(try await steps.latestPoint(of: unit, before: Date() + 3600))
        for destination in ["inPlace", "new"] {
            _ = try await steps.finish(try await steps.activateRestore(of: point, to: destination))
        }
        let ended = try await installation.stop()
        return try #require(ended).errors
    }

    @Test func `backups and restores are a line each, with name, files, bytes and seconds, and requests are none`()
        async throws
    {
        let log = try await life([], seed: 51)
        for message in ["Backed up.", "Restored in place.", "Restored to a new site."] {
            let lines = log.split(separator: "\n").filter { $0.contains(" info \(message) ") }
            #expect(lines.count == 1, "\(message): \(log)")
            let line = String(lines.first ?? "")
            for word in ["name=\(Installation.user)", "files=", "bytes=", "seconds="] {
                #expect(line.contains(" " + word), "\(line)")
            }
        }
        #expect(log.contains(" info Started. "), "\(log)")
        #expect(log.contains("holds=\"4 drives"), "\(log)")
        #expect(log.contains(" info Stopping: "), "\(log)")
        #expect(log.hasSuffix(" info Stopped.\n"), "\(log)")
        #expect(!log.contains("Answered."))
    }

    @Test func `a log of JSON has an object in each line, with requests where they are asked for`() async throws {
        let log = try await life(["--log-format", "json", "--log-level", "debug"], seed: 52)
        let events = try log.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
        let backup = try #require(events.first { $0["message"] as? String == "Backed up." })
        #expect(backup["name"] as? String == Installation.user)
        #expect((backup["files"] as? NSNumber)?.intValue ?? 0 > 0)
        #expect(events.contains { $0["message"] as? String == "Answered." })
    }
}
