import BackupTesting
import Foundation
import Testing

/// schemathesis reads the OpenAPI documents and sends what they allow, and what they do not.
///
/// Most of what it makes up is refused as malformed or not found, so the second run is told what there is. The seed is fixed.
@Suite(.serialized) struct FuzzTests {
    private struct Entry: Decodable {
        let id: String
    }

    @Test func `made-up requests meet no failure of the server and no undocumented status`() async throws {
        let installation = try Installation()
        try await installation.startFilled(seed: 6)
        // Too many active sessions is a 500 of the contract, so starting restores is left out.
        try await run(installation, "/openapi.json", configuration: "", ["--exclude-path-regex", "activate$"])
        _ = try await installation.stop()
    }

    @Test func `requests about what there is meet no failure of the server and no undocumented status`() async throws {
        let installation = try Installation()
        try await installation.startFilled(seed: 7)
        let ids = try await Self.knownIDs(try await installation.client())
        let configuration = "[parameters]\n" + ids.map { "\"path.\($0)-id\" = \"\($1)\"\n" }.sorted().joined()
        // What would end the known things is left out.
        let excluded = ["--exclude-path-regex", "activate$|ffboard$", "--exclude-method", "DELETE"]
        try await run(installation, "/beta/openapi.json", configuration: configuration, excluded)
        let requests = (installation.server?.read("err") ?? "").split(separator: "\n").filter { $0.contains("status=200") }
        for (type, id) in ids {
            #expect(requests.contains { $0.contains("/\(id)") }, "nothing was answered about the \(type)")
        }
        _ = try await installation.stop()
    }

    /// Something of each type that a filled server has, by the type that the placeholders in the document's paths have.
    private static func knownIDs(_ steps: GraphSteps) async throws -> [String: String] {
        func first(_ path: String) async throws -> String {
            let entries: [Entry] = try await steps.client.all(GraphSteps.root + path)
            return try #require(entries.first?.id, "\(path) is empty")
        }
        let policy = try await first("/oneDriveForBusinessProtectionPolicies")
        let unit = try await first("/driveProtectionUnits")
        let session = try await first("/oneDriveForBusinessRestoreSessions")
        let point = try #require(try await steps.latestPoint(of: unit, before: Date() + 3600)).id
        let browse: Entry = try await steps.client.post(GraphSteps.root + "/oneDriveForBusinessBrowseSessions", ["restorePointId": point])
        return [
            "oneDriveForBusinessProtectionPolicy": policy, "protectionPolicyBase": policy, "driveProtectionUnit": unit, "protectionUnitBase": unit,
            "oneDriveForBusinessRestoreSession": session, "restoreSessionBase": session, "restorePoint": point,
            "driveRestoreArtifact": try await first("/oneDriveForBusinessRestoreSessions/\(session)/driveRestoreArtifacts"),
            "serviceApp": try await first("/serviceApps"), "oneDriveForBusinessBrowseSession": browse.id, "browseSessionBase": browse.id,
        ]
    }

    /// Runs schemathesis over a document; any failure that it reports is the test's.
    private func run(_ installation: Installation, _ document: String, configuration: String, _ excluded: [String]) async throws {
        let program = try await PythonEnvironment.shared.python().deletingLastPathComponent().appending(path: "schemathesis")
        let token = try await Program.holdfast("token", "--state", installation.state.path, "--delegated", Installation.user)
        let file = installation.folder.appending(path: "schemathesis.toml")
        try Data(configuration.utf8).write(to: file)
        // It keeps a cache of failures where it is run, and would begin with those of other runs.
        let result = try await Program.run(
            URL(filePath: "/usr/bin/env"),
            [
                "--chdir", installation.folder.path, program.path, "--config-file", file.path, "run", installation.baseURL + document,
                "--header", "Authorization: Bearer \(token)", "--checks", "not_a_server_error,status_code_conformance,content_type_conformance",
                "--phases", "fuzzing", "--max-examples", "5", "--seed", "1", "--generation-database", "none", "--no-color",
            ] + excluded)
        #expect(result.status == 0, "\(result.text.suffix(6000))")
    }
}
