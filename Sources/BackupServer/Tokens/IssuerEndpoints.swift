import Catalog
import Foundation
import OData
import Portal
import ProtectionService
import Texts

/// What the embedded issuer answers under `/{tenant}/...`: discovery, public keys,
/// and tokens for programs.
///
/// Source: RFC 6749 sections 4.4 and 5; the paths and answers that azure-identity and msal expect.
struct IssuerEndpoints: Sendable {
    enum Endpoint: Sendable {
        case discovery, keys, token, authorize
        /// Begins the sign-in of a program without a browser.
        case device
        /// Ends what a refresh token gave.
        case revoke
    }

    /// The longest form that is read.
    static let bodyLimitBytes = 64 << 10
    /// The lifetime of a token in seconds, as Entra ID's.
    private static let lifetimeSeconds = 3600.0
    /// Graph's own application id, which the challenge names.
    /// Source: contract README, authorization.
    private static let graphApplicationID = "00000003-0000-0000-c000-000000000000"

    let issuer: TokenIssuer
    let service: ServiceContext
    /// The pages at which people sign in; nil where the portal is switched off, and then
    /// only programs get tokens.
    let portal: PortalSite?

    /// Whether a name in lower case is the tenant's id or a domain of its users.
    func isTenant(_ name: String) -> Bool {
        guard name != issuer.tenantID else { return true }
        let users = (try? service.tenant.users()) ?? []
        return users.contains { $0.userPrincipalName.lowercased().hasSuffix("@" + name) }
    }

    /// Answers a request for one of the endpoints.
    /// - Parameter body: nil where it was longer than `bodyLimitBytes`.
    /// - Parameter source: where it came from.
    /// - Parameter signIns: slows down failed sign-ins.
    func answer(
        _ endpoint: Endpoint, _ question: ODataRequest, body: [UInt8]?, source: RequestSource, signIns: SignInGuard
    ) async -> ODataResponse {
        do {
            switch endpoint {
            case .discovery: return Self.json(discovery(origin: source.origin))
            case .keys: return Self.json(await issuer.jwks())
            case .authorize: return try await authorize(question, body: body, source: source)
            case .token, .device, .revoke:
                guard let body else {
                    throw OAuthError(413, "invalid_request", "The form is longer than \(Self.bodyLimitBytes) bytes.")
                }
                return try await form(endpoint, Form(body), question, source: source, signIns: signIns)
            }
        } catch let error as OAuthError {
            return error.response
        } catch {
            return OAuthError(503, "temporarily_unavailable", "The catalogue cannot be read now. Try again.").response
        }
    }

    private func form(
        _ endpoint: Endpoint, _ form: Form, _ question: ODataRequest, source: RequestSource, signIns: SignInGuard
    ) async throws -> ODataResponse {
        let person = PersonTokens(issuer: issuer, service: service, peer: source.address, signIns: signIns)
        switch (endpoint, form["grant_type"]) {
        case (.device, _) where portal != nil: return try await person.device(form, origin: source.origin)
        case (.revoke, _) where portal != nil: return try await person.revoke(form)
        case (.token, let grant?) where portal != nil && PersonTokens.grants.contains(grant):
            return try await person.token(form)
        case (.token, _):
            return try await token(
                for: form, authorization: question.headers["Authorization"], peer: source.address, signIns)
        default: throw OAuthError(400, "unsupported_grant_type", "This issuer gives tokens to programs only.")
        }
    }

    /// The page at which people sign in.
    private func authorize(
        _ question: ODataRequest, body: [UInt8]?, source: RequestSource
    ) async throws -> ODataResponse {
        guard let portal else {
            throw OAuthError(
                400, "unsupported_response_type",
                """
                This issuer signs in programs only. A token for a person comes from 'holdfast token --delegated' \
                or from an external issuer.
                """
            )
        }
        guard let body else { throw OAuthError(413, "invalid_request", "The form is too long.") }
        var question = question
        question.body = body
        return try await portal.authorize(
            PortalRequest(question: question, address: source.address, host: source.host))
    }

    /// The `WWW-Authenticate` header of a 401.
    func challenge(origin: String) -> String {
        """
        Bearer realm=\"\", authorization_uri=\"\(origin)/\(issuer.tenantID)/oauth2/authorize\", \
        client_id=\"\(Self.graphApplicationID)\"
        """
    }

