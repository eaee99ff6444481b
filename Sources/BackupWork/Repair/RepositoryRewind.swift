public import BackupRepository
import Catalog
import ProtectionService

extension RepositoryOperations {
    /// Takes note of a repository that was brought back to an earlier state: the next backup looks at
    /// everything again, and begins with what is there.
    /// - Returns: what a check of the repository and its ledger finds; nil where the catalogue does not
    ///   know the unit's repository.
    public func takeRewind(unitID: String) async throws -> CheckReport? {
        guard let open = try await RepositoryOpener(dependencies).open(unitID: unitID) else { return nil }
        let present = Set(try await open.repository.snapshotIDs())
        _ = try await change(makesDue: false) { writer in
            try RepositoryRows(writer).forgetView(unitID: unitID)
            guard let row = try writer.find(UnitRepository.self, id: unitID), let last = row.lastSnapshotId,
                !present.contains(last)
            else { return }
            try writer.update(UnitRepository.self, where: .equal("id", unitID), set: ["lastSnapshotId": .null])
        }
        return try await check(unitID: unitID, readsData: false)
    }
}
