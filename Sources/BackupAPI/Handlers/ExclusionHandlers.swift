import ProtectionRules
import Catalog
import OData

extension Handlers {
    /// Exclusions (beta), read only: all of them, those of a workload at the root, and those of one
    /// policy. A PATCH of the policy changes them.
    func bindExclusions(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/exclusionUnits", exclusionBase) {
            $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
            $0.list(.configurationRead, versions: .betaOnly) { context in
                let workload = context.path.cast.flatMap { name in Workload.allCases.first { $0.exclusionType == name }
                }
                return try await exclusions(context, where: workload.map { .equal("workload", $0) } ?? .true)
            }
            $0.get(.configurationRead, versions: .betaOnly) { context in
                try await exclusion(context.key, nil, policyID: nil)
            }
        }
        for workload in Workload.allCases {
            let (type, name) = (exclusionType(workload), "\(workload.exclusionType)s")
            odata.resource("solutions/backupRestore/\(name)", type) {
                $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
                $0.list(.configurationRead, versions: .betaOnly) { context in
                    try await exclusions(context, where: .equal("workload", workload))
                }
                $0.get(.configurationRead, versions: .betaOnly) { context in
                    try await exclusion(context.key, workload, policyID: nil)
                }
            }
            odata.resource("solutions/backupRestore/\(workload.policies)/\(name)", type) {
                $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
                $0.list(.configurationRead, versions: .betaOnly) { context in
                    try await exclusions(context, where: .equal("policyId", try await policyID(context, workload)))
                }
                $0.get(.configurationRead, versions: .betaOnly) { context in
                    try await exclusion(context.key, workload, policyID: try await policyID(context, workload))
                }
            }
        }
    }

    private func exclusions(
        _ context: RequestContext<APICaller>, where condition: RowPredicate
    ) async throws -> Page<ExclusionUnit> {
        let places = RowPlaces.units(for: context.caller.kind, ofAll: condition == .true)
        return try await RowList<ExclusionUnit>(catalog: catalog, defaultOrder: "createdDateTime", places: places)
            .answer(context, where: condition)
    }

    private func exclusion(_ id: String, _ workload: Workload?, policyID: String?) async throws -> ExclusionUnit {
        guard let unit = try await catalog.find(ExclusionUnit.self, id: id.lowercased()),
            workload == nil || unit.workload == workload,
            policyID == nil || unit.policyId == policyID
        else { throw ServiceError(.protectionUnitNotFound, "Unable to find the exclusion unit.") }
        return unit
    }
}
