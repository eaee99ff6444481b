import Foundation
import SampleData
import Testing

/// Folders whose names look the same, or change by case only, under a real server.
@Suite(.serialized) struct NameTests {
    private static let id = "aaaaaaaa-0000-4000-8000-0000000000ee"

    private func write(_ installation: Installation, _ path: String, _ text: String) throws {
        let file = installation.tenant.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func createSitePolicy(_ steps: GraphSteps, _ siteID: String) async throws {
        let body = #"{"displayName": "Sites", "siteProtectionUnits": [{"siteId": "\#(siteID)"}]}"#
        _ = try await steps.client.send(
            "POST", "/v1.0/solutions/backupRestore/sharePointProtectionPolicies", body: Data(body.utf8))
    }

    /// Composed and decomposed, one of them with an id in the directory: the server used to end
    /// with a trap, and again after every start.
    @Test func `two sites that look the same do not end the server, also not after a restart`() async throws {
        let installation = try Installation()
        try write(installation, "sites/Caf\u{e9}/Documents/a.txt", "composed")
        try write(installation, "sites/Cafe\u{301}/Documents/a.txt", "decomposed")
        try write(installation, "drives/\(Installation.user)/a.txt", "of Adele")
        try write(installation, "directory.json", "{\"sites\": [{\"id\": \"\(Self.id)\", \"name\": \"Caf\u{e9}\"}]}")
        try await installation.start()
        try await installation.enableService(installation.client())
        try await createSitePolicy(installation.client(), Self.id)
        #expect(installation.server?.isRunning == true)
        _ = try await installation.stop()
        try await installation.start()
        #expect(try await installation.client().users().count == 1)
        #expect(installation.server?.isRunning == true)
        let log = installation.server?.read("err") ?? ""
        #expect(log.contains("look the same"), "\(log.suffix(2000))")
    }

    @Test func `a drive's folder that is renamed by case is backed up on under its unit, also after a restart`()
        async throws
    {
        let installation = try Installation()
        try write(installation, "drives/Adele@contoso.example/a.txt", "first")
        try await installation.start()
        let steps = try await installation.client()
        let delegated = try await Program.holdfast(
            "token", "--state", installation.state.path, "--delegated", "adele@contoso.example")
        try await steps.enableService(tenantID: UUID().uuidString.lowercased(), delegatedToken: delegated)
        let unit = try #require(try await steps.protect(try await steps.users()).first)
        _ = try await Program.holdfast("backup", "--state", installation.state.path, "adele@contoso.example")
        _ = try await installation.stop()
        let drives = installation.tenant.appending(path: "drives")
        try FileManager.default.moveItem(
            at: drives.appending(path: "Adele@contoso.example"), to: drives.appending(path: "adele@contoso.example"))
        try write(installation, "drives/adele@contoso.example/b.txt", "second")
        try await installation.start()
        #expect(try await installation.client().users().map(\.id).count == 1)
        _ = try await Program.holdfast("backup", "--state", installation.state.path, "ADELE@contoso.example")
        let listing = try await installation.restic(unit.id).runWhenUnlocked(["ls", "latest"])
        #expect(listing.contains("b.txt"))
    }
}
