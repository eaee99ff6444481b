import Foundation
import SampleData
import Testing

extension Installation {
    /// The folder of a user's drive.
    func drive(_ user: String) -> URL {
        tenant.appending(path: "drives").appending(path: user)
    }

    /// A copy of a folder with every attribute, to compare with later.
    func copy(_ source: URL, name: String) async throws -> URL {
        let destination = folder.appending(path: name)
        _ = try await Program.run(URL(filePath: "/bin/rm"), ["-rf", destination.path])
        let result = try await Program.run(URL(filePath: "/bin/cp"), ["-a", source.path, destination.path])
        guard result.status == 0 else { throw Program.Missing(description: result.text) }
        return destination
    }

    /// Registers a controller and enables the service, in the name of the tenant's first user where
    /// a person is needed.
    func enableService(_ steps: GraphSteps) async throws {
        let delegated = try await Program.holdfast("token", "--state", state.path, "--delegated", Self.user)
        try await steps.enableService(tenantID: UUID().uuidString.lowercased(), delegatedToken: delegated)
    }

    /// A client with a token for everything.
    func client() async throws -> GraphSteps {
        GraphSteps(client: GraphClient(baseURL: baseURL, token: try await token()))
    }

    /// Starts a server and gives it two protected drives, a restore point and a draft session.
    func startFilled(seed: UInt64, _ options: [String] = []) async throws {
        try fillTenant(seed: seed)
        try await start(options)
        let steps = try await client()
        try await enableService(steps)
        let users = try await steps.users().prefix(2)
        let units = try await steps.protect(Array(users))
        var point: Graph.Point?
        try await waitUntil("there is a restore point", seconds: 300) {
            point = try await steps.latestPoint(of: units[0].id, before: Date() + 3600)
            return point != nil
        }
        let id = try #require(point?.id)
        let body = #"{"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(id)"},"destinationType":"new"}]}"#
        _ = try await steps.client.send(
            "POST", "/v1.0/solutions/backupRestore/oneDriveForBusinessRestoreSessions", body: Data(body.utf8))
    }

    /// Stock restic over a unit's repository.
    func restic(_ unitID: String) async throws -> StockRestic {
        try StockRestic(
            repository: try await Program.holdfast("repository", "path", "--state", state.path, unitID),
            password: try await Program.holdfast("repository", "password", "--state", state.path, unitID))
    }

    /// Demands that stock restic finds nothing wrong in a unit's repository.
    func requireResticIsContent(_ unitID: String) async throws {
        try await restic(unitID).runWhenUnlocked(["check", "--read-data"])
    }
}
