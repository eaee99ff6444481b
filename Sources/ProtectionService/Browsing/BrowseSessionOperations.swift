import BackupRepository
public import Catalog
import Foundation
public import ProtectionRules

extension ServiceContext {
    public var browsing: BrowseOperations { BrowseOperations(context: self) }
}

/// Looks into restore points.
public struct BrowseOperations: OperationGroup {
    package let context: ServiceContext

    /// Opens a restore point to look into it, for three days.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `invalidRestorePoint` (unknown, expired,
    ///   damaged, of another workload, or not tagged `fastRestore`), `serviceNotAvailable`.
    public func createSession(
        restorePointID: String?, workload: Workload, _ caller: Caller
    ) async throws -> BrowseSession {
        let (tenantID, now) = (tenantID, now)
        let (point, unit) = try await look { reader in
            try ServiceRows(reader).requireMayChange(.restore, caller, tenantID: tenantID)
            return try BrowseSessionRows(reader).browsable(restorePointID, workload, now)
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
        session.begin()
        session.advance(.prepared)
        session.createdDateTime = now
        session.expirationDateTime = now.adding(days: intervals.browseSessionDays)
        return try await change(makesDue: false) { [session] writer in
            try ServiceRows(writer).requireMayChange(.restore, caller, tenantID: tenantID)
            _ = try BrowseSessionRows(writer).browsable(session.restorePointId, workload, now)
            try writer.insert(session)
            return session
        }
    }

    /// A browse session that has not ended.
    /// - Parameter workload: nil where the path does not say one.
    /// - Throws: `browseSessionNotFound`.
    public func session(id: String, workload: Workload?) async throws -> BrowseSession {
        let now = now
        return try await look { try BrowseSessionRows($0).session(id, workload, now) }
    }

    /// The condition that a browse session has not ended.
    public var isOpenSession: RowPredicate { .compare("expirationDateTime", .greater, now.sqlValue) }
}
