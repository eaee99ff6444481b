import OData
import ProtectionRules
import ProtectionService

/// A request to the embedded issuer's authorization endpoint, as far as it can be trusted.
struct AuthorizeRequest: Sendable, Hashable {
    var code: CodeRequest
    var state: String?

    /// Why there is no such request.
    enum Refusal: Error, Hashable, Sendable {
        /// The program or its address is not known: the browser is sent nowhere.
        case page(String)
        /// The program is told, at its own address.
        case redirect(to: String, error: String, description: String, state: String?)
    }

    private static let maximumBytes = 2048

    /// - Parameter origin: of this server, as the browser asked it.
    init(_ fields: FormFields, origin: String) throws(Refusal) {
        guard let client = fields["client_id"]?.lowercased(), let address = fields["redirect_uri"] else {
            throw .page("The program that sent you here did not say who it is.")
        }
        guard Self.isAddress(address, of: client, origin: origin) else {
            throw .page("The program that sent you here is not known, or wants you to go on at an address of others.")
        }
        let state = fields["state"]
        func refuse(_ error: String, _ description: String) -> Refusal {
            .redirect(to: address, error: error, description: description, state: state)
        }
        for field in ["state", "nonce", "scope"] where fields[field]?.utf8.count ?? 0 > Self.maximumBytes {
            throw .page("The program that sent you here said too much.")
        }
        guard fields["response_type"] == "code" else {
            throw refuse("unsupported_response_type", "response_type must be code.")
        }
        guard fields["response_mode"] ?? "query" == "query" else {
            throw refuse("invalid_request", "response_mode must be query.")
        }
        guard let challenge = fields["code_challenge"], ProofKey.isChallenge(challenge),
            fields["code_challenge_method"] == "S256"
        else { throw refuse("invalid_request", "A code_challenge with code_challenge_method=S256 is required.") }
        guard fields["prompt"] != "none" else {
            throw refuse("login_required", "This issuer always asks the person.")
        }
        code = CodeRequest(
            clientID: client, redirectURI: address, challenge: challenge, nonce: fields["nonce"],
            scope: fields["scope"] ?? "openid")
        self.state = state
    }

    /// Whether an address is one of a program's: the portal's callback, or a port of this machine for
    /// the command line. Source: RFC 8252, section 7.3.
    private static func isAddress(_ address: String, of client: String, origin: String) -> Bool {
        switch client {
        case FirstParty.portalClientID: address == origin + PortalSite.callback
        case FirstParty.applicationID: loopbackOrigin(address) != nil
        default: false
        }
    }

    /// Scheme and authority of an address of the command line; nil for any other address.
    static func loopbackOrigin(_ address: String) -> String? {
        guard let match = address.wholeMatch(of: /(http:\/\/(?:127\.0\.0\.1|\[::1\]):([1-9][0-9]{0,4}))\/callback/),
            UInt16(match.output.2) != nil
        else { return nil }
        return String(match.output.1)
    }

    /// The program's address with an answer.
    static func address(_ address: String, _ pairs: [(String, String?)]) -> String {
        let query = FormFields.query(pairs.compactMap { pair in pair.1.map { (pair.0, $0) } })
        return "\(address)?\(query)"
    }
}
