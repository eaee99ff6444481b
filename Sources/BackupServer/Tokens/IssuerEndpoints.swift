import ProtectionService
import Catalog
import Foundation
import OData
import Texts

/// What the embedded issuer answers under `/{tenant}/...`: discovery, public keys,
/// and tokens for programs.
///
/// Source: RFC 6749 sections 4.4 and 5; the paths and answers that azure-identity and msal expect.
struct IssuerEndpoints: Sendable {
    enum Endpoint: Sendable {
        case discovery, keys, token, authorize
    }

    /// The longest form that is read.
    static let bodyLimitBytes = 64 << 10
    /// The lifetime of a token in seconds, as Entra ID's.
    private static let lifetimeSeconds = 3600.0
    /// Graph's own application id, which the challenge names.
    /// Source: contract README, authorization.
    private static let graphApplicationID = "00000003-0000-0000-c000-000000000000"

    let issuer: TokenIssuer
    let clients: ClientRegistry
    let service: ServiceContext

    /// Whether a name in lower case is the tenant's id or a domain of its users.
    func isTenant(_ name: String) -> Bool {
        guard name != issuer.tenantID else { return true }
        let users = (try? service.tenant.users()) ?? []
        return users.contains { $0.userPrincipalName.lowercased().hasSuffix("@" + name) }
    }

    /// Answers a request for one of the endpoints.
    /// - Parameter body: nil where it was longer than `bodyLimitBytes`.
    /// - Parameter peer: the sender's address, for `signIns`, which slows down failed sign-ins.
    func answer(
        _ endpoint: Endpoint, authorization: String?, body: [UInt8]?, origin: String, peer: String, signIns: SignInGuard
    ) async -> ODataResponse {
        switch endpoint {
        case .discovery: return Self.json(discovery(origin: origin))
        case .keys: return Self.json(issuer.jwks)
        case .authorize:
            return OAuthError(
                400, "unsupported_response_type",
                """
                This issuer signs in programs only. A token for a person comes from 'holdfast token --delegated' \
                or from an external issuer.
                """
            ).response
        case .token:
            do {
                guard let body else {
                    throw OAuthError(413, "invalid_request", "The form is longer than \(Self.bodyLimitBytes) bytes.")
                }
                return try await token(for: Form(body), authorization: authorization, peer: peer, signIns)
            } catch let error as OAuthError {
                return error.response
            } catch {
                return OAuthError(503, "temporarily_unavailable", "The catalogue cannot be read now. Try again.")
                    .response
            }
        }
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
        return Discovery(
            issuer: issuer.issuer, authorization_endpoint: "\(base)/oauth2/v2.0/authorize",
            token_endpoint: "\(base)/oauth2/v2.0/token",
            jwks_uri: "\(base)/discovery/v2.0/keys")
    }

    private func token(
        for form: Form, authorization: String?, peer: String, _ signIns: SignInGuard
    ) async throws -> ODataResponse {
        guard form["grant_type"] == "client_credentials" else {
            throw OAuthError(400, "unsupported_grant_type", "grant_type must be client_credentials.")
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
        guard !id.has("\0"), let client = try await clients.authenticated(id: id, secret: secret) else {
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

    private static func json(_ value: some Encodable, isSecret: Bool = false) -> ODataResponse {
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
}

private struct TokenAnswer: Encodable {
    var token_type = "Bearer"
    var expires_in: Int
    var access_token: String
}

/// A refusal in OAuth's form. Source: RFC 6749, section 5.2.
private struct OAuthError: Error {
    var status: Int
    var error: String
    var description: String
    var basic = false
    var retryAfterSeconds: Int?

    static func tooManyFailures(afterSeconds seconds: Double) -> OAuthError {
        let wait = max(1, Int(seconds.rounded(.up)))
        var error = OAuthError(
            429, "temporarily_unavailable", "Too many failed sign-ins. Try again in \(wait) seconds.")
        error.retryAfterSeconds = wait
        return error
    }

    init(_ status: Int, _ error: String, _ description: String, basic: Bool = false) {
        self.status = status
        self.error = error
        self.description = description
        self.basic = basic
    }

    var response: ODataResponse {
        var headers: Headers = [
            "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": "*",
        ]
        if let retryAfterSeconds { headers["Retry-After"] = "\(retryAfterSeconds)" }
        if basic { headers["WWW-Authenticate"] = "Basic realm=\"Holdfast\"" }
        var writer = JSONWriter()
        writer.value(["error": .string(error), "error_description": .string(description)])
        return ODataResponse(status: status, headers: headers, body: writer.bytes)
    }
}

/// A body of type `application/x-www-form-urlencoded`.
private struct Form {
    private var fields: [String: String] = [:]

    init(_ body: [UInt8]) {
        for pair in String(decoding: body, as: UTF8.self).parts(at: "&", keepingEmpty: false) {
            let halves = pair.parts(at: "=", maximumSplits: 1)
            fields[Self.decoded(halves[0])] = halves.count == 2 ? Self.decoded(halves[1]) : ""
        }
    }

    subscript(name: String) -> String? { fields[name] }

    static func decoded(_ text: some StringProtocol) -> String {
        let spaced = text.parts(at: "+").joined(separator: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

extension Data {
    /// Base64 of the URL alphabet, without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
