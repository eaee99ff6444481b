import ProtectionRules
import ProtectionService
import Catalog
import Foundation

extension Scheduler {
    /// Ends the periods of the service that are over: the grace period of a deleted controller, the
    /// time in which restores still run, and the time in which it could be undone (behaviour.md,
    /// sections 1 and 2). Gives the number of changes.
    func endServicePeriods(_ now: Date, _ service: ServiceContext) async throws -> Int {
        let tenantID = service.tenantID
        let gone = Query<ServiceApp>(
            where: .and([
                .equal("status", ServiceAppStatus.inactive), .compare("effectiveDateTime", .lessOrEqual, now.sqlValue),
            ]))
        let isDue = try await service.catalog.read { reader in
            let state = try reader.serviceState(tenantID: tenantID)
            return try state.dueEvent(now) != nil || reader.count(gone) > 0
        }
        guard isDue else { return 0 }
        return try await service.catalog.write { writer in
            var changes = 0
            for app in try writer.page(gone) {
                try writer.delete(ServiceApp.self, id: app.id)
                changes += 1
            }
            let controllers = try writer.page(Query<ServiceApp>()).filter(\.status.isController)
            if changes > 0, controllers.isEmpty {
                _ = try writer.turnOffService(tenantID, .controllerServiceAppDeleted, nil, now, service.intervals)
            }
            while let event = try writer.serviceState(tenantID: tenantID).dueEvent(now) {
                // What a restore reads stays until that has ended, here too.
                if event == .undoPeriodEnded, try writer.isAnythingRestored { break }
                try writer.endPeriod(event, service, now)
                changes += 1
            }
            return changes
        }
    }
}

extension CatalogWriter {
    fileprivate func endPeriod(_ event: ServiceEvent, _ service: ServiceContext, _ now: Date) throws {
        var state = try serviceState(tenantID: service.tenantID)
        guard let status = state.status.after(event) else {
            preconditionFailure("an event is due only where the status knows it")
        }
        state.status = status
        state.lastModifiedBy = nil
        state.lastModifiedDateTime = now
        if event == .undoPeriodEnded { try offboardEverything(service) }
        try save(state)
    }

    /// The end of the service: no policies any more, and the backups of every unit are deleted.
    private func offboardEverything(_ service: ServiceContext) throws {
        for unit in try page(
            Query<ProtectionUnit>(where: .compare("status", .notEqual, ProtectionUnitStatus.offboarded.sqlValue)))
        {
            _ = try addJob(service.job(.deleteRepository, unit.id))
        }
        try update(
            ProtectionUnit.self, where: .true,
            set: [
                "status": ProtectionUnitStatus.offboarded.sqlValue, "policyId": .null,
                "protectionSources": ProtectionSources().sqlValue,
                "nextBackupDateTime": .null, "error": .null,
            ])
        _ = try delete(RestorePoint.self, where: .true)
        _ = try delete(BrowseSession.self, where: .true)
        _ = try delete(ProtectionPolicy.self, where: .true)
    }
}
