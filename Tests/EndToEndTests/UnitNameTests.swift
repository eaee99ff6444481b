import Foundation
import SampleData
import Testing

/// People are named by their sign-in names, wherever a command takes or shows a unit.
struct UnitNameTests {
    @Test func `a sign-in name stands for the unit in every command, and restic shows it as the host`() async throws {
        let installation = try Installation()
        try await installation.startFilled(seed: 61)
        let state = installation.state.path
        let list = try await Program.holdfast("repository", "list", "--state", state)
        let row = try #require(list.split(separator: "\n").first { $0.contains(Installation.user) }, "\(list)")
        let id = String(row.prefix(36))
        for command in ["path", "password"] {
            let byName = try await Program.holdfast(
                "repository", command, "--state", state, Installation.user.uppercased())
            let byID = try await Program.holdfast("repository", command, "--state", state, id)
            #expect(byName == byID)
        }
        let taken = try await Program.holdfast("backup", "--state", state, Installation.user)
        #expect(taken.hasPrefix("\(id) "))
        #expect(taken.hasSuffix(" \(Installation.user)"))
        _ = try await Program.holdfast("repository", "check", "--state", state, Installation.user)
        let snapshots = try await installation.restic(id).runWhenUnlocked([
            "snapshots", "--json", "--host", Installation.user,
        ])
        #expect(snapshots.contains("\"hostname\":\"\(Installation.user)\""), "\(snapshots)")
        _ = try await installation.stop()
    }

    @Test func `a program is removed by its name as by its id`() async throws {
        let installation = try Installation()
        try await installation.start()
        let state = installation.state.path
        let id = try await Program.holdfast("client", "add", "--state", state, "first").firstMatch(
            of: /client_id=(\S+)/)?.1
        _ = try await Program.holdfast("client", "add", "--state", state, "second")
        _ = try await Program.holdfast("client", "remove", "--state", state, try #require(id).uppercased())
        _ = try await Program.holdfast("client", "remove", "--state", state, "second")
        #expect(try await Program.holdfast("client", "list", "--state", state) == "")
        let again = try await Program.run(Program.holdfast, ["client", "remove", "--state", state, "second"])
        #expect(again.errors.contains("There is no program 'second'"), "\(again.text)")
        _ = try await installation.stop()
    }
}
