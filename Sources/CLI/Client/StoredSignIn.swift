import Foundation
import WebClient

/// The sign-in of a person at a server, renewed where its token has expired.
struct StoredSignIn: Sendable {
    /// Scheme, host and port.
    let server: String
    let store: SignInStore
    /// How the server is asked.
    let web: WebClient

    /// The time before its end at which a token is renewed.
    private static let marginSeconds = 120.0
    /// How often a command that goes on looks whether its token ends.
    static let checkSeconds = 60.0

    /// A token that holds for the next minute at least.
    /// - Throws: `CommandFailure` where the sign-in has ended.
    func token(now: Date = Date()) async throws -> String {
        guard var entry = try store.entry(of: server) else { throw ended }
        guard entry.expires.timeIntervalSince(now) < Self.marginSeconds else { return entry.accessToken }
        guard let refresh = entry.refreshToken else { throw ended }
        let tokens = try await IssuerClient(server: server, tenant: entry.tenant, web: web).refresh(refresh)
        entry.accessToken = tokens.access_token
        entry.expires = now.addingTimeInterval(Double(tokens.expires_in))
        entry.refreshToken = tokens.refresh_token ?? entry.refreshToken
        try store.keep(entry)
        return entry.accessToken
    }

    private var ended: CommandFailure {
        CommandFailure(
            .notAllowed, "The sign-in at \(server) has ended. 'holdfast login --server \(server)' begins a new one.")
    }
}
