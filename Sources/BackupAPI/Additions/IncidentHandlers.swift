import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// What is suspected, the units of it, and what people say of it.
    func bindIncidents(_ odata: inout ODataService<APICaller>) {
        odata.resource("incidents", incidentType) {
            $0.list(.restoreRead) { context in
                try await RowList<Incident>(catalog: catalog, defaultOrder: "detectedDateTime", newestFirst: true)
                    .answer(context)
            }
            $0.get(.restoreRead) { context in try await service.incidents.incident(id: context.key) }
            $0.action("dismiss", .restoreWriteByPeople) { context, arguments in
                // Whether the incident is there comes before the body.
                _ = try await service.incidents.incident(id: context.key)
                let reason: String? = try arguments.values().value("reason")
                return EntityAnswer(
                    try await service.incidents.dismiss(id: context.key, reason: reason ?? "", caller(context)),
                    status: 200)
            }
        }
        odata.resource("incidents/units", incidentUnitType) {
            $0.list(.restoreRead) { context in try await units(context) }
            $0.get(.restoreRead) { context in
                let incident = try await service.incidents.incident(id: context.path.key(of: "incidents") ?? "")
                let id = IncidentUnit(incidentId: incident.id, unitId: context.key.lowercased()).id
                guard let row = try await catalog.find(IncidentUnit.self, id: id) else {
                    throw ServiceError(.protectionUnitNotFound, "The unit does not belong to the incident.")
                }
                return IncidentUnitRecord(
                    row: row, unit: try await catalog.find(ProtectionUnit.self, id: row.unitId))
            }
        }
    }

    private func units(_ context: RequestContext<APICaller>) async throws -> Page<IncidentUnitRecord> {
        let incident = try await service.incidents.incident(id: context.path.key(of: "incidents") ?? "")
        let list = RowList<IncidentUnit>(
            catalog: catalog, defaultOrder: "beganBefore", places: RowPlaces(places: ["id": .column("unitId")]))
        let page = try await list.page(context, where: .equal("incidentId", incident.id))
        let named = try await catalog.records(ProtectionUnit.self, ids: page.rows.map(\.unitId))
        return Page(
            page.rows.map { IncidentUnitRecord(row: $0, unit: named[$0.unitId]) }, nextPosition: page.next,
            count: page.count)
    }
}

extension Permissions {
    /// To change what is restored, and only for people.
    static let restoreWriteByPeople = Permissions(delegated: ["BackupRestore-Restore.ReadWrite.All"], application: [])
}
