public import Foundation
import JWTKit
import OData
public import Portal
public import ProtectionRules
public import ProtectionService
import Synchronization
import WebClient
import Texts

/// An OpenID Connect issuer elsewhere at which people sign in, as a confidential client: the
/// authorization code with PKCE, and the client's secret at the token endpoint. Source: OpenID Connect
/// Core 1.0, section 3.1.
public final class OutsideProvider: IdentityProvider {
    /// What the issuer knows this server by.
    public struct Client: Sendable {
        public var id: String
        public var secret: String

        public init(id: String, secret: String) { (self.id, self.secret) = (id, secret) }
    }

    /// Sends a form with the client's credentials.
    public typealias Exchange = @Sendable (_ url: URL, _ form: String, _ authorization: String) async throws -> Data

    private let issuer: ExternalIssuer
    private let client: Client
    private let mapping: RoleMapping
    private let clock: any WallClock
    private let fetch: ExternalIssuer.Fetch
    private let exchange: Exchange
    private let known = Mutex<(endpoints: Endpoints, read: Date)?>(nil)

    private static let staleSeconds = 3600.0
    private static let leewaySeconds = 60.0

    /// - Parameter issuer: knows the keys; its audience is the client's id.
    public init(
        issuer: ExternalIssuer, client: Client, mapping: RoleMapping, clock: any WallClock,
        fetch: @escaping ExternalIssuer.Fetch = ExternalIssuer.overNetwork,
        exchange: @escaping Exchange = OutsideProvider.overNetwork
    ) {
        (self.issuer, self.client, self.mapping, self.clock) = (issuer, client, mapping, clock)
        (self.fetch, self.exchange) = (fetch, exchange)
    }

    public var isEmbedded: Bool { false }
    public var issuerName: String { issuer.issuer }

    private struct Endpoints: Decodable, Sendable {
        var issuer: String
        var authorization_endpoint: String
        var token_endpoint: String
    }

    public func signInAddress(
        _ attempt: SignInAttempt, origin: String, redirectURI: String, mustProve: Bool
    ) async throws -> String {
        let endpoint = try await endpoints().authorization_endpoint
        var pairs = [
            ("client_id", client.id), ("response_type", "code"), ("redirect_uri", redirectURI),
            ("scope", "openid profile email"), ("state", attempt.state), ("nonce", attempt.nonce),
            ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
        ]
        // Both, because issuers differ in which they heed.
        if mustProve { pairs += [("max_age", "0"), ("prompt", "login")] }
        return endpoint + (endpoint.contains("?") ? "&" : "?") + FormFields.query(pairs)
    }

    public func person(code: String, attempt: SignInAttempt, redirectURI: String) async throws -> SignedInPerson {
        let form = FormFields.query([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
            ("code_verifier", attempt.verifier),
        ])
        let endpoint = try await endpoints().token_endpoint
        guard let url = URL(string: endpoint) else { throw Self.unreachable("'\(endpoint)' is no address") }
        // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
        let pair = "\(PercentEncoding.encode(client.id)):\(PercentEncoding.encode(client.secret))"
        let answer: TokenAnswer
        do {
            let data = try await exchange(url, form, "Basic " + Data(pair.utf8).base64EncodedString())
            answer = try JSONDecoder().decode(TokenAnswer.self, from: data)
        } catch let failure as WebFailure {
            throw Self.unreachable("\(endpoint): \(failure.words)")
        } catch let refused as Refused {
            throw Self.unreachable("\(endpoint) \(refused.words)")
        } catch {
            throw Self.unreachable("\(endpoint) answers with something that has no id_token")
        }
        return try person(of: try await claims(of: answer.id_token, attempt))
    }

    private struct TokenAnswer: Decodable { var id_token: String }

