import BackupRepository
package import Catalog
import Connectors
import FileTree
package import Foundation
package import ProtectionRules
import Texts

/// Rows of single files and folders that sessions restore, within one transaction.
package struct ItemRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// Why an item cannot be restored now, if it cannot.
    package func obstacle(to item: GranularRestoreArtifact, _ now: Date) throws -> JobFailure? {
        guard let point = try rows.find(RestorePoint.self, id: item.restorePointId), point.expirationDateTime > now
        else {
            return JobFailure(.invalidRestoreTime, "The point lies beyond the retention period.")
        }
        guard !point.isDamaged, try rows.find(ProtectionUnit.self, id: item.unitId) != nil else {
            return JobFailure(.artifactNotFound, "There is nothing to restore at this point.")
        }
        let running: [ArtifactRestoreStatus] = [.scheduled, .inProgress]
        let others = RowPredicate.and([
            .equal("unitId", item.unitId), .oneOf("status", running),
            .compare("sessionId", .notEqual, item.sessionId.sqlValue),
        ])
        let whole = try rows.first(
            Query<RestoreArtifact>(where: .and([others, .equal("destinationType", DestinationType.inPlace)])))
        let same = try rows.first(
            Query<GranularRestoreArtifact>(
                where: .and([
                    others, .equal("itemPath", item.itemPath), .equal("destinationType", item.destinationType),
                ])))
        let session = whole?.sessionId ?? same?.sessionId
        return session.map { JobFailure(.duplicateArtifactRestoreRequest, "Session \($0) is restoring the same.") }
    }

    /// Whether another session is writing into the drive or site of an item, or has
    /// chosen where it will.
    package func isOccupied(by item: GranularRestoreArtifact) throws -> Bool {
        let others = RowPredicate.and([
            .equal("unitId", item.unitId), .compare("sessionId", .notEqual, item.sessionId.sqlValue),
        ])
        let isWriting = RowPredicate.equal("status", ArtifactRestoreStatus.inProgress)
        let isInPlace = RowPredicate.equal("destinationType", DestinationType.inPlace)
        let whole = Query<RestoreArtifact>(where: .and([others, isWriting, isInPlace]))
        var isInTheWay = isWriting
        // Whoever has chosen goes on: two sessions that both have, by an earlier version, would
        // wait for each other.
        if item.restoredPlace == nil {
            let willWrite = RowPredicate.equal("status", ArtifactRestoreStatus.scheduled)
            isInTheWay = .or([isWriting, .and([willWrite, .compare("restoredPlace", .notEqual, .null)])])
        }
        return try rows.count(Query<GranularRestoreArtifact>(where: .and([others, isInTheWay]))) + rows.count(whole) > 0
    }

    /// The items of one session and unit that have not ended, in order.
    /// - Parameter leaderID: one of them, also one that has ended.
    package func running(besides leaderID: String) throws -> [GranularRestoreArtifact] {
        guard let leader = try rows.find(GranularRestoreArtifact.self, id: leaderID) else { return [] }
        let group = Query<GranularRestoreArtifact>(
            where: .and([.equal("sessionId", leader.sessionId), .equal("unitId", leader.unitId)]),
            order: [.init("ordinal")])
        return try rows.page(group).filter { $0.status == .scheduled || $0.status == .inProgress }
    }
}

extension ItemRows where Rows == CatalogWriter {
    /// Adds an item to a session.
    @discardableResult
    func add(
        _ item: CheckedItem, id: String, to session: RestoreSession, _ present: inout PresentItems
    ) throws -> GranularRestoreArtifact {
        if let policyID = session.policyId,
            try rows.find(ProtectionUnit.self, id: item.session.unitId)?.policyId != policyID
        {
            throw ServiceError(
                .invalidArtifactRequest, "The unit of the browse session does not belong to the policy of the session.")
        }
        var artifact = GranularRestoreArtifact()
        artifact.begin()
        artifact.id = id
        artifact.sessionId = session.id
        artifact.workload = session.workload
        artifact.itemKey = item.key
        artifact.browseSessionId = item.session.id
        artifact.restorePointId = item.session.restorePointId
        artifact.unitId = item.session.unitId
        artifact.sourceId = item.session.sourceId
        artifact.itemPath = item.path.bytes
        artifact.webUrl = item.webURL
        artifact.destinationType = item.destinationType
        artifact = try present.add(artifact)
        try rows.insert(artifact)
        return artifact
    }

    /// Schedules the files and folders of a session: one job for each unit, because only one
    /// restore at a time writes into a drive.
    /// - Parameter makeJob: makes the job of a unit; its subject is the first
    ///   of the unit's artifacts.
    package func schedule(of session: RestoreSession, _ now: Date, makeJob: (_ subjectID: String) -> Job) throws {
        let items = try rows.page(
            Query<GranularRestoreArtifact>(where: .equal("sessionId", session.id), order: [.init("ordinal")]))
        var units = Set<String>()
        for var item in items where item.status == .scheduling {
            if let failure = try obstacle(to: item, now) {
                item.startDateTime = now
                item.completionDateTime = now
                item.error = failure.publicError
                item.advance(.fail)
            } else {
                item.advance(.schedule)
                if units.insert(item.unitId).inserted { _ = try rows.addJob(makeJob(item.id)) }
            }
            try rows.update(item)
        }
    }

    /// Ends an item and brings its session up to date.
    package func end(
        _ id: String, _ event: RestoreArtifactEvent, at now: Date, _ body: (inout GranularRestoreArtifact) -> Void
    ) throws {
        guard var item = try rows.find(GranularRestoreArtifact.self, id: id), item.advance(event)
        else {
            return
        }
        item.completionDateTime = now
        body(&item)
        try rows.update(item)
        try SessionRows(rows).refresh(id: item.sessionId, now)
    }
}
