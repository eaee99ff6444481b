public import Foundation

/// A person who signs in to this server itself, not through an issuer elsewhere. Protected
/// accounts are something else.
public struct OperatorAccount: CatalogRecord, Hashable {
    public var id: String = ""
    /// The name to sign in with, as it was typed.
    public var name: String = ""
    /// The name in the form in which it is compared; unique.
    public var foldedName: String = ""
    /// A version byte, a salt and the hash of the password (`PasswordHash`).
    public var passwordHash: [UInt8] = []
    /// The secret of the second factor, sealed under the tenant's secret; nil where there is none.
    public var sealedSecondFactor: [UInt8]?
    /// The last time step whose code was accepted: no code is accepted twice.
    public var secondFactorStep: Int?
    /// Hashes of the recovery codes that are left.
    public var recoveryCodeHashes: StringList = StringList()
    /// The names of `OperatorRole`.
    public var roles: StringList = StringList()
    public var isDisabled: Bool = false
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var passwordDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastSignInDateTime: Date?

    public init() {}

    public static let table = Table<OperatorAccount>(
        "operatorAccount",
        [
            Column("id", \.id),
            Column("name", \.name),
            Column("foldedName", \.foldedName),
            Column("passwordHash", \.passwordHash),
            Column("sealedSecondFactor", \.sealedSecondFactor),
            Column("secondFactorStep", \.secondFactorStep),
            Column("recoveryCodeHashes", \.recoveryCodeHashes),
            Column("roles", \.roles),
            Column("isDisabled", \.isDisabled),
            Column("createdDateTime", \.createdDateTime),
            Column("passwordDateTime", \.passwordDateTime),
            Column("lastSignInDateTime", \.lastSignInDateTime),
        ])
}
