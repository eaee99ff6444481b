import ProtectionRules
import ProtectionService
import Catalog
import Foundation

extension CatalogWriter {
    /// Schedules the files and folders of a session: one job for each unit, because only one
    /// restore at a time writes into a drive.
    /// - Parameter makeJob: makes the job of a unit; its subject is the first
    ///   of the unit's artifacts.
    func scheduleItems(of session: RestoreSession, _ now: Date, makeJob: (_ subjectID: String) -> Job) throws {
        let items = try page(
            Query<GranularRestoreArtifact>(where: .equal("sessionId", session.id), order: [.init("ordinal")]))
        var units = Set<String>()
        for var item in items where item.status == .scheduling {
            if let failure = try obstacle(to: item, now) {
                item.startDateTime = now
                item.completionDateTime = now
                item.error = failure.publicError
                item.status = item.status.after(.fail) ?? item.status
            } else {
                item.status = item.status.after(.schedule) ?? item.status
                if units.insert(item.unitId).inserted { _ = try addJob(makeJob(item.id)) }
            }
            try update(item)
        }
    }

    /// Ends an item and brings its session up to date.
    func endItem(
        _ id: String, _ event: RestoreArtifactEvent, _ now: Date, _ body: (inout GranularRestoreArtifact) -> Void
    ) throws {
        guard var item = try find(GranularRestoreArtifact.self, id: id), let status = item.status.after(event) else {
            return
        }
        item.status = status
        item.completionDateTime = now
        body(&item)
        try update(item)
        try refreshSession(id: item.sessionId, now)
    }
}

extension CatalogAccess {
    /// Why an item cannot be restored now, if it cannot.
    fileprivate func obstacle(to item: GranularRestoreArtifact, _ now: Date) throws -> JobFailure? {
        guard let point = try find(RestorePoint.self, id: item.restorePointId), point.expirationDateTime > now else {
            return JobFailure(.invalidRestoreTime, "The point lies beyond the retention period.")
        }
        guard !point.isDamaged, try find(ProtectionUnit.self, id: item.unitId) != nil else {
            return JobFailure(.artifactNotFound, "There is nothing to restore at this point.")
        }
        let running: [ArtifactRestoreStatus] = [.scheduled, .inProgress]
        let others = RowPredicate.and([
            .equal("unitId", item.unitId), .oneOf("status", running),
            .compare("sessionId", .notEqual, item.sessionId.sqlValue),
        ])
        let whole = try first(
            Query<RestoreArtifact>(where: .and([others, .equal("destinationType", DestinationType.inPlace)])))
        let same = try first(
            Query<GranularRestoreArtifact>(
                where: .and([
                    others, .equal("itemPath", item.itemPath), .equal("destinationType", item.destinationType),
                ])))
        let session = whole?.sessionId ?? same?.sessionId
        return session.map { JobFailure(.duplicateArtifactRestoreRequest, "Session \($0) is restoring the same.") }
    }

    /// Whether another session is writing into the drive or site of an item, or has
    /// chosen where it will.
    func isOccupied(by item: GranularRestoreArtifact) throws -> Bool {
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
        return try count(Query<GranularRestoreArtifact>(where: .and([others, isInTheWay]))) + count(whole) > 0
    }
}
