package import Catalog
package import Foundation
import ProtectionRules

/// Points of the state before a restore, within one transaction.
package struct UndoPointRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// For each unit that a plan or session wrote into the point from before.
    ///
    /// Where a plan was retried the oldest counts: it is from before everything.
    /// - Throws: `restorePlanNotFound` where nothing has that id, `noUndoPoint` where no point is left.
    package func points(undoing id: String, _ now: Date) throws -> [RestorePoint] {
        var sessions = try rows.page(Query<RestoreSession>(where: .equal("planId", id)))
        if let session = try rows.find(RestoreSession.self, id: id) { sessions.append(session) }
        guard !sessions.isEmpty else {
            throw ServiceError(.restorePlanNotFound, "There is no plan or session that was started and has this id.")
        }
        if let running = sessions.first(where: { !$0.status.isTerminal }) {
            throw ServiceError(
                .noUndoPoint, "Session \(running.id) is \(running.status.rawValue); cancel it, or wait for its end.")
        }
        var first: [String: RestorePoint] = [:]
        for session in sessions {
            for point in try self.points(ofSession: session.id) where point.expirationDateTime > now {
                if let known = first[point.unitId], known.protectionDateTime <= point.protectionDateTime { continue }
                first[point.unitId] = point
            }
        }
        guard !first.isEmpty else {
            throw ServiceError(
                .noUndoPoint,
                "No undo point of it is left: it wrote nothing in place, took none, or they have expired.")
        }
        return first.values.sorted { $0.unitId < $1.unitId }
    }

    /// The newest undo point of each unit of a session: the last one before anything was written.
    package func points(ofSession id: String) throws -> [RestorePoint] {
        let all = try rows.page(
            Query<RestorePoint>(
                where: .and([.equal("undoSessionId", id), .equal("isDamaged", false)]),
                order: [.init("protectionDateTime")]))
        return Array(Dictionary(all.map { ($0.unitId, $0) }) { _, later in later }.values)
    }

    /// The undo point of a unit in a session.
    package func point(ofUnit unitID: String, session id: String) throws -> RestorePoint? {
        try rows.first(
            Query<RestorePoint>(
                where: .and([.equal("undoSessionId", id), .equal("unitId", unitID)]),
                order: [.init("protectionDateTime", ascending: false)]))
    }
}
