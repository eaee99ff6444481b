import Catalog
import Crypto
import Foundation
import JWTKit
import ProtectionRules
import ProtectionService

/// The keys of the embedded issuer that are not retired. Another process may make or retire one, so
/// they are read again: every minute at most where a token is verified, and soon for an unknown key.
actor SigningKeyRing {
    private let dependencies: ServiceDependencies
    private let keys: JWTKeyCollection
    private var published: [String: TokenIssuer.JWKSet.Key] = [:]
    private var lastRead: SteadyTime?

    private static let staleSeconds = 60.0
    /// Whoever invents names of keys causes one look in this time.
    private static let unknownSeconds = 10.0

    init(_ dependencies: ServiceDependencies, into keys: JWTKeyCollection) {
        self.dependencies = dependencies
        self.keys = keys
    }

    /// Every key that verifies, by its id.
    var all: [TokenIssuer.JWKSet.Key] { published.values.sorted { $0.kid < $1.kid } }

    /// Whether a key is one of the issuer's, and not retired as far as is known.
    func isGood(_ id: String) async -> Bool {
        let now = dependencies.clock.steadyTime()
        let age = lastRead.map { $0.epoch == now.epoch ? now.seconds - $0.seconds : .infinity } ?? .infinity
        if age >= (published[id] == nil ? Self.unknownSeconds : Self.staleSeconds) {
            lastRead = now
            // Without the catalogue what is known counts.
            let current = Query<SigningKey>(where: .isNull("retiredDateTime"))
            if let rows = try? await dependencies.catalog.page(current) {
                published = published.filter { entry in rows.contains { $0.id == entry.key } }
                for row in rows { try? await take(row) }
            }
        }
        return published[id] != nil
    }

    func take(_ record: SigningKey) async throws {
        guard published[record.id] == nil else { return }
        let secret = try dependencies.secrets.open(record.sealedPrivateKey, context: "signing key \(record.id)")
        let key = try P256.Signing.PrivateKey(rawRepresentation: secret)
        await keys.add(ecdsa: try ES256PrivateKey(backing: key), kid: JWKIdentifier(string: record.id))
        let point = [UInt8](key.publicKey.rawRepresentation)
        published[record.id] = .init(
            kid: record.id, x: Data(point.prefix(32)).base64URL, y: Data(point.suffix(32)).base64URL)
    }
}
