import BackupServer
import ProtectionService
import Crypto
import Foundation
import JWTKit
import Logging
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
            var isDown = false
        }
        let state = Mutex(State())
    }

    /// What the log was told, a line each.
    let log = LogMemory()

    init(clock: any WallClock) async throws {
        let documents = Documents()
        self.documents = documents
        issuer = ExternalIssuer(issuer: Self.name, audiences: ["backup"], clock: clock, logger: log.logger) { url in
            let document = try documents.state.withLock { state in
                state.fetches += 1
                if state.isDown { throw URLError(.cannotConnectToHost) }
                return try JSONSerialization.data(withJSONObject: [
                    "keys": state.published, "a member of tomorrow": [1, 2],
                ])
            }
            if url.absoluteString == Self.name + "/.well-known/openid-configuration" {
                let members =
                    #"""
                    "issuer": "\#(Self.name)", "jwks_uri": "https://login.example/keys", "mtls_endpoint_aliases": \#
                    {"x": [null]}, "scopes_supported": 7
                    """#
                return Data("{\(members)}".utf8)
            }
            guard url.absoluteString == "https://login.example/keys" else { throw URLError(.fileDoesNotExist) }
            return document
        }
        try await publish("one")
    }

    /// Publishes anything as a key.
    func publish(other key: [String: String]) { documents.state.withLock { $0.published.append(key) } }

    /// Takes every key out of the set.
    func withdrawAll() { documents.state.withLock { $0.published = [] } }

    /// Whether its documents can be read.
    func setDown(_ isDown: Bool) { documents.state.withLock { $0.isDown = isDown } }

    /// Makes a key, signs with it from now on, and publishes its public half as Entra
    /// ID does: without `alg`.
    /// - Parameter isNamed: whether the set tells its name.
    func publish(_ id: String, isNamed: Bool = true, _ others: [String: String] = [:]) async throws {
        let key = P256.Signing.PrivateKey()
        await keys.add(ecdsa: try ES256PrivateKey(backing: key), kid: JWKIdentifier(string: id))
        let point = key.publicKey.rawRepresentation
        let (x, y) = (Self.base64URL(point.prefix(32)), Self.base64URL(point.suffix(32)))
        let published = ["kty": "EC", "crv": "P-256", "x": x, "y": y].merging(isNamed ? ["kid": id] : [:]) { $1 }
            .merging(others) { $1 }
        documents.state.withLock { $0.published.append(published) }
    }

    private static func base64URL(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// A log whose lines a test reads.
final class LogMemory: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(memory: self) } }

    private struct Handler: LogHandler {
        let memory: LogMemory
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            memory.kept.withLock { $0.append("\(event.level) \(event.message) \(fields.joined(separator: " "))") }
        }
    }
}
