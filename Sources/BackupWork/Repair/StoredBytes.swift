public import ProtectionRules
public import ProtectionService
import Catalog
import Foundation

extension ServiceContext {
    /// How the rate of verifications stands to what is stored.
    public func verificationPace() async throws -> VerificationPace {
        let stored = try await look { try $0.sum(Query<RepositoryHealth>(), of: "storedBytes") }
        return VerificationPace(
            storedBytes: stored, bytesPerSecond: dependencies.worker.verifyBytesPerSecond,
            periodDays: intervals.verifyPeriodDays)
    }
}

extension CatalogWriter {
    /// Counts what a backup stored, where the rest was counted.
    func countStored(_ bytes: Int, unitID: String) throws {
        guard let before = try find(RepositoryHealth.self, id: unitID)?.storedBytes else { return }
        try setStored(before + bytes, unitID: unitID)
    }

    /// Notes what all packs of a repository have.
    func setStored(_ bytes: Int, unitID: String) throws {
        try update(RepositoryHealth.self, where: .equal("id", unitID), set: ["storedBytes": bytes.sqlValue])
    }
}
