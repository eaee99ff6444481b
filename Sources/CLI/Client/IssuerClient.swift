import Foundation
import ProtectionRules
import WebClient

/// Asks the embedded issuer of a server for tokens of a person.
struct IssuerClient: Sendable {
    /// Scheme, host and port of the server.
    let server: String
    let tenant: String
    var web = WebClient()
    /// Sends a request; nil for `web`.
    var send: (@Sendable (WebRequest) async throws -> WebAnswer)?
    var pause: @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }

    static let scope = "openid profile offline_access"

    /// The tenant of a server, as its refusal of a request without a token names it.
    static func tenant(of server: String, _ web: WebClient) async throws -> String {
        let answer: WebAnswer
        do {
            answer = try await web.answer(WebRequest("GET", server + APIClient.additions + "/me"), within: seconds)
        } catch let failure as WebFailure {
            throw unreachable(server, failure)
        }
        guard let tenant = tenant(inChallenge: answer.headers["www-authenticate"] ?? "") else {
            throw CommandFailure(.failed, "\(server) is no Holdfast server, or one of an earlier version.")
        }
        return tenant
    }

    /// For how long an answer may take.
    private static let seconds = 30.0

    static func tenant(inChallenge text: String) -> String? {
        text.firstMatch(of: /authorization_uri="https?:\/\/[^\/"]+\/([0-9a-f-]{36})\/oauth2\//).map {
            String($0.output.1)
        }
    }

    private static func unreachable(_ server: String, _ failure: WebFailure) -> CommandFailure {
        CommandFailure(.unreachable, "The server \(server) cannot be reached: \(failure.words).")
    }

    /// A sign-in that waits for a person.
    struct Waiting: Decodable, Sendable {
        var device_code: String
        var user_code: String
        var verification_uri: String
        var expires_in: Int
        var interval: Int
    }

    struct Tokens: Decodable, Sendable {
        var access_token: String
        var expires_in: Int
        var refresh_token: String?
    }

    private struct Refusal: Decodable {
        var error: String
        var error_description: String?
    }

    func begin() async throws -> Waiting {
        let (data, status) = try await post("devicecode", [("scope", Self.scope)])
        guard status == 200, let waiting = try? JSONDecoder().decode(Waiting.self, from: data) else {
            throw CommandFailure(
                .failed, "\(server) signs nobody in: its portal is switched off, or its people sign in elsewhere.")
        }
        return waiting
    }

    /// Waits until the person has decided.
    func finish(_ waiting: Waiting) async throws -> Tokens {
        var interval = Double(max(1, waiting.interval))
        while true {
            try await pause(interval)
            let (data, status) = try await post(
                "token",
                [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                    ("device_code", waiting.device_code),
                ])
            if status == 200 { return try Self.tokens(data) }
            let refusal = try? JSONDecoder().decode(Refusal.self, from: data)
            switch refusal?.error {
            case "authorization_pending": continue
            case "slow_down": interval += 5
            default:
                throw CommandFailure(
                    .notAllowed, refusal?.error_description ?? "The server refused the sign-in (status \(status)).")
            }
        }
    }

    func refresh(_ token: String) async throws -> Tokens {
        let (data, status) = try await post("token", [("grant_type", "refresh_token"), ("refresh_token", token)])
        guard status == 200 else {
            throw CommandFailure(.notAllowed, "The sign-in at \(server) has ended. 'holdfast login' begins a new one.")
        }
        return try Self.tokens(data)
    }

    func revoke(_ token: String) async throws { _ = try await post("revoke", [("token", token)]) }

    private static func tokens(_ data: Data) throws -> Tokens {
        do {
            return try JSONDecoder().decode(Tokens.self, from: data)
        } catch {
            throw CommandFailure(.failed, "The server's answer holds no token.")
        }
    }

    private func post(_ endpoint: String, _ form: [(String, String)]) async throws -> (Data, Int) {
        var request = WebRequest("POST", "\(server)/\(tenant)/oauth2/v2.0/\(endpoint)")
        request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        request.body = Data(APIClient.fields([("client_id", FirstParty.applicationID)] + form).utf8)
        do {
            let answer =
                if let send { try await send(request) } else { try await web.answer(request, within: Self.seconds) }
            return (answer.body, answer.status)
        } catch let failure as WebFailure {
            throw Self.unreachable(server, failure)
        }
    }
}
