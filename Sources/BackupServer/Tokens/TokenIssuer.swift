public import ProtectionService
import Catalog
import Crypto
import Foundation
import JWTKit

/// The embedded issuer of access tokens, for use on one machine. Its key is created on the first
/// start and kept sealed in the catalogue.
public struct TokenIssuer: Sendable {
    /// The audience of Graph's tokens.
    public static let audience = "https://graph.microsoft.com"
    /// The application id of the command line.
    public static let commandLineApplicationID = "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b001"

    let tenantID: String
    let keyID: String
    let keys: JWTKeyCollection
    private let ring: SigningKeyRing
    let clock: any WallClock

    /// The public keys at the address that the discovery document names.
    struct JWKSet: Codable, Sendable {
        struct Key: Codable, Sendable {
            var kty = "EC"
            var crv = "P-256"
            var alg = "ES256"
            var use = "sig"
            var kid: String
            var x: String
            var y: String
        }
        var keys: [Key]
    }

    /// The issuer's name in tokens; it names the tenant, not the machine, so that tokens stay good
    /// when the address changes.
    public var issuer: String { "\(Self.nameBegin)\(tenantID)\(Self.nameEnd)" }

    private static let nameBegin = "https://holdfast.invalid/"
    private static let nameEnd = "/v2.0"

    /// The tenant that an embedded issuer's name tells, this one's or another's; nil for
    /// names of other kinds.
    static func tenantID(ofIssuer name: String) -> String? {
        guard name.hasPrefix(nameBegin), name.hasSuffix(nameEnd),
            name.utf8.count > nameBegin.utf8.count + nameEnd.utf8.count
        else { return nil }
        return String(name.dropFirst(nameBegin.count).dropLast(nameEnd.count))
    }

    /// Opens the issuer of a tenant; creates its key on the first start.
    /// - Parameter clock: dates the tokens; the service's own by default.
    public init(service: ServiceContext, clock: (any WallClock)? = nil) async throws {
        let dependencies = service.dependencies
        tenantID = service.tenantID
        self.clock = clock ?? dependencies.clock
        let record = try await Self.signingKey(dependencies)
        keyID = record.id
        keys = JWTKeyCollection()
        ring = SigningKeyRing(dependencies, into: keys)
        try await ring.take(record)
    }

    /// The public keys, for those who verify elsewhere.
    func jwks() async -> JWKSet { JWKSet(keys: await ring.all) }

    /// The claims of a token that one of the issuer's keys signed; nil for any other.
    func claims(of token: String, keyID: String?) async -> AccessTokenClaims? {
        if let keyID, await !ring.isGood(keyID) { return nil }
        return try? await keys.verify(token, as: AccessTokenClaims.self)
    }

    /// Makes an access token.
    /// - Parameter permissions: Graph's permission names.
    /// - Parameter user: the signed-in person, for a delegated token.
    public func mint(
        applicationID: String, applicationName: String?, permissions: Set<String>, user: TenantUser?,
        lifetimeSeconds: Double
    ) async throws -> String {
        let now = clock.now()
        let names = permissions.sorted()
        let claims = AccessTokenClaims(
            iss: .init(value: issuer), aud: .init(value: [Self.audience]), iat: .init(value: now),
            nbf: .init(value: now),
            exp: .init(value: now.addingTimeInterval(lifetimeSeconds)), tid: tenantID, appid: applicationID,
            app_displayname: applicationName,
            roles: user == nil ? names : nil, scp: user == nil ? nil : names.joined(separator: " "), oid: user?.id,
            name: user?.displayName,
            preferred_username: user?.userPrincipalName)
        return try await keys.sign(claims, kid: JWKIdentifier(string: keyID))
    }

    private static func signingKey(_ dependencies: ServiceDependencies) async throws -> SigningKey {
        let current = Query<SigningKey>(where: .isNull("retiredDateTime"), order: [.init("createdDateTime")], limit: 1)
        if let present = try await dependencies.catalog.page(current).first { return present }
        let id = dependencies.makeID()
        let secret = [UInt8](P256.Signing.PrivateKey().rawRepresentation)
        var made = SigningKey()
        made.id = id
        made.algorithm = "ES256"
        made.sealedPrivateKey = try dependencies.secrets.seal(secret, context: "signing key \(id)")
        made.createdDateTime = dependencies.clock.now()
        let key = made
        // Two processes may start at once; the key that is stored first wins.
        return try await dependencies.catalog.write { writer in
            if let present = try writer.first(current) { return present }
            try writer.insert(key)
            return key
        }
    }
}
