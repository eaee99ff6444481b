import Foundation
import SampleData
import Testing

/// schemathesis reads the OpenAPI documents and sends what they allow, and what they do not.
///
/// Most of what it makes up is refused as malformed or not found, so the second run is told what
/// there is. The seed is fixed.
@Suite(.serialized) struct FuzzTests {
    private struct Entry: Decodable {
        let id: String
    }

    @Test func `made-up requests meet no failure of the server and no undocumented status`() async throws {
        let installation = try Installation()
        try await installation.startFilled(seed: 6, Self.manyBadTokens)
        try await run(installation, "/openapi.json", configuration: "", [])
        _ = try await installation.stop()
    }

    @Test func `requests about what there is meet no failure of the server and no undocumented status`() async throws {
        let installation = try Installation()
        try await installation.startFilled(seed: 7, ["--log-level", "debug"] + Self.manyBadTokens)
        let ids = try await Self.knownIDs(try await installation.client())
        let configuration = "[parameters]\n" + ids.map { "\"path.\($0)-id\" = \"\($1)\"\n" }.sorted().joined()
        // What would end the known things is left out; following links it would be done to what was
        // made on the way too.
        let excluded = ["--exclude-path-regex", "activate$|ffboard$", "--exclude-method", "DELETE"]
        try await run(
            installation, "/beta/openapi.json", configuration: configuration, excluded, phases: "fuzzing,stateful")
        let requests = (installation.server?.read("err") ?? "").split(separator: "\n").filter {
            $0.contains("status=200")
        }
        for (type, id) in ids {
            #expect(requests.contains { $0.contains("/\(id)") }, "nothing was answered about the \(type)")
        }
        _ = try await installation.stop()
    }

    /// Something of each type that a filled server has, by the type that the placeholders in
    /// the document's paths have.
    private static func knownIDs(_ steps: GraphSteps) async throws -> [String: String] {
        func first(_ path: String) async throws -> String {
            let entries: [Entry] = try await steps.client.all(GraphSteps.root + path)
            return try #require(entries.first?.id, "\(path) is empty")
        }
        let policy = try await first("/oneDriveForBusinessProtectionPolicies")
        let unit = try await first("/driveProtectionUnits")
        let session = try await first("/oneDriveForBusinessRestoreSessions")
        let point = try #require(try await steps.latestPoint(of: unit, before: Date() + 3600)).id
        let browse: Entry = try await steps.client.post(
            GraphSteps.root + "/oneDriveForBusinessBrowseSessions", ["restorePointId": point])
        return [
            "oneDriveForBusinessProtectionPolicy": policy, "protectionPolicyBase": policy, "driveProtectionUnit": unit,
            "protectionUnitBase": unit,
            "oneDriveForBusinessRestoreSession": session, "restoreSessionBase": session, "restorePoint": point,
            "driveRestoreArtifact": try await first(
                "/oneDriveForBusinessRestoreSessions/\(session)/driveRestoreArtifacts"),
            "serviceApp": try await first("/serviceApps"), "oneDriveForBusinessBrowseSession": browse.id,
            "browseSessionBase": browse.id,
        ]
    }

    /// Schemathesis sends hundreds of tokens that are no good and wants 401 each time; the guard
    /// against guessing, which has tests of its own, would answer 429 on a fast machine.
    private static let manyBadTokens = ["--set", "sign-in-failures-per-minute=100000"]

    /// Left out everywhere: too many active sessions is a 500 of the contract, and without its
    /// controller the service refuses everything else.
    private static let always = [
        "--exclude-path", "/solutions/backupRestore/restoreSessions/{restoreSessionBase-id}/activate",
        "--exclude-operation-id", "solutions.backupRestore.serviceApps.delete",
    ]

    /// Runs schemathesis over a document with every check but one; any failure that it
    /// reports is the test's.
    ///
    /// The one is that what fits the schema must succeed: whether an id exists and a state allows
    /// something is no matter of a schema.
    /// - Parameter phases: `coverage` walks the borders of every parameter and the methods that are
    ///   not offered, `fuzzing` makes things up, `stateful` follows the links of the document from
    ///   what it made or found.
    private func run(
        _ installation: Installation, _ document: String, configuration: String, _ excluded: [String],
        phases: String = "coverage,fuzzing,stateful"
    ) async throws {
        let program = try await PythonEnvironment.shared.python().deletingLastPathComponent().appending(
            path: "schemathesis")
        let token = try await Program.holdfast(
            "token", "--state", installation.state.path, "--delegated", Installation.user)
        let file = installation.folder.appending(path: "schemathesis.toml")
        try Data(configuration.utf8).write(to: file)
        // It keeps a cache of failures where it is run, and would begin with those of other runs.
        let result = try await Program.run(
            URL(filePath: "/usr/bin/env"),
            [
                "--chdir", installation.folder.path, program.path, "--config-file", file.path, "run",
                installation.baseURL + document,
                "--header", "Authorization: Bearer \(token)", "--checks", "all", "--exclude-checks",
                "positive_data_acceptance",
                "--phases", phases, "--max-examples", "5", "--seed", "1", "--generation-database", "none", "--no-color",
            ] + Self.always + excluded)
        #expect(result.status == 0, "\(result.text.suffix(60000))")
        // Every operation was asked, and links were followed.
        let counts = result.text.firstMatch(of: /Selected: (\d+)\/\d+\s+Tested: (\d+)/)
        #expect(counts != nil, "\(result.text.suffix(2000))")
        #expect(counts?.1 == counts?.2, "\(result.text.suffix(2000))")
        #expect(!result.text.contains("Stateful (not applicable)"))
    }
}
