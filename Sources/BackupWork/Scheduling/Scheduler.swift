import Catalog
import Concurrency
public import Foundation
import Logging
import ProtectionRules
public import ProtectionService
public import ServiceLifecycle
import Synchronization

/// Does what time brings: backups on the cadence, expiry, the end of undo periods,
/// hand-overs of the controller.
///
/// It only adds jobs and changes rows, so any number of schedulers may share a catalogue.
public final class Scheduler: Service {
    let service: ServiceContext
    /// When it was last told that verifications cannot keep up; nil while they can.
    let paceTold = Mutex<Date?>(nil)
    /// What `followNames` saw last.
    let namesSeen = Mutex(NamesSeen())
    /// What `followSources` saw last; nil before the first time.
    let sourcesSeen = Mutex<SourcesSeen?>(nil)
    /// How old the numbers of the feed of changes are.
    let feedAges: Mutex<FeedAges>

    public init(_ service: ServiceContext) {
        self.service = service
        feedAges = Mutex(FeedAges(keptSeconds: Double(service.intervals.changeFeedSeconds)))
    }

    /// Rows that one transaction of the scheduler changes at most, so that others get
    /// their turn in between.
    static let rowsPerChange = 200
    /// Transactions that one look gives to the same task. What is left after them is looked at
    /// again a second later.
    static let changesPerLook = 50

