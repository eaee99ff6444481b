import Foundation
import SampleData
import Testing

/// A wrong, empty, unmounted or exchanged tenant folder.
struct TenantFolderTests {
    /// An installation with two protected drives, stopped.
    private func stopped(seed: UInt64) async throws -> Installation {
        let installation = try Installation()
        try await installation.startFilled(seed: seed)
        _ = try await installation.stop()
        return installation
    }

    private func startLine(_ installation: Installation) -> String {
        installation.server?.read("out").split(separator: "\n").map(String.init).first { $0.contains("listens on") }
            ?? ""
    }

    @Test func `the start line says what the tenant holds`() async throws {
        let installation = try Installation()
        for folder in [
            "drives/ada@contoso.example", "drives/bob@contoso.example", "drives/eve@contoso.example",
            "sites/team/Documents",
        ] {
            try FileManager.default.createDirectory(
                at: installation.tenant.appending(path: folder), withIntermediateDirectories: true)
        }
        try await installation.start()
        #expect(startLine(installation).hasSuffix(" with 3 drives, 1 site"))
        _ = try await installation.stop()
    }

    @Test func `an empty folder is told to be one`() async throws {
        let installation = try Installation()
        try await installation.start()
        #expect(startLine(installation).hasSuffix(" with no drives"))
        #expect(installation.server?.read("err").contains("The tenant holds no drive and no site.") == true)
        _ = try await installation.stop()
    }

    @Test func `another tenant for a state that protects something is refused unless it has moved`() async throws {
        let installation = try await stopped(seed: 41)
        let other = installation.folder.appending(path: "other")
        try FileManager.default.createDirectory(
            at: other.appending(path: "drives/eve@contoso.example"), withIntermediateDirectories: true)
        let settings = installation.state.appending(path: "settings.json")
        let before = try Data(contentsOf: settings)
        let serve = ["serve", "--tenant", other.path, "--state", installation.state.path, "--listen", "127.0.0.1:0"]
        let refused = try await Program.run(Program.holdfast, serve)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("holds backups of the tenant '\(installation.tenant.path)'"), "\(refused.text)")
        #expect(refused.errors.contains("--move-tenant"))
        #expect(try Data(contentsOf: settings) == before)

        try FileManager.default.removeItem(at: other)
        try FileManager.default.moveItem(at: installation.tenant, to: other)
        let moved = try RunningProgram(Program.holdfast, serve + ["--move-tenant"])
        try await waitUntil("the server listens") { moved.read("out").contains("listens on http") }
        moved.signal(SIGTERM)
        #expect(try await moved.finish().status == 0)
        let taken = try await Program.run(
            Program.holdfast, ["backup", "--state", installation.state.path, Installation.user])
        #expect(taken.status == 0, "\(taken.text)")
    }

    @Test func `the same folder by another path is no other tenant`() async throws {
        let installation = try await stopped(seed: 42)
        let link = installation.folder.appending(path: "link")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: installation.tenant)
        let server = try RunningProgram(
            Program.holdfast,
            ["serve", "--tenant", link.path, "--state", installation.state.path, "--listen", "127.0.0.1:0"])
        try await waitUntil("the server listens or ends") {
            !server.isRunning || server.read("out").contains("listens on http")
        }
        server.signal(SIGTERM)
        #expect(try await server.finish().status == 0)
    }

    @Test func `a disk that is not mounted is told by the names of the protected drives`() async throws {
        let installation = try await stopped(seed: 43)
        let drives = installation.tenant.appending(path: "drives")
        try FileManager.default.moveItem(at: drives, to: installation.folder.appending(path: "away"))
        try FileManager.default.createDirectory(at: drives, withIntermediateDirectories: true)
        try await installation.start()
        let log = installation.server?.read("err") ?? ""
        #expect(log.contains("What is protected is not in the tenant"), "\(log)")
        #expect(log.contains("name=\(Installation.user)"))
        #expect(startLine(installation).contains("2 that should be there are not"))
        _ = try await installation.stop()
    }
}
