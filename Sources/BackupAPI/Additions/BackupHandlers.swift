import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// Restore points that are asked for, and held ones that are let go.
    func bindBackups(_ odata: inout ODataService<APICaller>) {
        odata.resource("protectionUnits", unitType) {
            $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
            $0.operation(.action("backup"), .configurationWrite, status: 202, answering: InlineEntity.self) {
                context, arguments in
                _ = try arguments.values()
                let backup = try await service.units.requestBackup(id: context.key, caller(context))
                return context.entity(BackupRecord(backup: backup), backupType)
            }
            $0.operation(.action("releaseHold"), .configurationWrite, answering: InlineEntity.self) {
                context, arguments in
                _ = try arguments.values()
                let details = try await service.points.releaseHold(unitID: context.key, caller(context))
                return context.entity(PointRecord(point: details.point), pointType)
            }
        }
        odata.resource("backups", backupType) {
            $0.checkID(Self.requireGUID(.backupNotFound))
            $0.get(.configurationRead) { context in
                BackupRecord(backup: try await service.units.requestedBackup(id: context.key))
            }
        }
    }
}
