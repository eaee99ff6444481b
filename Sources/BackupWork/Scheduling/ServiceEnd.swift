import Catalog
import Foundation
import ProtectionRules
import ProtectionService

/// The end of a period of the service, within one transaction.
struct ServiceEnd {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    func endPeriod(_ event: ServiceEvent, _ service: ServiceContext, _ now: Date) throws {
        var state = try ServiceRows(rows).state(tenantID: service.tenantID)
        guard state.advance(event) else {
            preconditionFailure("an event is due only where the status knows it")
        }
        state.lastModifiedBy = nil
        state.lastModifiedDateTime = now
        if event == .undoPeriodEnded { try offboardEverything(service) }
        try rows.save(state)
    }

    /// The end of the service: no policies any more, and the backups of every unit are deleted.
    private func offboardEverything(_ service: ServiceContext) throws {
        for unit in try rows.page(
            Query<ProtectionUnit>(where: .compare("status", .notEqual, ProtectionUnitStatus.offboarded.sqlValue)))
        {
            _ = try rows.addJob(service.job(.deleteRepository, unit.id))
        }
        try rows.update(
            ProtectionUnit.self, where: .true,
            set: [
                "policyId": .null, "protectionSources": ProtectionSources().sqlValue,
                "nextBackupDateTime": .null, "error": .null,
            ])
        try UnitRows(rows).move(where: .true, .serviceEnded)
        _ = try rows.delete(RestorePoint.self, where: .true)
        _ = try rows.delete(BrowseSession.self, where: .true)
        _ = try rows.delete(ProtectionPolicy.self, where: .true)
    }
}
