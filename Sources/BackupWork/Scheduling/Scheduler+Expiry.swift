import Catalog
import Foundation
import ProtectionRules
import ProtectionService

extension Scheduler {
    /// What one look removed, and whether more is to go than it had time for.
    struct Expired: Sendable, Hashable {
        var count = 0
        var isMore = false

        static func += (sum: inout Expired, other: Expired) {
            sum.count += other.count
            sum.isMore = sum.isMore || other.isMore
        }
    }

    /// Ends holds that are over, and removes points that have aged out, except those that a running
    /// restore needs, restore sessions that ended more than a year ago, browse sessions and
    /// searches that are over, and jobs that ended some days ago.
    func expire(_ now: Date) async throws -> Expired {
        let intervals = service.intervals
        var expired = try await endHolds(now)
        expired += try await holdPoints(now)
        expired += try await foldChanges(now)
        expired += try await expirePoints(now)
        try await addSweeps(now)
        let tenMinutesEnd = now.adding(days: -intervals.tenMinuteRetentionDays)
        expired += try await remove(PointGap.self, where: .compare("endDateTime", .less, tenMinutesEnd.sqlValue))
        let ended: [RestoreSessionStatus] = [.completed, .completedWithError, .failed]
        let yearAgo = now.adding(days: -intervals.endedSessionDays)
        expired += try await remove(
            RestoreSession.self,
            where: .and([.oneOf("status", ended), .compare("completedDateTime", .less, yearAgo.sqlValue)]))
        expired += try await remove(
            BrowseSession.self, where: .compare("expirationDateTime", .lessOrEqual, now.sqlValue))
        expired += try await expirePlans(now)
        expired += try await expireAudit(now)
        expired += try await remove(
            FileSearchRecord.self, where: .compare("expirationDateTime", .lessOrEqual, now.sqlValue))
        let daysAgo = now.adding(days: -intervals.endedJobDays)
        // Jobs end by the hundred thousand a day, and no caller waits for them to go.
        let jobs = try await remove(Job.self, where: .compare("endedDateTime", .lessOrEqual, daysAgo.sqlValue))
        return Expired(count: expired.count, isMore: expired.isMore || jobs.isMore)
    }

    private func expirePoints(_ now: Date) async throws -> Expired {
        let due = Query<RestorePoint>(
            where: .and([.compare("expirationDateTime", .lessOrEqual, now.sqlValue), .noRestoreReadsPoint]),
            order: [.init("expirationDateTime")], limit: Self.rowsPerChange)
        let service = service
        let later = now.addingTimeInterval(Double(service.intervals.pruneDelaySeconds))
        return try await inPieces(of: due) { writer in
            let points = try writer.page(due)
            guard !points.isEmpty else { return 0 }
            try writer.delete(RestorePoint.self, where: .oneOf("id", points.map(\.id)))
            try PlanExpiryRows(writer).expirePlans(naming: points.map(\.id))
            let units = Set(points.map(\.unitId)).sorted()
            try writer.update(UnitRepository.self, where: .oneOf("id", units), set: ["pruneNeeded": true.sqlValue])
            _ = try writer.addJobs(JobKind.prune.rawValue, units.map { service.job(.prune, $0, runAfter: later) })
            return points.count
        }
    }

    /// Removes old records of the audit trail, but never the last one: the next one follows it.
    private func expireAudit(_ now: Date) async throws -> Expired {
        let newest = Query<AuditRecord>(order: [.init("sequence", ascending: false)], limit: 1)
        guard let last = try await service.look({ try $0.first(newest) }) else { return Expired() }
        let end = now.adding(days: -service.intervals.auditDays)
        let due = Query<AuditRecord>(
            where: .and([
                .compare("dateTime", .less, end.sqlValue), .compare("sequence", .less, last.sequence.sqlValue),
            ]), order: [.init("sequence")], limit: Self.rowsPerChange)
        // From the lower end, so that the rest is whole after each piece.
        return try await inPieces(of: due) { writer in
            guard let newest = try writer.page(due).last else { return 0 }
            return try writer.delete(
                AuditRecord.self, where: .compare("sequence", .lessOrEqual, newest.sequence.sqlValue))
        }
    }

    private func remove<Record: CatalogRecord>(_: Record.Type, where isOver: RowPredicate) async throws -> Expired {
        try await inPieces(of: Query<Record>(where: isOver)) {
            try $0.delete(Record.self, where: isOver, limit: Self.rowsPerChange)
        }
    }

    /// Runs a change until it meets no full piece, as often as one look allows. Looks before it
    /// writes, so that an idle server commits nothing.
    func inPieces<Record>(
        of query: Query<Record>, _ change: @escaping @Sendable (CatalogWriter) throws -> Int
    ) async throws -> Expired {
        var expired = Expired()
        guard try await service.catalog.read({ try $0.first(query) }) != nil else { return expired }
        for _ in 0..<Self.changesPerLook {
            let count = try await service.catalog.write(change)
            expired.count += count
            guard count >= Self.rowsPerChange else { return expired }
        }
        expired.isMore = true
        return expired
    }
}
