public import Catalog
import ProtectionRules

extension UnitOperations {
    /// The row of a unit's repository.
    /// - Throws: `protectionUnitNotFound` where the unit is unknown or has no backup yet.
    public func repositoryRow(unitID: String) async throws -> UnitRepository {
        guard let row = try await catalog.find(UnitRepository.self, id: unitID.lowercased()) else {
            throw ServiceError(
                .protectionUnitNotFound,
                "There is no repository of a unit '\(unitID)': the unit is unknown, or has no backup yet.")
        }
        return row
    }

    /// The row of the repository of a unit that a person names.
    /// - Throws: `protectionUnitNotFound` where the unit is unknown or has no backup yet;
    ///   `badRequest` where several units fit.
    public func repositoryRow(named name: String) async throws -> UnitRepository {
        if let row = try await catalog.find(UnitRepository.self, id: name.lowercased()) { return row }
        return try await repositoryRow(unitID: try await find(named: name).id)
    }
}
