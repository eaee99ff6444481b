import Connectors
import ProtectionRules

/// A group of the tenant's directory, as clients look for it.
public struct TenantGroup: Sendable, Hashable {
    /// The directory object id of the group.
    public let id: String
    public let displayName: String
    /// How many people are in it.
    public let memberCount: Int

    init(_ group: DirectoryGroup) {
        id = group.id
        displayName = group.displayName
        memberCount = Set(group.members).count
    }
}

extension TenantOperations {
    /// Every group of the tenant, sorted by name.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func groups() throws -> [TenantGroup] {
        do {
            return try dependencies.tenant.groups().map(TenantGroup.init)
        } catch {
            throw ServiceError(
                .serviceNotAvailable, "The directory cannot be read now.", detail: "\(error)", isRetryable: true)
        }
    }
}
