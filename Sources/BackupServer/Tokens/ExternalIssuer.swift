public import BackupService
public import Foundation
import FoundationNetworking
import JWTKit

/// An OpenID Connect issuer outside, Entra ID or Keycloak for example, whose access tokens are taken.
///
/// Its keys are fetched when the first token comes, and again, at most once a minute, when a token names a key that is not known.
public actor ExternalIssuer {
    /// Reads a document of the issuer by its address.
    public typealias Fetch = @Sendable (URL) async throws -> Data

    /// The issuer's name, exactly as in the `iss` claim.
    public nonisolated let issuer: String
    /// The `aud` claims that mean this server.
    public nonisolated let audiences: Set<String>

    private let clock: any WallClock
    private let fetch: Fetch
    private var keys: JWTKeyCollection?
    private var knownKeyIDs: Set<String> = []
    private var lastFetch = Date(timeIntervalSince1970: 0)

    private static let refetchSeconds = 60.0

    /// Trusts an issuer.
    /// - Parameters:
    ///   - issuer: its address, whose `/.well-known/openid-configuration` is its discovery document. Tokens and keys need a channel that nobody
    ///     can change, so that it is https, or on this machine.
    ///   - audiences: the `aud` claims that mean this server.
    public init(issuer: String, audiences: Set<String>, clock: any WallClock, fetch: @escaping Fetch) {
        self.issuer = issuer
        self.audiences = audiences
        self.clock = clock
        self.fetch = fetch
    }

    /// Whether an address may be trusted to name an issuer: https, or plain HTTP to this machine.
    public static func isTrustworthy(_ address: String) -> Bool {
        guard let url = URL(string: address), let host = url.host() else { return false }
        return url.scheme == "https" || (url.scheme == "http" && ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host))
    }

    /// Reads documents over the network, of at most one megabyte, within ten seconds.
    /// - Throws: `URLError`.
    public static let overNetwork: Fetch = { url in
        let (data, response) = try await URLSession.shared.data(for: URLRequest(url: url, timeoutInterval: 10))
        guard (response as? HTTPURLResponse)?.statusCode == 200, data.count <= 1 << 20 else { throw URLError(.badServerResponse) }
        return data
    }

    /// The claims of a token that this issuer signed, or nil. Times are not looked at.
    func claims(of token: String) async -> AccessTokenClaims? {
        guard let unverified = UnverifiedToken(token) else { return nil }
        if keys == nil || !knownKeyIDs.contains(unverified.keyID ?? "") { await refresh() }
        guard let keys, let claims = try? await keys.verify(token, as: AccessTokenClaims.self) else { return nil }
        return claims.iss.value == issuer ? claims : nil
    }

    private func refresh() async {
        let now = clock.now()
        guard keys == nil || now.timeIntervalSince(lastFetch) >= Self.refetchSeconds else { return }
        lastFetch = now
        guard let discoveryURL = URL(string: issuer.trimmingSuffix("/") + "/.well-known/openid-configuration"),
            let discovery = try? JSONDecoder().decode(DiscoveryAnswer.self, from: await fetch(discoveryURL)),
            discovery.issuer == issuer, Self.isTrustworthy(discovery.jwks_uri), let keysURL = URL(string: discovery.jwks_uri),
            let document = try? await fetch(keysURL), let set = try? JSONDecoder().decode(JWKS.self, from: document)
        else { return }
        let collection = JWTKeyCollection()
        var known: Set<String> = []
        for key in set.keys {
            // Keys of kinds that are not known, or for encryption, are passed over.
            guard let id = key.keyIdentifier, (try? await collection.add(jwk: key)) != nil else { continue }
            known.insert(id.string)
        }
        guard !known.isEmpty else { return }
        keys = collection
        knownKeyIDs = known
    }

    private struct DiscoveryAnswer: Decodable {
        var issuer: String
        var jwks_uri: String
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
