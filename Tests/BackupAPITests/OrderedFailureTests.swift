import ProtectionRules
import ProtectionService
import Catalog
import OData
import Synchronization
import Testing

/// What an inspector of jobs orders to fail fails, and nothing else.
@Suite struct OrderedFailureTests {
    /// Fails the restores of one artifact, or of all artifacts of a unit.
    private final class Inspector: JobInspector {
        let artifact = Mutex<String?>(nil)
        let unit = Mutex<String?>(nil)

        func willRun(_ job: Job) async throws {}

        func willRestore(artifactID: String, unitID: String) async throws {
            guard artifact.withLock({ $0 == artifactID }) || unit.withLock({ $0 == unitID }) else { return }
            throw ServiceError(.artifactCannotBeRestored, "Ordered.", isRetryable: false)
        }
    }

    private let sessions = "/oneDriveForBusinessRestoreSessions"

    /// A session with two files of one drive.
    private func granularSession(
        _ harness: RestoreHarness, _ point: RestorePoint
    ) async throws -> (id: String, items: [String]) {
        let browse = try await harness.browseSession(point)
        let keys = [
            try await harness.itemKey(browse, ["Documents", "Plans"]),
            try await harness.itemKey(browse, ["Documents", "bread order.docx"]),
        ]
        let artifacts = keys.map { JSONValue.object(["browseSessionId": .string(browse), "itemKey": .string($0)]) }
        let created = await harness.send("POST", sessions, ["granularDriveRestoreArtifacts": .array(artifacts)])
        let list = await harness.send("GET", "\(sessions)/\(created.id)/granularDriveRestoreArtifacts")
        return (created.id, list.values.compactMap { $0["id"]?.stringValue })
    }

    private func outcomes(
        _ harness: RestoreHarness, _ session: String
    ) async throws -> (status: String?, artifacts: [String?]) {
        _ = await harness.send("POST", "/restoreSessions/\(session)/activate")
        try await harness.settle()
        let list = await harness.send("GET", "\(sessions)/\(session)/granularDriveRestoreArtifacts")
        let now = await harness.send("GET", "/restoreSessions/\(session)", prefer: "include-unknown-enum-members")
        return (now.json["status"]?.stringValue, list.values.map { $0["status"]?.stringValue })
    }

    @Test func `a failure ordered for a unit's restores strikes the items of a granular session`() async throws {
        let inspector = Inspector()
        let harness = try await RestoreHarness(jobInspector: inspector)
        let (unit, point) = try await harness.protectedDrive()
        let session = try await granularSession(harness, point)
        inspector.unit.withLock { $0 = unit.id }
        let outcome = try await outcomes(harness, session.id)
        #expect(outcome.status == "failed")
        #expect(outcome.artifacts == ["failed", "failed"])
    }

    @Test func `a failure ordered for one item leaves the others of its session alone`() async throws {
        let inspector = Inspector()
        let harness = try await RestoreHarness(jobInspector: inspector)
        let (_, point) = try await harness.protectedDrive()
        let session = try await granularSession(harness, point)
        let rows = try await harness.catalog.page(Query<GranularRestoreArtifact>(order: [.init("ordinal")]))
        inspector.artifact.withLock { $0 = rows.last?.id }
        let outcome = try await outcomes(harness, session.id)
        #expect(outcome.status == "completedWithError")
        #expect(outcome.artifacts == ["succeeded", "failed"])
    }
}
