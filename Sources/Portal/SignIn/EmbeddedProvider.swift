import Catalog
import ProtectionRules
public import ProtectionService

/// The accounts of this server. Its authorization endpoint is asked by the browser, and the code is
/// exchanged in this process.
public struct EmbeddedProvider: IdentityProvider {
    private let service: ServiceContext
    /// The issuer's name in tokens.
    public let issuerName: String

    public init(service: ServiceContext, issuerName: String) {
        self.service = service
        self.issuerName = issuerName
    }

    public var isEmbedded: Bool { true }

    public func signInAddress(
        _ attempt: SignInAttempt, origin: String, redirectURI: String, mustProve: Bool
    ) async throws -> String {
        let query = FormFields.query([
            ("client_id", FirstParty.portalClientID), ("response_type", "code"), ("redirect_uri", redirectURI),
            ("scope", "openid profile"), ("state", attempt.state), ("nonce", attempt.nonce),
            ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
        ])
        return "\(origin)/\(service.tenantID)/oauth2/v2.0/authorize?\(query)"
    }

    public func person(code: String, attempt: SignInAttempt, redirectURI: String) async throws -> SignedInPerson {
        do {
            let grant = try await service.grants.exchange(
                code: code, clientID: FirstParty.portalClientID, redirectURI: redirectURI, verifier: attempt.verifier)
            guard grant.nonce == attempt.nonce else { throw GrantRefusal.invalidGrant }
            return SignedInPerson(
                operatorID: grant.account.id, issuer: issuerName, subjectID: grant.account.id,
                displayName: grant.account.name)
        } catch is GrantRefusal {
            throw IdentityRefusal("The sign-in took too long, or was used before. Begin again.")
        }
    }
}
