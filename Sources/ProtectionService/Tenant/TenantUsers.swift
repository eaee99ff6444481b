import Connectors
import ProtectionRules
import Texts

/// A person of the tenant's directory, as clients look for them.
public struct TenantUser: Sendable, Hashable {
    /// Directory object id.
    public let id: String
    public let userPrincipalName: String
    public let displayName: String
    public let mail: String?
    /// Whether there is a drive.
    public let hasDrive: Bool
    public let driveWebURL: String

    public init(
        id: String, userPrincipalName: String, displayName: String, mail: String?, hasDrive: Bool, driveWebURL: String
    ) {
        (self.id, self.userPrincipalName, self.displayName) = (id, userPrincipalName, displayName)
        (self.mail, self.hasDrive, self.driveWebURL) = (mail, hasDrive, driveWebURL)
    }
}
