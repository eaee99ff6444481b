import Foundation
import SampleData
import Testing

/// One state folder has one server; commands work beside it.
@Suite(.serialized) struct TwoServersTests {
    private func refusal(of installation: Installation, through wrapper: [String] = []) async throws -> ProgramResult {
        let command =
            wrapper + [
                Program.holdfast.path, "serve", "--state", installation.state.path, "--listen", "127.0.0.1:0",
                "--tenant", installation.tenant.path,
            ]
        let second = try RunningProgram(URL(filePath: command[0]), Array(command.dropFirst()))
        try await waitUntil("the second server ends or listens") {
            !second.isRunning || second.read("out").contains("listens on")
        }
        second.signal(SIGKILL)
        return try await second.finish()
    }

    @Test func `a second server says who serves the folder and since when, and ends`() async throws {
        let installation = try Installation()
        try await installation.start()
        let second = try await refusal(of: installation)
        #expect(second.status == 1)
        #expect(second.text.contains(installation.state.path), "\(second.text)")
        #expect(second.text.contains("is in use"), "\(second.text)")
        #expect(second.text.contains(#/process \d+ on '[^']+' serves it since \d{4}-\d\d-\d\dT/#), "\(second.text)")
        _ = try await installation.client().users()
        #expect(
            try await !Program.holdfast("token", "--state", installation.state.path).isEmpty,
            "commands work beside the server")
        let rebuild = try await Program.run(
            Program.holdfast, ["catalog", "rebuild", "--state", installation.state.path])
        #expect(
            rebuild.status != 0,
            "a catalogue is not made anew beneath a server: \(rebuild.text)")
        #expect(
            rebuild.text.contains("is in use"),
            "a catalogue is not made anew beneath a server: \(rebuild.text)")
        try await installation.kill()
        try await installation.start()
        _ = try await installation.client().users()
        _ = try await installation.stop()
    }

    @Test func `two servers that start together on a new folder make one installation`() async throws {
        let installation = try Installation()
        let arguments = [
            "serve", "--state", installation.state.path, "--listen", "127.0.0.1:0", "--tenant",
            installation.tenant.path,
        ]
        let servers = try (0..<4).map { _ in try RunningProgram(Program.holdfast, arguments) }
        try await waitUntil("all but one have ended") { servers.filter(\.isRunning).count == 1 }
        let winner = try #require(servers.first { $0.isRunning })
        try await waitUntil("it listens") { winner.read("out").contains("listens on") }
        for server in servers where !server.isRunning { #expect(try await server.finish().text.contains("is in use")) }
        let secret = try Data(contentsOf: installation.state.appending(path: "master.key"))
        winner.signal(SIGTERM)
        #expect(try await winner.finish().status == 0)
        try await installation.start()
        #expect(try Data(contentsOf: installation.state.appending(path: "master.key")) == secret)
        _ = try await installation.stop()
    }

    @Test func `processes that find no signing key at once make one, so that all of their tokens are good`()
        async throws
    {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        try await installation.runSQL(#"DELETE FROM "signingKey""#)
        let makers = try (0..<6).map { _ in
            try RunningProgram(Program.holdfast, ["token", "--state", installation.state.path])
        }
        var tokens: [String] = []
        for maker in makers {
            tokens.append(try await maker.finish().output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        try await installation.start()
        for token in tokens {
            _ = try await GraphSteps(client: GraphClient(baseURL: installation.baseURL, token: token)).users()
        }
        _ = try await installation.stop()
    }

    @Test func `a server in another container is seen as well, and a start after its end works at once`() async throws {
        let wrapper = ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        guard try await Program.run(URL(filePath: wrapper[0]), Array(wrapper.dropFirst()) + ["/bin/true"]).status == 0
        else {
            return print("skipped: 'unshare --pid --mount-proc' is not permitted here")
        }
        let installation = try Installation()
        try await installation.start(through: wrapper)
        #expect(try await refusal(of: installation).text.contains("process 1 on"))
        try await installation.kill()
        try await installation.start()
        #expect(try await refusal(of: installation, through: wrapper).text.contains("is in use"))
        _ = try await installation.stop()
    }
}
