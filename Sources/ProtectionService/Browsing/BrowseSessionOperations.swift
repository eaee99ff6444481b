public import ProtectionRules
import BackupRepository
public import Catalog
package import Foundation

extension ServiceContext {
    /// Opens a restore point to look into it, for three days.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `invalidRestorePoint` (unknown, expired,
    ///   damaged, of another workload, or not tagged `fastRestore`), `serviceNotAvailable`.
    public func createBrowseSession(
        restorePointID: String?, workload: Workload, _ caller: Caller
    ) async throws -> BrowseSession {
        let (tenantID, now) = (tenantID, now)
        let (point, unit) = try await look { reader in
            try reader.requireMayChange(.restore, caller, tenantID: tenantID)
            return try reader.browsable(restorePointID, workload, now)
        }
        var session = BrowseSession()
        session.id = "bs_" + dependencies.makeID().filter { $0 != "-" }
        session.workload = workload
        session.restorePointId = point.id
        session.restorePointDateTime = point.protectionDateTime
        session.snapshotId = point.snapshotId
        session.unitId = unit.id
        session.sourceId = unit.sourceId
        session.backupSizeBytes = try await reading(unitID: unit.id, snapshotID: point.snapshotId) { browser in
            browser.totalBytes.map { Int(clamping: $0) }
        }
        session.status = .created
        session.createdDateTime = now
        session.expirationDateTime = now.adding(days: intervals.browseSessionDays)
        return try await change(makesDue: false) { [session] writer in
            try writer.requireMayChange(.restore, caller, tenantID: tenantID)
            _ = try writer.browsable(session.restorePointId, workload, now)
            try writer.insert(session)
            return session
        }
    }

    /// A browse session that has not ended.
    /// - Parameter workload: nil where the path does not say one.
    /// - Throws: `browseSessionNotFound`.
    public func browseSession(id: String, workload: Workload?) async throws -> BrowseSession {
        let now = now
        return try await look { try $0.browseSession(id, workload, now) }
    }

    /// The condition that a browse session has not ended.
    public var isOpenBrowseSession: RowPredicate { .compare("expirationDateTime", .greater, now.sqlValue) }
}

extension CatalogAccess {
    package func browseSession(_ id: String, _ workload: Workload?, _ now: Date) throws -> BrowseSession {
        guard let session = try find(BrowseSession.self, id: id), session.expirationDateTime > now,
            workload == nil || session.workload == workload
        else {
            throw ServiceError(.browseSessionNotFound, "There is no such browse session, or it has ended.")
        }
        return session
    }

    /// A point that can be browsed, with its unit.
    fileprivate func browsable(
        _ id: String?, _ workload: Workload, _ now: Date
    ) throws -> (RestorePoint, ProtectionUnit) {
        guard let id, let point = try find(RestorePoint.self, id: id.lowercased()), point.workload == workload,
            !point.isDamaged,
            point.expirationDateTime > now, let unit = try find(ProtectionUnit.self, id: point.unitId)
        else { throw ServiceError(.invalidRestorePoint, "restorePointId names no restore point of this workload.") }
        guard point.tags.contains(.fastRestore) else {
            throw ServiceError(.invalidRestorePoint, "Only a restore point with the tag fastRestore can be browsed.")
        }
        return (point, unit)
    }
}
