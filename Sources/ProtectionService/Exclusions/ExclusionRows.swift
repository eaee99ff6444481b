package import Catalog
package import Connectors
package import Foundation
import ProtectionRules

/// Rows of exclusions, within one transaction.
package struct ExclusionRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// The sources that a policy leaves out.
    package func sources(of policyID: String) throws -> Set<String> {
        Set(try rows.page(Query<ExclusionUnit>(where: .equal("policyId", policyID))).map(\.sourceId))
    }

    /// The exclusion of a source from a policy.
    package func exclusion(of sourceID: String, from policyID: String) throws -> ExclusionUnit? {
        try rows.first(Query<ExclusionUnit>(where: .and([.equal("policyId", policyID), .equal("sourceId", sourceID)])))
    }
}

extension ExclusionRows where Rows == CatalogWriter {
    /// Leaves a source out of a policy; what is left out already stays so. Its unit leaves the
    /// policy with the job that follows.
    package func exclude(
        _ source: ProtectionSource, from policy: ProtectionPolicy, newID: String, by identity: IdentitySet?, _ now: Date
    ) throws -> ExclusionUnit {
        if let known = try exclusion(of: source.id.objectID, from: policy.id) { return known }
        var unit = ExclusionUnit()
        unit.id = newID
        unit.workload = policy.workload
        unit.policyId = policy.id
        unit.sourceId = source.id.objectID
        unit.describe(source)
        unit.createdBy = identity
        unit.createdDateTime = now
        unit.lastModifiedBy = identity
        unit.lastModifiedDateTime = now
        try rows.insert(unit)
        return unit
    }
}
