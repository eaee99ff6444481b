public import ProtectionService
public import Foundation
import JWTKit
public import Logging
import WebClient

/// An external OpenID Connect issuer, for example Entra ID or Keycloak, whose
/// access tokens are accepted.
///
/// Its keys are fetched for the first token, again for a token with an unknown key, at most once a
/// minute, and after an hour, so that a withdrawn key is not trusted for ever. If a fetch fails,
/// the known keys stay in use.
public actor ExternalIssuer {
    /// Reads a document of the issuer by its address.
    public typealias Fetch = @Sendable (URL) async throws -> Data

    /// The issuer's name, exactly as in the `iss` claim.
    public nonisolated let issuer: String
    /// The `aud` claims that mean this server.
    public nonisolated let audiences: Set<String>

    private let clock: any WallClock
    private let logger: Logger
    private let fetch: Fetch
    private var keys: IssuerKeySet?
    private var lastFetch = Date(timeIntervalSince1970: 0)
    private var lastSuccess = Date(timeIntervalSince1970: 0)
    /// The running fetch, which every token that needs keys awaits.
    private var fetching: Task<Void, Never>?
    /// The messages that were logged; an equal one is not repeated.
    private var told: Set<String> = []

    private static let refetchSeconds = 60.0
    /// The wait after a failed first fetch. It is short, because no token is accepted meanwhile,
    /// but not zero, because any sender can cause fetches.
    private static let retrySeconds = 5.0
    private static let staleSeconds = 3600.0

    /// Trusts the tokens that an issuer signs.
    /// - Parameter issuer: its address, below which `/.well-known/openid-configuration` is its
    ///   discovery document. It must be https or this machine, because keys need a channel that no
    ///   other party can change.
    /// - Parameter audiences: the `aud` claims that mean this server.
    /// - Parameter logger: receives unused keys and unusable documents.
    public init(issuer: String, audiences: Set<String>, clock: any WallClock, logger: Logger, fetch: @escaping Fetch) {
        self.issuer = issuer
        self.audiences = audiences
        self.clock = clock
        self.logger = logger
        self.fetch = fetch
    }

    /// Whether an address may be trusted to name an issuer: https, or plain HTTP to this machine.
    public static func isTrustworthy(_ address: String) -> Bool {
        guard let url = URL(string: address), let host = url.host() else { return false }
        return url.scheme == "https"
            || (url.scheme == "http" && ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host))
    }

    /// Reads documents over the network, of at most one megabyte, within ten seconds each. It follows
    /// redirections only to where an issuer may be.
    public static let overNetwork: Fetch = { url in
        var place = url
        for _ in 0..<5 {
            let answer = try await read(place)
            guard (300..<400).contains(answer.status), let next = answer.headers["location"] else {
                guard answer.status == 200 else {
                    throw Unusable(text: "\(place) answers with status \(answer.status)")
                }
                return answer.body
            }
            guard let target = URL(string: next, relativeTo: place)?.absoluteURL, isTrustworthy(target.absoluteString)
            else { throw Unusable(text: "\(place) sends to '\(next)', which is neither https nor this machine") }
            place = target
        }
        throw Unusable(text: "\(url) sends elsewhere again and again")
    }

    private static func read(_ place: URL) async throws -> WebAnswer {
        do {
            return try await WebClient().answer(
                WebRequest("GET", place.absoluteString), within: 10, limitBytes: 1 << 20)
        } catch let failure as WebFailure {
            throw Unusable(text: "\(place): \(failure.words)")
        }
    }

    /// The claims of a token that this issuer signed. Times and audience are not checked here.
    func claims(of token: String, _ unverified: UnverifiedToken) async throws(TokenRefusal) -> AccessTokenClaims {
        let isKnown = keys?.knows(unverified.keyID) ?? false
        let now = clock.now()
        let age = now.timeIntervalSince(lastFetch)
        let isDue =
            isKnown
            ? now.timeIntervalSince(lastSuccess) >= Self.staleSeconds && age >= Self.refetchSeconds
            : age >= (keys == nil ? Self.retrySeconds : Self.refetchSeconds)
        // After a clock was set back, the last fetch lies in the future and would
        // delay the next one.
        if isDue || age < 0 || (!isKnown && fetching != nil) { await refresh(now) }
        guard let keys else { throw .keysUnavailable(issuer: issuer) }
        guard let claims = await keys.claims(of: token, keyID: unverified.keyID, algorithm: unverified.algorithm) else {
            throw keys.knows(unverified.keyID) ? .badSignature : .unknownKey(issuer: issuer)
        }
        guard claims.iss.value == issuer else { throw .badSignature }
        return claims
    }

    private func refresh(_ now: Date) async {
        if let fetching { return await fetching.value }
        lastFetch = now
        let task = Task { await fetchKeys(now) }
        fetching = task
        await task.value
        fetching = nil
    }

    private func fetchKeys(_ now: Date) async {
        do {
            let set = try await IssuerKeySet(try await fetch(try await keySetURL()))
            for key in set.passedOver {
                tellOnce(
                    about: "passed over \(key)", .notice, "A key of an issuer is not used for tokens.",
                    metadata: ["key": "\(key.id)", "cause": "\(key.reason)"])
            }
            guard !set.isEmpty else { throw Unusable(text: "the key set has no key for signatures that is understood") }
            keys = set
            lastSuccess = now
            told = told.filter { !$0.hasPrefix(Self.failure) }
        } catch {
            let cause = Self.explained(error)
            tellOnce(
                about: Self.failure + cause, .warning,
                "The keys of an issuer cannot be read; the keys read before stay in use.",
                metadata: ["cause": "\(cause)"])
        }
    }

    private static let failure = "failed "

    /// What a failed reading of a document comes from, in words for the log.
    static func explained(_ error: any Error) -> String {
        switch error {
        case let error as Unusable: error.text
        case is DecodingError:
            """
            a document is not as OpenID Connect Discovery 1.0 has it: issuer and jwks_uri, and behind that an \
            array of keys
            """
        default: error.localizedDescription
        }
    }

    private func keySetURL() async throws -> URL {
        guard let address = URL(string: issuer.trimmingSuffix("/") + "/.well-known/openid-configuration") else {
            throw Unusable(text: "its name is no address")
        }
        let discovery = try JSONDecoder().decode(DiscoveryAnswer.self, from: await fetch(address))
        guard discovery.issuer == issuer else {
            throw Unusable(text: "its discovery document names another issuer, '\(discovery.issuer)'")
        }
        guard Self.isTrustworthy(discovery.jwks_uri), let keys = URL(string: discovery.jwks_uri) else {
            throw Unusable(text: "its keys are at '\(discovery.jwks_uri)', which is neither https nor this machine")
        }
        return keys
    }

    /// Logs a message unless the last one about the same was equal.
    private func tellOnce(
        about what: String, _ level: Logger.Level, _ message: Logger.Message, metadata: Logger.Metadata
    ) {
        guard told.insert(what).inserted else { return }
        logger.log(level: level, message, metadata: metadata.merging(["issuer": "\(issuer)"]) { own, _ in own })
    }

    private struct Unusable: Error { var text: String }

    private struct DiscoveryAnswer: Decodable {
        var issuer: String
        var jwks_uri: String
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
