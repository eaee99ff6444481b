import BackupRepository
package import Catalog
import Connectors
import FileTree
package import Foundation
package import ProtectionRules
import Texts

/// Rows of whole restore artifacts, within one transaction.
package struct ArtifactRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Why an artifact cannot be restored now, if it cannot.
    package func obstacle(to artifact: RestoreArtifact, _ now: Date) throws -> JobFailure? {
        guard let point = try rows.find(RestorePoint.self, id: artifact.restorePointId), point.expirationDateTime > now
        else {
            return JobFailure(.invalidRestoreTime, "The point lies beyond the retention period.")
        }
        guard !point.isDamaged else { return JobFailure(.artifactNotFound, JobFailure.damagedPoint) }
        guard try rows.find(ProtectionUnit.self, id: artifact.unitId) != nil else {
            return JobFailure(.artifactNotFound, "There is nothing to restore at this point.")
        }
        let running: [ArtifactRestoreStatus] = [.scheduled, .inProgress]
        let same = try rows.first(
            Query<RestoreArtifact>(
                where: .and([
                    .equal("unitId", artifact.unitId), .oneOf("status", running),
                    .compare("sessionId", .notEqual, artifact.sessionId.sqlValue),
                ])))
        if let same {
            return JobFailure(.duplicateArtifactRestoreRequest, "Session \(same.sessionId) is restoring the same.")
        }
        guard artifact.destinationType == .inPlace else { return nil }
        let items = try rows.first(
            Query<GranularRestoreArtifact>(where: .and([.equal("unitId", artifact.unitId), .oneOf("status", running)])))
        return items.map {
            JobFailure(.duplicateArtifactRestoreRequest, "Session \($0.sessionId) is restoring items of the same.")
        }
    }
}

extension ArtifactRows {
    /// Adds an artifact to a session.
    @discardableResult
    func add(
        _ wanted: CheckedArtifact, id: String, to session: RestoreSession, _ present: inout PresentArtifacts
    ) throws -> RestoreArtifact {
        guard let point = try rows.find(RestorePoint.self, id: wanted.restorePointID),
            point.workload == session.workload,
            !point.isDamaged
        else {
            throw ServiceError(
                .invalidRestorePoint, "There is no such restore point for this workload: \(wanted.restorePointID).")
        }
        if let policyID = session.policyId, try rows.find(ProtectionUnit.self, id: point.unitId)?.policyId != policyID {
            throw ServiceError(
                .invalidArtifactRequest,
                "The unit of restore point \(point.id) does not belong to the policy of the session.")
        }
        var new = RestoreArtifact(
            id: id, sessionId: session.id, workload: session.workload, ordinal: 0, restorePointId: point.id,
            unitId: point.unitId,
            destinationType: wanted.destinationType, status: .initial)
        new.searchResponseId = wanted.searchResponseID
        let artifact = try present.add(new)
        try rows.insert(artifact)
        return artifact
    }

    func apply(
        _ entry: RestoreArtifactDelta, newID: String, to session: RestoreSession, _ present: inout PresentArtifacts
    ) throws -> RestoreArtifactDeltaResult {
        switch entry {
        case .add(let draft):
            return .added(try add(try CheckedArtifact(draft), id: newID, to: session, &present))
        case .remove(let id):
            guard let place = present.artifacts.firstIndex(where: { $0.id == id.lowercased() }) else {
                return .refused(.noArtifact(id, contentID: newID))
            }
            try rows.delete(RestoreArtifact.self, id: present.artifacts.remove(at: place).id)
            return .removed(id: id)
        }
    }

    /// Ends an artifact and brings its session up to date.
    package func end(
        _ id: String, _ event: RestoreArtifactEvent, at now: Date, _ body: (inout RestoreArtifact) -> Void
    ) throws {
        guard var artifact = try rows.find(RestoreArtifact.self, id: id), artifact.advance(event)
        else {
            return
        }
        artifact.completionDateTime = now
        body(&artifact)
        try rows.update(artifact)
        if event == .succeed, artifact.destinationType == .inPlace,
            let point = try rows.find(RestorePoint.self, id: artifact.restorePointId)
        {
            try IncidentEndings(rows).noteRollback(of: point.unitId, to: point.protectionDateTime, now: now)
        }
        try SessionRows(rows).refresh(id: artifact.sessionId, now)
    }
}
