import Catalog
import Foundation
import ProtectionRules
import ProtectionService

extension Scheduler {
    /// Ends the periods of the service that are over: the grace period of a deleted controller, the
    /// time in which restores still run, and the time in which it could be undone (behaviour.md,
    /// sections 1 and 2). Returns the number of changes.
    func endServicePeriods(_ now: Date, _ service: ServiceContext) async throws -> Int {
        let tenantID = service.tenantID
        let gone = Query<ServiceApp>(
            where: .and([
                .equal("status", ServiceAppStatus.inactive), .compare("effectiveDateTime", .lessOrEqual, now.sqlValue),
            ]))
        let isDue = try await service.catalog.read { reader in
            let state = try ServiceRows(reader).state(tenantID: tenantID)
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
                _ = try ServiceRows(writer).turnOff(
                    tenantID: tenantID, reason: .controllerServiceAppDeleted, caller: nil, now: now,
                    intervals: service.intervals)
            }
            while let event = try ServiceRows(writer).state(tenantID: tenantID).dueEvent(now) {
                // What a restore reads stays until that has ended, here too.
                if event == .undoPeriodEnded, try RepositoryUse(writer).isAnythingRestored { break }
                try ServiceEnd(writer).endPeriod(event, service, now)
                changes += 1
            }
            return changes
        }
    }
}
