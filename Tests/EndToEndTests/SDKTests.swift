import Foundation
import SampleData
import Testing

/// What `Clients/main_job.py` prints as its last line.
private struct Summary: Decodable {
    let serviceStatus: String
    let userId: String
    let pointUnitType: String
    let sessionStatus: String
    let completed: Int
    let artifactStatus: String
    let restoredSiteName: String?
    let restoredSiteWebUrl: String?
}

/// The official Graph SDKs for Python drive the main job over HTTP.
@Suite(.serialized) struct SDKTests {
    @Test(arguments: ["v1.0", "beta"], ["inPlace", "new"])
    func `the official SDK protects a drive and brings it back`(version: String, destination: String) async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try Installation()
        try installation.fillTenant(seed: 7)
        let user = Installation.user
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)

        let script = PythonEnvironment.clients.appending(path: "main_job.py").path
        let program = try RunningProgram(
            python, [script, version, installation.baseURL, try await installation.token(), user, destination])
        try await waitUntil("the SDK found a restore point", seconds: 300) {
            if !program.isRunning {
                throw Program.Missing(description: "the script ended: \(program.read("out"))\(program.read("err"))")
            }
            return program.read("out").contains("POINT ")
        }
        let original = try await installation.copy(installation.drive(user), name: "original")
        _ = try Ransomware(seed: 3).attack(installation.drive(user).path)
        let result = try await program.finish(input: "go")
        #expect(result.status == 0, "\(result.text)")

        let last = try #require(result.output.split(separator: "\n").last)
        let summary = try JSONDecoder().decode(Summary.self, from: Data(last.utf8))
        #expect(summary.serviceStatus == "enabled")
        #expect(summary.pointUnitType == "DriveProtectionUnit")
        #expect(summary.sessionStatus == "completed")
        #expect(summary.completed == 1)
        #expect(summary.artifactStatus == "succeeded")
        let restored =
            destination == "inPlace"
            ? installation.drive(user)
            : installation.tenant.appending(path: "sites/\(user)R0/Documents")
        let comparison = try TreeComparison(original.path, restored.path)
        #expect(comparison.differences.isEmpty)
        #expect(comparison.files > 20)
        _ = try await installation.stop()
    }
}
