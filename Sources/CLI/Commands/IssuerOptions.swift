import ArgumentParser
import BackupServer
import ProtectionService
import Logging

/// The issuers of tokens besides the server's own.
struct IssuerOptions: ParsableArguments {
    @Option(
        help:
            """
            Take tokens of this OpenID Connect issuer too, for example https://login.example/realms/backup; may be \
            repeated.
            """
    )
    var oidcIssuer: [String] = []

    @Option(
        help:
            """
            What the tokens of those issuers name as their audience; may be repeated. Without it: \
            https://graph.microsoft.com.
            """
    )
    var oidcAudience: [String] = []

    /// The issuers.
    /// - Parameter logger: told of keys that are not used.
    func external(logger: Logger) throws -> [ExternalIssuer] {
        let audiences = oidcAudience.isEmpty ? [TokenIssuer.audience] : Set(oidcAudience)
        return try oidcIssuer.map { issuer in
            guard ExternalIssuer.isTrustworthy(issuer) else {
                throw UsageError("--oidc-issuer \(issuer): an issuer is named by its https address.")
            }
            return ExternalIssuer(
                issuer: issuer, audiences: audiences, clock: SystemClock(), logger: logger,
                fetch: ExternalIssuer.overNetwork)
        }
    }
}
