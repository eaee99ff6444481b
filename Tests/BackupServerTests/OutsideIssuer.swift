import BackupServer
import BackupService
import Crypto
import Foundation
import JWTKit
import Synchronization

/// An OpenID Connect issuer outside, whose documents are served from memory.
final class OutsideIssuer: Sendable {
    static let name = "https://login.example/realms/backup"

    let keys = JWTKeyCollection()
    let issuer: ExternalIssuer
    private let documents: Documents

    var fetches: Int { documents.state.withLock { $0.fetches } }

    private final class Documents: Sendable {
        struct State {
            var published: [[String: String]] = []
            var fetches = 0
        }
        let state = Mutex(State())
    }

    init(clock: any WallClock) async throws {
        let documents = Documents()
        self.documents = documents
        issuer = ExternalIssuer(issuer: Self.name, audiences: ["backup"], clock: clock) { url in
            let keys = documents.state.withLock { state in
                state.fetches += 1
                return state.published
            }
            if url.absoluteString == Self.name + "/.well-known/openid-configuration" {
                return try JSONEncoder().encode(["issuer": Self.name, "jwks_uri": "https://login.example/keys"])
            }
            guard url.absoluteString == "https://login.example/keys" else { throw URLError(.fileDoesNotExist) }
            return try JSONEncoder().encode(["keys": keys])
        }
        try await publish("one")
    }

    /// Makes a key, signs with it from now on, and publishes its public half as Entra ID does: without `alg`.
    func publish(_ id: String) async throws {
        let key = P256.Signing.PrivateKey()
        await keys.add(ecdsa: try ES256PrivateKey(backing: key), kid: JWKIdentifier(string: id))
        let point = key.publicKey.rawRepresentation
        let (x, y) = (Self.base64URL(point.prefix(32)), Self.base64URL(point.suffix(32)))
        documents.state.withLock { $0.published.append(["kty": "EC", "crv": "P-256", "kid": id, "x": x, "y": y]) }
    }

    private static func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
