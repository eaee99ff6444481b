package import Catalog
import Connectors
import ProtectionRules

extension UnitOperations {
    /// The unit that a person names, or the one that its drive or site would have: of the directory's
    /// people and sites, also those that nothing protects yet.
    /// - Throws: `protectionUnitNotFound`, `badRequest` where several fit, `serviceNotAvailable`.
    package func findOrPropose(named name: String) async throws -> ProtectionUnit {
        do {
            return try await find(named: name)
        } catch let error as ServiceError where error.code == .protectionUnitNotFound {
            let (now, makeID) = (now, dependencies.makeID)
            let sources = try [Workload.oneDriveForBusiness, .sharePoint].flatMap { workload in
                try SourceLookup(dependencies.tenant, workload).all.map { (workload, $0) }
            }
            let proposals = sources.map { workload, source in
                var unit = ProtectionUnit(
                    id: makeID(), workload: workload, sourceId: source.id.objectID, status: .initial,
                    protectionSources: [], createdDateTime: now)
                unit.describe(source)
                return unit
            }
            return try names(of: proposals).unit(name)
        }
    }
}
