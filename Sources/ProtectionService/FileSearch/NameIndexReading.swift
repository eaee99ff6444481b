package import BackupRepository
package import Catalog
import Logging
import ProtectionRules

/// Finds the name index of a unit. No repository is opened for it.
package struct NameIndexReading: Sendable {
    private let dependencies: ServiceDependencies

    package init(_ dependencies: ServiceDependencies) { self.dependencies = dependencies }

    /// The name index of a unit; nil where there is none that can be used.
    /// - Throws: `RepositoryError` where the store cannot be read, `JobFailure`.
    package func index(of row: UnitRepository) async throws -> NameIndex? {
        let key = try dependencies.secrets.masterKey(sealed: row.sealedMasterKey, unitID: row.id)
        return try await NameIndex.load(from: dependencies.storeBeside(row), try NameCodec(key))
    }

    /// Reads from an index. One that turns out to be damaged is removed, so that it is made again.
    /// - Throws: `RepositoryError.Code.damaged` then, and where a writer took away what is read: the next
    ///   try finds another index.
    func reading<Value>(
        _ index: NameIndex, of row: UnitRepository, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch let error as RepositoryError where error.code == .damaged {
            if try await self.index(of: row)?.generation == index.generation {
                dependencies.logger.warning(
                    "The index of names of a unit is damaged and will be made again.",
                    metadata: ["unit": "\(row.id)", "cause": "\(error)"])
                try await NameIndex.remove(from: dependencies.storeBeside(row))
            }
            throw error
        }
    }

    /// A unit as a search needs it; nil where it has no backups any more.
    package func unit(id: String) async throws -> NamedUnit? {
        let (unit, row, points) = try await dependencies.catalog.read { reader in
            (
                try reader.find(ProtectionUnit.self, id: id), try reader.find(UnitRepository.self, id: id),
                try reader.page(
                    Query<RestorePoint>(
                        where: .and([.equal("unitId", id), .equal("isDamaged", false)]),
                        order: [.init("protectionDateTime")]))
            )
        }
        guard let unit, let row else { return nil }
        let index = try await index(of: row)
        return NamedUnit(
            unit: unit, row: row, index: index, numbers: PointNumbers(points, in: index?.snapshots ?? []))
    }
}

/// A unit with its name index, and what the index says of its points.
package struct NamedUnit: Sendable {
    package var unit: ProtectionUnit
    package var row: UnitRepository
    package var index: NameIndex?
    package var numbers: PointNumbers

    /// Whether the index tells of every point.
    package var isCurrent: Bool {
        numbers.points.isEmpty || (index != nil && numbers.missing.isEmpty && numbers.canFollow)
    }
}
