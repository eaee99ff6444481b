import Foundation
import SampleData
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
    let builders: Int
    let unvisited: [String]
    let units: Int
    let pagesMatch: Bool
    let batch: Batch
}

/// Clients of other authors walk the whole surface.
@Suite(.serialized) struct SurfaceTests {
    private static let contract = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../Vectors/contract"
    ).standardizedFileURL

    /// Where operations.json refuses what another page of the contract demands, and the
    /// server follows that page.
    private static let readings = [
        // operations.md, browse sessions: "typed path in the pages, /browseSessions/{id}/browse in
        // the SDKs; serve both".
        "POST /browseSessions/{browseSessionBase-id}/browse: 404 instead of 405"
    ]

    @Test(arguments: ["v1.0", "beta"])
    func `every request builder of the SDK is called, and answers come back in their classes`(
        version: String
    ) async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try Installation()
        try await installation.startFilled(seed: 5)
        let person = try await Program.holdfast(
            "token", "--state", installation.state.path, "--delegated", Installation.user)
        let script = PythonEnvironment.clients.appending(path: "sweep.py").path
        let result = try await Program.run(
            python,
            [script, version, installation.baseURL, person, Self.contract.appending(path: "operations.json").path])
        #expect(result.status == 0, "\(result.text)")
        let last = try #require(result.output.split(separator: "\n").last)
        let report = try JSONDecoder().decode(SweepReport.self, from: Data(last.utf8))
        #expect(report.faults == Self.readings)
        #expect(report.uncalled.isEmpty, "\(report.uncalled)")
        // Both ways of finding the builders agree: by walking from the root, and in the
        // files of the SDK.
        #expect(report.unvisited.isEmpty, "\(report.unvisited)")
        #expect(report.builders == (version == "beta" ? 197 : 150))
        #expect(report.calls == (version == "beta" ? 320 : 247))
        #expect(report.units == 2)
        #expect(report.pagesMatch)
        #expect(report.batch.ids)
        #expect(report.batch.statuses == [200, 200])
        _ = try await installation.stop()
    }

    @Test func `a client of other authors lists policies and sessions`() async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try Installation()
        try await installation.startFilled(seed: 5)
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
        #expect(listed.policies.count == 1)
        #expect(listed.sessions.count == 1)
        #expect(listed.names.allSatisfy { !($0 ?? "").isEmpty })
        _ = try await installation.stop()
    }
}