    /// Runs until the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // The first look of a process waits for nobody.
            var looks = Looks()
            while !Task.isCancelled {
                let seen = self.service.dueSignal.generation
                do {
                    let next = try await self.lookInTurn(isAskedFor: seen != looks.seen) {
                        try await self.look(&looks, seen)
                    }
                    try await self.rest(until: next, seen)
                } catch is CancellationError {
                    return
                } catch {
                    self.service.dependencies.logger.error(
                        "The scheduler could not reach the catalogue and tries again.", metadata: ["cause": "\(error)"])
                    try? await self.service.dependencies.clock.sleep(until: self.service.now.addingTimeInterval(5))
                }
            }
        }
    }

    /// When everything is looked at again, and for which signal it was looked at last.
    private struct Looks {
        var next = Date.distantPast
        var seen: Int?
    }

    /// Looks at everything where that is due or a client changed something, and otherwise only for
    /// backups: units are due at many moments of the cadence.
    /// - Returns: the moment of the next look.
    private func look(_ looks: inout Looks, _ seen: Int) async throws -> Date {
        if looks.seen != seen || service.now >= looks.next {
            (looks.next, looks.seen) = (try await tick(), seen)
        } else if !service.catalog.writeGate.isClosed {
            if try await addDueBackups(service.now) > 0 { service.signal.notify() }
        }
        return min(looks.next, service.intervals.backupSlots.nextStart(after: service.now))
    }

    /// Waits for the next look, and shows meanwhile that it only waits.
    private func rest(until next: Date, _ seen: Int) async throws {
        let (signal, clock) = (service.dueSignal, service.dependencies.clock)
        while clock.now() < next, signal.generation == seen {
            let pulse = clock.now().addingTimeInterval(Heartbeats.pauseSeconds)
            service.dependencies.heartbeats.beat(.scheduler, clock)
            try await clock.sleep(until: min(next, pulse), orAfter: [(signal, seen)])
        }
    }

    /// Does everything that is due now, and returns the moment of the next look. Missed ticks are not
    /// invented: a unit that was not looked at for an hour gets one backup, not six.
    @discardableResult
    public func tick() async throws -> Date {
        let now = service.now
        let cadence = Double(service.intervals.cadenceSeconds)
        let next = Date(timeIntervalSince1970: ((now.timeIntervalSince1970 / cadence).rounded(.down) + 1) * cadence)
        guard !service.catalog.writeGate.isClosed else { return next }
        let mayExpire = try await mayExpire(now)
        // The service's own state first: what it does not allow any more is not begun.
        var changes = mayExpire ? try await endServicePeriods(now, service) : 0
        changes +=
            try await bringForward(now) + addDueBackups(now) + followDirectory(service)
            + addDueVerification(now) + addDueRenewals(now)
        var isMore = false
        if mayExpire {
            let expired = try await expire(now)
            isMore = expired.isMore
            changes += try await expired.count + endUndoPeriods(now)
            try await completeHandOver(now)
        }
        if changes > 0 { service.signal.notify() }
        try await watchVerificationPace(now)
        try await followNames(now)
        try await followSources(now)
        try await tellHolds(now)
        try await followIncidents(now)
        try await trimFeed(now)
        return isMore
            ? now.addingTimeInterval(1)
            : min(next, now.addingTimeInterval(Double(service.intervals.housekeepingSeconds)))
    }

    /// Adds a backup for each unit whose moment has come. One that lies further ahead than the
    /// cadence has come too: it was set by a clock that was ahead, and nothing would be backed up
    /// until that time comes.
    private func addDueBackups(_ now: Date) async throws -> Int {
        // A unit that was just added to an active policy is due at once: its first point makes it
        // protected. One whose first backup failed fell back to unprotected and is tried again;
        // others that are unprotected have no moment at which they are due.
        let wanted: [ProtectionUnitStatus] = [.protectRequested, .protected, .unprotected]
        let latest = now.addingTimeInterval(Double(service.intervals.cadenceSeconds))
        let due = [
            RowPredicate.compare("nextBackupDateTime", .lessOrEqual, now.sqlValue),
            RowPredicate.compare("nextBackupDateTime", .greater, latest.sqlValue),
        ].map { Query<ProtectionUnit>(where: .and([.oneOf("status", wanted), $0]), limit: Self.rowsPerChange) }
        let tenantID = service.tenantID
        let isDue = try await service.catalog.read { reader in try due.contains { try reader.first($0) != nil } }
        guard isDue,
            try await service.catalog.read({ try ServiceRows($0).state(tenantID: tenantID) }).status.allowsProtection
        else { return 0 }
        let (service, slots) = (service, service.intervals.backupSlots)
        return try await inPieces(of: due) { query, writer in
            let ids = try writer.ids(query)
            guard !ids.isEmpty else { return (0, 0) }
            let added = try writer.addJobs(JobKind.backup.rawValue, ids.map { service.job(.backup, $0) })
            // Units that were due on time share a slot, so this is one statement; more only at first.
            for (next, those) in Dictionary(grouping: ids, by: { slots.next(for: $0, after: now) }) {
                try writer.update(
                    ProtectionUnit.self, where: .oneOf("id", those), set: ["nextBackupDateTime": next.sqlValue])
            }
            return (ids.count, added)
        }
    }

    /// Runs a change for each query until it meets no full piece any more. The change returns how
    /// many rows it met, and what it counts.
    private func inPieces<Record>(
        of queries: [Query<Record>],
        _ change: @escaping @Sendable (Query<Record>, CatalogWriter) throws -> (met: Int, counted: Int)
    ) async throws -> Int {
        var total = 0
        for query in queries {
            while true {
                let piece = try await service.catalog.write { try change(query, $0) }
                total += piece.counted
                guard piece.met >= query.limit ?? .max else { break }
            }
        }
        return total
    }

    /// Abandons the backups of units whose undo period is over. What a restore reads stays
    /// until that has ended.
    private func endUndoPeriods(_ now: Date) async throws -> Int {
        let limit = now.adding(days: -service.intervals.offboardingUndoDays)
        let due = Query<ProtectionUnit>(
            where: .and([
                .equal("status", ProtectionUnitStatus.offboardRequested),
                .compare("offboardRequestedDateTime", .lessOrEqual, limit.sqlValue),
                .noRestoreReadsUnit,
            ]))
        guard try await service.catalog.count(due) > 0 else { return 0 }
        let service = service
        return try await service.catalog.write { writer in
            let units = try writer.page(due)
            for var unit in units {
                guard unit.advance(.undoPeriodEnded) else { continue }
                try writer.update(unit)
                _ = try writer.delete(RestorePoint.self, where: .equal("unitId", unit.id))
                // A look into a point ends with it; whoever keeps one open does not keep the
                // owner from being forgotten.
                _ = try writer.delete(BrowseSession.self, where: .equal("unitId", unit.id))
                _ = try writer.addJob(service.job(.deleteRepository, unit.id))
            }
            return units.count
        }
    }

    /// Lets a change of the controller whose date has come take effect.
    private func completeHandOver(_ now: Date) async throws {
        let pending = Query<ServiceApp>(
            where: .and([
                .equal("status", ServiceAppStatus.pendingActive),
                .compare("effectiveDateTime", .lessOrEqual, now.sqlValue),
            ]))
        guard try await service.catalog.count(pending) > 0 else { return }
        try await service.catalog.write { writer in
            let moving: [ServiceAppStatus] = [.pendingActive, .pendingInactive]
            for var app in try writer.page(Query<ServiceApp>(where: .oneOf("status", moving))) {
                guard app.advance(.effectiveDateReached) else { continue }
                app.effectiveDateTime = nil
                app.lastModifiedDateTime = now
                try writer.update(app)
            }
        }
    }
}
