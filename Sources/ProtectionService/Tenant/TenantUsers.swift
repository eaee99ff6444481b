import ProtectionRules
import Connectors
import Texts

/// A person of the tenant's directory, as clients look for them.
public struct TenantUser: Sendable, Hashable {
    /// Directory object id.
    public let id: String
    /// Sign-in name.
    public let userPrincipalName: String
    /// Name.
    public let displayName: String
    /// Mail address.
    public let mail: String?
    /// Whether there is a drive.
    public let hasDrive: Bool
    /// The drive's address.
    public let driveWebURL: String
}

extension ServiceContext {
    /// The person with a directory id or a sign-in name.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func tenantUser(_ key: String) throws -> TenantUser? {
        var users = NameTable<TenantUser>(.anyCase)
        for user in try tenantUsers() {
            if user.id.isExactly(key.lowercased()) { return user }
            users.insert(user, for: user.userPrincipalName)
        }
        return users[key]
    }

    /// Every person of the tenant, sorted by sign-in name.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func tenantUsers() throws -> [TenantUser] {
        do {
            return try dependencies.tenant.users().map { user in
                TenantUser(
                    id: user.id, userPrincipalName: user.userPrincipalName, displayName: user.displayName,
                    mail: user.mail,
                    hasDrive: user.hasDrive, driveWebURL: user.driveWebURL)
            }
        } catch {
            throw ServiceError(
                .serviceNotAvailable, "The directory cannot be read now.", detail: "\(error)", isRetryable: true)
        }
    }
}
