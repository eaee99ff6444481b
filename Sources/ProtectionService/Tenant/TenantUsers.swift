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