    private func discovery(origin: String) -> Discovery {
        let base = "\(origin)/\(issuer.tenantID)"
        var discovery = Discovery(
            issuer: issuer.issuer, authorization_endpoint: "\(base)/oauth2/v2.0/authorize",
            token_endpoint: "\(base)/oauth2/v2.0/token",
            jwks_uri: "\(base)/discovery/v2.0/keys")
        if portal != nil { discovery.offerPeople(base: base) }
        return discovery
    }

    private func token(
        for form: Form, authorization: String?, peer: String, _ signIns: SignInGuard
    ) async throws -> ODataResponse {
        guard form["grant_type"] == "client_credentials" else {
            throw OAuthError(
                400, "unsupported_grant_type", "grant_type must be one that the discovery document names.")
        }
        guard let scope = form["scope"], scope.hasSuffix("/.default") else {
            throw OAuthError(
                400, "invalid_scope", "scope must end with /.default, for example https://graph.microsoft.com/.default."
            )
        }
        let basic = Self.basicCredentials(authorization)
        guard let id = basic?.id ?? form["client_id"], let secret = basic?.secret ?? form["client_secret"] else {
            throw OAuthError(
                400, "invalid_request", "client_id and client_secret are required, in the form or as HTTP Basic.")
        }
        if let seconds = signIns.wait(address: peer, client: id) {
            throw OAuthError.tooManyFailures(afterSeconds: seconds)
        }
        guard !id.has("\0"), let client = try await service.programs.authenticated(id: id, secret: secret) else {
            signIns.failed(address: peer, client: id)
            throw OAuthError(
                401, "invalid_client",
                "The client id or its secret is not known. 'holdfast program add' registers a program.",
                basic: basic != nil)
        }
        let token = try await issuer.mint(
            applicationID: client.id, applicationName: client.displayName, permissions: Set(client.roles.values),
            user: nil,
            lifetimeSeconds: Self.lifetimeSeconds)
        return Self.json(TokenAnswer(expires_in: Int(Self.lifetimeSeconds) - 1, access_token: token), isSecret: true)
    }

    private static func basicCredentials(_ authorization: String?) -> (id: String, secret: String)? {
        guard let authorization, authorization.lowercased().hasPrefix("basic "),
            let data = Data(base64Encoded: authorization.dropFirst(6).trimmingCharacters(in: .whitespaces))
        else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let colon = text.unicodeScalars.firstIndex(of: ":") else { return nil }
        // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
        return (Form.decoded(text[..<colon]), Form.decoded(text[text.unicodeScalars.index(after: colon)...]))
    }

    static func json(_ value: some Encodable, isSecret: Bool = false) -> ODataResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return ODataResponse(status: 500) }
        var headers: Headers = ["Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*"]
        if isSecret {
            headers["Cache-Control"] = "no-store"
            headers["Pragma"] = "no-cache"
        }
        return ODataResponse(status: 200, headers: headers, body: Array(data))
    }
}

/// The discovery document. Source: OpenID Connect Discovery 1.0, section 3.
private struct Discovery: Encodable {
    var issuer: String
    var authorization_endpoint: String
    var token_endpoint: String
    var jwks_uri: String
    var token_endpoint_auth_methods_supported = ["client_secret_post", "client_secret_basic"]
    var grant_types_supported = ["client_credentials"]
    var response_types_supported = ["none"]
    var subject_types_supported = ["pairwise"]
    var id_token_signing_alg_values_supported = ["ES256"]
    var device_authorization_endpoint: String?
    var revocation_endpoint: String?
    var code_challenge_methods_supported: [String]?
    var response_modes_supported: [String]?
    var scopes_supported: [String]?
    var claims_supported: [String]?

    /// What people can do besides.
    mutating func offerPeople(base: String) {
        grant_types_supported += PersonTokens.grants.sorted()
        token_endpoint_auth_methods_supported.append("none")
        response_types_supported = ["code"]
        subject_types_supported = ["public"]
        device_authorization_endpoint = "\(base)/oauth2/v2.0/devicecode"
        revocation_endpoint = "\(base)/oauth2/v2.0/revoke"
        code_challenge_methods_supported = ["S256"]
        response_modes_supported = ["query"]
        scopes_supported = ["openid", "profile", "offline_access"]
        claims_supported = [
            "aud", "auth_time", "exp", "iat", "iss", "name", "nonce", "oid", "preferred_username", "sub", "tid",
        ]
    }
}

private struct TokenAnswer: Encodable {
    var token_type = "Bearer"
    var expires_in: Int
    var access_token: String
}
