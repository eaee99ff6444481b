import Catalog
import Foundation
import OData
import Portal
import ProtectionRules
import ProtectionService

/// What the token endpoint gives to programs that act for people: the command line. The portal's
/// codes are exchanged within the server, so nobody gets tokens for them here.
struct PersonTokens: Sendable {
    let issuer: TokenIssuer
    let service: ServiceContext
    /// The address that asks, for what counts failures.
    let peer: String
    let signIns: SignInGuard

    private static let code = "authorization_code"
    private static let refresh = "refresh_token"
    private static let device = "urn:ietf:params:oauth:grant-type:device_code"
    static let grants: Set<String> = [code, refresh, device]

    private static let guarded = "grants"
    private static let openID = "openid"
    private static let maximumScopeBytes = 2048

    /// Exchanges a code or a refresh token.
    func token(_ form: Form) async throws -> ODataResponse {
        let client = try client(form)
        if let seconds = signIns.wait(address: peer, client: Self.guarded) {
            throw OAuthError.tooManyFailures(afterSeconds: seconds)
        }
        do {
            return try await answer(try await grant(form, client: client))
        } catch let refusal as GrantRefusal {
            // A program that waits is no failure.
            if refusal == .invalidGrant { signIns.failed(address: peer, client: Self.guarded) }
            throw OAuthError(400, refusal.rawValue, Self.description(refusal))
        }
    }

    private func grant(_ form: Form, client: String) async throws -> PersonGrant {
        switch form["grant_type"] {
        case Self.code:
            try await service.grants.exchange(
                code: try text("code", form), clientID: client, redirectURI: try text("redirect_uri", form),
                verifier: try text("code_verifier", form))
        case Self.device:
            try await service.grants.poll(deviceCode: try text("device_code", form), clientID: client)
        default:
            try await service.grants.exchange(refreshToken: try text("refresh_token", form), clientID: client)
        }
    }

    /// Begins a sign-in that a person finishes in a browser. Source: RFC 8628, section 3.1.
    func device(_ form: Form, origin: String) async throws -> ODataResponse {
        let client = try client(form)
        let scope = form["scope"] ?? Self.openID
        guard scope.utf8.count <= Self.maximumScopeBytes else {
            throw OAuthError(400, "invalid_scope", "The scope is too long.")
        }
        let begun: DeviceSignIn
        do {
            begun = try await service.grants.beginDevice(clientID: client, scope: scope)
        } catch let error as ServiceError {
            throw OAuthError(503, "temporarily_unavailable", error.message)
        }
        let place = origin + PortalSite.device
        return IssuerEndpoints.json(
            DeviceAnswer(
                device_code: begun.deviceCode, user_code: begun.userCode, verification_uri: place,
                verification_uri_complete: "\(place)?user_code=\(begun.userCode)", expires_in: begun.expiresInSeconds,
                interval: begun.intervalSeconds), isSecret: true)
    }

    /// Ends what a refresh token gave. An unknown one is no error. Source: RFC 7009, section 2.2.
    func revoke(_ form: Form) async throws -> ODataResponse {
        _ = try client(form)
        try await service.grants.revoke(refreshToken: try text("token", form))
        return ODataResponse(status: 200, headers: ["Cache-Control": "no-store"])
    }

    private func client(_ form: Form) throws(OAuthError) -> String {
        guard let id = form["client_id"]?.lowercased(), id == FirstParty.applicationID else {
            throw OAuthError(400, "invalid_client", "client_id is not that of a program that signs people in here.")
        }
        return id
    }

    private func text(_ name: String, _ form: Form) throws(OAuthError) -> String {
        guard let value = form[name], !value.isEmpty, value.utf8.count <= 4096 else {
            throw OAuthError(400, "invalid_request", "\(name) is missing.")
        }
        return value
    }

    private func answer(_ grant: PersonGrant) async throws -> ODataResponse {
        let lifetime = service.dependencies.signIn.accessToken
        let isOpenID = grant.asks(for: Self.openID)
        return IssuerEndpoints.json(
            PersonTokenAnswer(
                expires_in: Int(lifetime) - 1,
                access_token: try await issuer.mint(for: grant, lifetimeSeconds: lifetime),
                id_token: isOpenID ? try await issuer.mintIDToken(for: grant, lifetimeSeconds: lifetime) : nil,
                refresh_token: grant.refreshToken, scope: grant.account.rights.scopes.sorted().joined(separator: " ")),
            isSecret: true)
    }

    private static func description(_ refusal: GrantRefusal) -> String {
        switch refusal {
        case .invalidGrant: "The code or token is unknown, used, too old, or another program's. Sign in again."
        case .authorizationPending: "The person has not decided yet."
        case .slowDown: "Ask less often: five seconds more between two questions."
        case .accessDenied: "The person refused."
        case .expiredToken: "Nobody decided in time. Begin again."
        }
    }
}

private struct PersonTokenAnswer: Encodable {
    var token_type = "Bearer"
    var expires_in: Int
    var access_token: String
    var id_token: String?
    var refresh_token: String?
    var scope: String
}

/// Source: RFC 8628, section 3.2.
private struct DeviceAnswer: Encodable {
    var device_code: String
    var user_code: String
    var verification_uri: String
    var verification_uri_complete: String
    var expires_in: Int
    var interval: Int
}
