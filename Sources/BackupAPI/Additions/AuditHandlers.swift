import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// The audit trail, and whether it is as it was written. Source: additions.md, A13.
    func bindAudit(_ odata: inout ODataService<APICaller>) {
        odata.resource("auditRecords", auditRecordType) {
            $0.list(.monitorRead) { context in
                try await RowList<AuditRecord>(
                    catalog: catalog, defaultOrder: "sequence", newestFirst: true, places: .auditRecords,
                    indexed: ["dateTime"]
                ).answer(context)
            }
            $0.get(.monitorRead) { context in
                guard let record = try await catalog.find(AuditRecord.self, id: context.key) else {
                    throw ServiceError(.auditRecordNotFound, "There is no such record.")
                }
                return record
            }
        }
        odata.root {
            $0.operation(.function("auditChain"), .monitorRead, answering: AuditChainValue.self) { _, arguments in
                _ = try arguments.values()
                return AuditChainValue(try await service.audit.verify())
            }
        }
    }
}