    /// The claims of an id token that is for this server, this sign-in and now. Source: OpenID Connect
    /// Core 1.0, section 3.1.3.7.
    private func claims(of token: String, _ attempt: SignInAttempt) async throws -> AccessTokenClaims {
        guard let unverified = UnverifiedToken(token) else { throw Self.wrongToken(.notAToken) }
        guard unverified.issuer == issuer.issuer else { throw Self.wrongToken(.unknownIssuer(unverified.issuer)) }
        let claims: AccessTokenClaims
        do throws(TokenRefusal) {
            claims = try await issuer.claims(of: token, unverified)
        } catch {
            throw Self.wrongToken(error)
        }
        let isForUs =
            claims.aud.value.contains(client.id) && (claims.aud.value.count == 1 || claims.azp == client.id)
            && (claims.azp ?? client.id) == client.id
        guard isForUs else { throw Self.wrongToken(.wrongAudience(claims.aud.value)) }
        guard claims.nonce == attempt.nonce else { throw Self.wrongToken("Its nonce is not that of this sign-in.") }
        let now = clock.now()
        guard claims.exp.value > now.addingTimeInterval(-Self.leewaySeconds) else {
            throw Self.wrongToken(.expired(claims.exp.value))
        }
        if let begins = claims.nbf?.value, begins > now.addingTimeInterval(Self.leewaySeconds) {
            throw Self.wrongToken(.notYetValid(begins))
        }
        return claims
    }

    private func person(of claims: AccessTokenClaims) throws -> SignedInPerson {
        guard let subject = claims.sub, !subject.isEmpty, subject.utf8.count <= 255, !subject.utf8.contains(0) else {
            throw Self.wrongToken("Its sub is missing, longer than 255 bytes, or holds a NUL.")
        }
        let roles = mapping.roles(of: (claims.roles ?? []) + (claims.groups ?? []))
        guard !roles.isEmpty else {
            throw IdentityRefusal(
                "You are known, but have no role here. An administrator maps your group in the setting sign-in.roles.")
        }
        let name = claims.name ?? claims.preferred_username ?? claims.email ?? subject
        return SignedInPerson(
            issuer: issuer.issuer, subjectID: subject, displayName: OperatorName.kept(name) ?? subject,
            email: claims.email ?? claims.preferred_username, roles: roles,
            // An issuer that does not say when proves nothing for grave steps.
            authenticated: Date(timeIntervalSince1970: Double(claims.auth_time ?? 0)))
    }

    private func endpoints() async throws -> Endpoints {
        let now = clock.now()
        if let known = known.withLock({ $0 }), now.timeIntervalSince(known.read) < Self.staleSeconds,
            known.read <= now
        {
            return known.endpoints
        }
        let base = issuer.issuer.hasSuffix("/") ? String(issuer.issuer.dropLast()) : issuer.issuer
        guard let url = URL(string: base + "/.well-known/openid-configuration") else {
            throw Self.unreachable("its name is no address")
        }
        let read: Endpoints
        do {
            read = try JSONDecoder().decode(Endpoints.self, from: try await fetch(url))
        } catch {
            throw Self.unreachable(ExternalIssuer.explained(error))
        }
        guard read.issuer == issuer.issuer else {
            throw Self.unreachable("its discovery document names another issuer, '\(read.issuer)'")
        }
        for address in [read.authorization_endpoint, read.token_endpoint]
        where !ExternalIssuer.isTrustworthy(address) {
            throw Self.unreachable("'\(address)' is neither https nor this machine")
        }
        known.withLock { $0 = (read, now) }
        return read
    }

    private static func unreachable(_ cause: String) -> IdentityRefusal {
        IdentityRefusal(
            "The issuer that knows you cannot be reached, or did not accept this server. Its log and ours say more.",
            cause: cause)
    }

    private static func wrongToken(_ refusal: TokenRefusal) -> IdentityRefusal { wrongToken(refusal.message) }

    private static func wrongToken(_ cause: String) -> IdentityRefusal {
        IdentityRefusal("The issuer sent something that is not meant for this sign-in.", cause: cause)
    }

    /// Posts over the network, within ten seconds, and takes at most a megabyte. A redirection is no
    /// answer: the client's secret goes to no other place.
    public static let overNetwork: Exchange = { url, form, authorization in
        var request = WebRequest("POST", url.absoluteString)
        request.body = Data(form.utf8)
        request.headers = [
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
            "Authorization": authorization,
        ]
        let answer = try await WebClient().answer(request, within: 10, limitBytes: 1 << 20)
        guard answer.status == 200 else { throw Refused(status: answer.status, body: answer.body) }
        return answer.body
    }

    /// The token endpoint did not accept the code, or this server.
    struct Refused: Error {
        let words: String

        /// - Parameter body: may name the error. Source: RFC 6749, section 5.2.
        init(status: Int, body: Data) {
            let code = (try? JSONDecoder().decode([String: String].self, from: body))?["error"]
            let isCode = code?.wholeMatch(of: /[a-z_]{1,40}/) != nil
            words = "answers with status \(status)" + (isCode ? " and the error \(code ?? "")" : "")
        }
    }
}
