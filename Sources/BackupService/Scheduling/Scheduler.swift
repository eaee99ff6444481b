import Catalog
public import Foundation
import Logging
public import ServiceLifecycle
import Synchronization

/// Does what time brings: backups on the cadence, expiry, the end of undo periods, hand-overs of the controller.
///
/// It only adds jobs and changes rows, so any number of schedulers may share a catalogue.
public final class Scheduler: Service {
    let service: ProtectionService
    /// When it was last told that verifications cannot keep up; nil while they can.
    let paceTold = Mutex<Date?>(nil)
    /// What `followNames` saw last.
    let namesSeen = Mutex(NamesSeen())

    /// Makes a scheduler.
    public init(_ service: ProtectionService) {
        self.service = service
    }

    /// Runs until the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let seen = self.service.signal.generation
                do {
                    let next = try await self.tick()
                    try await self.service.dependencies.clock.sleep(until: next, orAfter: [(self.service.signal, seen)])
                } catch is CancellationError {
                    return
                } catch {
                    self.service.dependencies.logger.error("The scheduler could not reach the catalogue and tries again.", metadata: ["cause": "\(error)"])
                    try? await self.service.dependencies.clock.sleep(until: self.service.now.addingTimeInterval(5))
                }
            }
        }
    }

    /// Does everything that is due now, and gives the moment of the next look. Missed ticks are not invented: a unit that was not looked at
    /// for an hour gets one backup, not six.
    @discardableResult
    public func tick() async throws -> Date {
        let now = service.now
        let cadence = Double(service.intervals.cadenceSeconds)
        let next = Date(timeIntervalSince1970: ((now.timeIntervalSince1970 / cadence).rounded(.down) + 1) * cadence)
        // The service's own state first: what it does not allow any more is not begun.
        let ended = try await endServicePeriods(now, service)
        let added = try await addDueBackups(now, next: next) + followDirectory(service) + addDueVerification(now)
        if try await ended + added + expire(now) + endUndoPeriods(now) > 0 { service.signal.notify() }
        try await completeHandOver(now)
        try await watchVerificationPace(now)
        try await followNames(now)
        return min(next, now.addingTimeInterval(Double(service.intervals.housekeepingSeconds)))
    }

    private func addDueBackups(_ now: Date, next: Date) async throws -> Int {
        // A unit that was just added to an active policy is due at once: its first point makes it protected. One whose first backup failed fell back
        // to unprotected and is tried again; others that are unprotected have no moment at which they are due.
        let wanted: [ProtectionUnitStatus] = [.protectRequested, .protected, .unprotected]
        let due = Query<ProtectionUnit>(where: .and([
            .oneOf("status", wanted), .compare("nextBackupDateTime", .lessOrEqual, now.sqlValue),
        ]))
        let tenantID = service.tenantID
        guard try await service.catalog.count(due) > 0, try await service.catalog.read({ try $0.serviceState(tenantID: tenantID) }).status.allowsProtection
        else { return 0 }
        let service = service
        return try await service.catalog.write { writer in
            var added = 0
            for var unit in try writer.page(due) {
                if try writer.addJob(service.job(.backup, unit.id)) { added += 1 }
                unit.nextBackupDateTime = next
                try writer.update(unit)
            }
            return added
        }
    }

    /// Removes points that have aged out, except those that a running restore needs, restore sessions that ended more than a year ago, and
    /// browse sessions that have ended.
    private func expire(_ now: Date) async throws -> Int {
        let due = Query<RestorePoint>(where: .compare("expirationDateTime", .lessOrEqual, now.sqlValue), order: [.init("expirationDateTime")], limit: 1000)
        let oldest = now.adding(days: -service.intervals.endedSessionDays)
        let ended: [RestoreSessionStatus] = [.completed, .completedWithError, .failed]
        let old = RowPredicate.and([.oneOf("status", ended), .compare("completedDateTime", .less, oldest.sqlValue)])
        let unbrowsed = RowPredicate.compare("expirationDateTime", .lessOrEqual, now.sqlValue)
        let count = try await service.catalog.count(due) + service.catalog.count(Query<RestoreSession>(where: old))
        guard try await count + service.catalog.count(Query<BrowseSession>(where: unbrowsed)) > 0 else { return 0 }
        let service = service
        return try await service.catalog.write { writer in
            let running: [ArtifactRestoreStatus] = [.scheduling, .scheduled, .inProgress]
            let held = Set(try writer.page(Query<RestoreArtifact>(where: .oneOf("status", running))).map(\.restorePointId))
                .union(try writer.page(Query<GranularRestoreArtifact>(where: .oneOf("status", running))).map(\.restorePointId))
            let units = try writer.page(due).filter { !held.contains($0.id) }.map { point in
                _ = try writer.delete(RestorePoint.self, id: point.id)
                return point.unitId
            }
            for unitID in Set(units) {
                _ = try writer.update(UnitRepository.self, where: .equal("id", unitID), set: ["pruneNeeded": true.sqlValue])
                _ = try writer.addJob(service.job(.prune, unitID, runAfter: now.addingTimeInterval(Double(service.intervals.pruneDelaySeconds))))
            }
            return units.count + (try writer.delete(RestoreSession.self, where: old)) + (try writer.delete(BrowseSession.self, where: unbrowsed))
        }
    }

    /// Gives up the backups of units whose undo period is over.
    private func endUndoPeriods(_ now: Date) async throws -> Int {
        let limit = now.adding(days: -service.intervals.offboardingUndoDays)
        let due = Query<ProtectionUnit>(where: .and([
            .equal("status", ProtectionUnitStatus.offboardRequested), .compare("offboardRequestedDateTime", .lessOrEqual, limit.sqlValue),
        ]))
        guard try await service.catalog.count(due) > 0 else { return 0 }
        let service = service
        return try await service.catalog.write { writer in
            let running: [ArtifactRestoreStatus] = [.scheduling, .scheduled, .inProgress]
            let held = Set(try writer.page(Query<RestoreArtifact>(where: .oneOf("status", running))).map(\.unitId))
            // What a restore reads stays until that has ended.
            let units = try writer.page(due).filter { !held.contains($0.id) }
            for var unit in units {
                guard let status = unit.status.after(.undoPeriodEnded) else { continue }
                unit.status = status
                try writer.update(unit)
                _ = try writer.delete(RestorePoint.self, where: .equal("unitId", unit.id))
                _ = try writer.addJob(service.job(.deleteRepository, unit.id))
            }
            return units.count
        }
    }

    /// Lets a change of the controller whose date has come take effect.
    private func completeHandOver(_ now: Date) async throws {
        let pending = Query<ServiceApp>(where: .and([
            .equal("status", ServiceAppStatus.pendingActive), .compare("effectiveDateTime", .lessOrEqual, now.sqlValue),
        ]))
        guard try await service.catalog.count(pending) > 0 else { return }
        try await service.catalog.write { writer in
            let moving: [ServiceAppStatus] = [.pendingActive, .pendingInactive]
            for var app in try writer.page(Query<ServiceApp>(where: .oneOf("status", moving))) {
                app.status = app.status == .pendingActive ? .active : .inactive
                app.effectiveDateTime = nil
                app.lastModifiedDateTime = now
                try writer.update(app)
            }
        }
    }
}
