import Catalog
public import ProtectionRules
public import ProtectionService

/// What an administrator does to the repositories: check, repair, prune, rebuild.
public struct RepositoryOperations: OperationGroup {
    package let context: ServiceContext

    /// How the rate of verifications stands to what is stored.
    public func verificationPace() async throws -> VerificationPace {
        let stored = try await look { try $0.sum(Query<RepositoryHealth>(), of: "storedBytes") }
        return VerificationPace(
            storedBytes: stored, bytesPerSecond: dependencies.worker.verifyBytesPerSecond,
            periodDays: intervals.verifyPeriodDays)
    }
}

extension ServiceContext {
    public var repositories: RepositoryOperations { RepositoryOperations(context: self) }
}
