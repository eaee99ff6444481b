import ArgumentParser
import BackupServer
import Logging
import ProtectionService

/// The issuers of tokens besides the server's own.
struct IssuerOptions: ParsableArguments {
    @Option(
        help: """
            Also take tokens of this OpenID Connect issuer, such as https://login.example/realms/backup. May be \
            repeated.
            """)
    var oidcIssuer: [String] = []

    @Option(
        help: """
            The audience that tokens of those issuers name. May be repeated. Without --oidc-audience: \
            https://graph.microsoft.com.
            """)
    var oidcAudience: [String] = []

    /// Fills in what was not given, from the configuration.
    mutating func fill(from tokens: TokenSettings) {
        if oidcIssuer.isEmpty { oidcIssuer = tokens.issuers }
        if oidcAudience.isEmpty { oidcAudience = tokens.audiences }
    }

    /// What was given, each with the setting that it stands for.
    var given: [GivenOption] {
        [
            GivenOption("tokens.issuers", "--oidc-issuer", oidcIssuer),
            GivenOption("tokens.audiences", "--oidc-audience", oidcAudience),
        ].compactMap(\.self)
    }

    /// - Parameter logger: told of keys that are not used.
    func external(logger: Logger) throws -> [ExternalIssuer] {
        let audiences = oidcAudience.isEmpty ? [TokenIssuer.audience] : Set(oidcAudience)
        return try oidcIssuer.map { issuer in
            guard ExternalIssuer.isTrustworthy(issuer) else {
                throw UsageError("--oidc-issuer must be the https address of an issuer, not '\(issuer)'.")
            }
            return ExternalIssuer(
                issuer: issuer, audiences: audiences, clock: SystemClock(), logger: logger,
                fetch: ExternalIssuer.overNetwork)
        }
    }
}
