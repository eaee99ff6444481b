import BackupTesting
import Foundation
import Testing

/// What `Clients/sweep.py` prints as its last line.
private struct SweepReport: Decodable {
    struct Batch: Decodable {
        let ids: Bool
        let statuses: [Int]
    }

    let calls: Int
    let outcomes: [String: Int]
    let faults: [String]
    let uncalled: [String]
    let units: Int
    let pagesMatch: Bool
    let batch: Batch
}

/// Clients of other authors walk the whole surface.
@Suite(.serialized) struct SurfaceTests {
    private static let contract = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/contract").standardizedFileURL

    /// Families of the SDK that the server does not have yet; each is taken off when it is there, and at the end none is left.
    private static let missing = [
        "BulkAddition", "InclusionRules", "rowseSessions", "xclusionUnits", "granular", "ProtectionUnit-id}: not implemented",
    ]

    /// A server with two protected drives, a restore point and a draft session.
    private func filledServer() async throws -> Installation {
        let installation = try Installation()
        try installation.fillTenant(seed: 5)
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().prefix(2)
        let units = try await steps.protect(Array(users))
        var point: Graph.Point?
        try await waitUntil("there is a restore point", seconds: 300) {
            point = try await steps.latestPoint(of: units[0].id, before: Date() + 3600)
            return point != nil
        }
        let id = try #require(point?.id)
        let body = #"{"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(id)"},"destinationType":"new"}]}"#
        _ = try await GraphClient(baseURL: installation.baseURL, token: try await installation.token()).send(
            "POST", "/v1.0/solutions/backupRestore/oneDriveForBusinessRestoreSessions", body: Data(body.utf8))
        return installation
    }

    @Test(arguments: ["v1.0", "beta"]) func `every request builder of the SDK is called, and answers come back in their classes`(version: String) async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try await filledServer()
        let person = try await Program.holdfast("token", "--state", installation.state.path, "--delegated", Installation.user)
        let script = PythonEnvironment.clients.appending(path: "sweep.py").path
        let result = try await Program.run(
            python, [script, version, installation.baseURL, person, Self.contract.appending(path: "operations.json").path])
        #expect(result.status == 0, "\(result.text)")
        let last = try #require(result.output.split(separator: "\n").last)
        let report = try JSONDecoder().decode(SweepReport.self, from: Data(last.utf8))
        let unexpected = report.faults.filter { fault in Self.missing.contains { fault.contains($0) } == false }
        #expect(unexpected.isEmpty, "\(unexpected.joined(separator: "\n"))")
        #expect(report.uncalled.isEmpty, "\(report.uncalled)")
        #expect(report.calls == (version == "beta" ? 320 : 247))
        #expect(report.units == 2 && report.pagesMatch)
        #expect(report.batch.ids && report.batch.statuses == [200, 200])
        _ = try await installation.stop()
    }

    @Test func `a client of other authors lists policies and sessions`() async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try await filledServer()
        let script = PythonEnvironment.clients.appending(path: "office365_client.py").path
        let result = try await Program.run(python, [script, installation.baseURL, try await installation.token()])
        #expect(result.status == 0, "\(result.text)")
        struct Listed: Decodable {
            let policies: [String]
            let sessions: [String]
            let names: [String?]
        }
        let last = try #require(result.output.split(separator: "\n").last)
        let listed = try JSONDecoder().decode(Listed.self, from: Data(last.utf8))
        #expect(listed.policies.count == 1 && listed.sessions.count == 1)
        #expect(listed.names.allSatisfy { $0?.isEmpty == false })
        _ = try await installation.stop()
    }

    @Test(arguments: ["/openapi.json", "/beta/openapi.json"]) func `schemathesis finds no failure of the server and no undocumented status`(document: String) async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try await filledServer()
        let program = python.deletingLastPathComponent().appending(path: "schemathesis")
        let token = try await Program.holdfast("token", "--state", installation.state.path, "--delegated", Installation.user)
        // Too many active sessions is a 500 of the contract, so starting restores is left out.
        let result = try await Program.run(
            program,
            [
                "run", installation.baseURL + document, "--header", "Authorization: Bearer \(token)", "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance", "--phases", "examples,fuzzing", "--max-examples", "10", "--seed", "1",
                "--generation-database", "none", "--exclude-path-regex", "activate$",
            ])
        #expect(result.status == 0, "\(result.text.suffix(6000))")
        _ = try await installation.stop()
    }
}
