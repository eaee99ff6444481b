import ArgumentParser
import BackupAPI
import BackupServer
import Foundation
import Logging
import ProtectionService

/// Which server a command asks, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: """
            The state folder of a server on this machine; no sign-in is needed then. Otherwise HOLDFAST_STATE, or \
            /var/lib/holdfast.
            """)
    var path: String?

    @Option(help: "The server's address, such as https://backup.example:8443; HOLDFAST_TOKEN holds the token for it.")
    var server: String?

    @Option(help: "For how many seconds a request is repeated that the network or a busy server refused.")
    var retry: Double = 30

    func validate() throws {
        guard (0...86_400).contains(retry) else {
            throw ValidationError("--retry must be from 0 to 86400 seconds, not \(retry).")
        }
    }

    /// The folder that a server of the package has.
    private static let packageFolder = "/var/lib/holdfast"

    /// Finds the server and a token for it.
    func connect(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> APIClient {
        let named = try (server ?? environment["HOLDFAST_SERVER"].flatMap { $0.isEmpty ? nil : $0 }).map(Self.address)
        let folder = folder(environment)
        let token = environment["HOLDFAST_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        if let named, let token { return client(named, token) }
        guard let folder else {
            guard named != nil else {
                throw CommandFailure(
                    .wrongCommand,
                    """
                    Which server? Give --state the folder of a server on this machine, or --server an address and \
                    HOLDFAST_TOKEN a token for it.
                    """)
            }
            throw CommandFailure(
                .notAllowed, "HOLDFAST_TOKEN holds no token for \(named ?? ""). 'holdfast token' makes one.")
        }
        let state = try await StateFolder.open(at: folder)
        let address = try named ?? ServerAddress.current(in: state.url)
        return client(address, try await LocalToken.make(for: state))
    }

    private func client(_ address: String, _ token: String) -> APIClient {
        var client = APIClient(address: address, token: token)
        client.retrySeconds = retry
        return client
    }

    /// The state folder that is meant; nil where there is none.
    private func folder(_ environment: [String: String]) -> String? {
        if let path { return path }
        if server != nil, !(environment["HOLDFAST_TOKEN"] ?? "").isEmpty { return nil }
        if let named = environment["HOLDFAST_STATE"], !named.isEmpty { return named }
        return FileManager.default.fileExists(atPath: Self.packageFolder + "/settings.json") ? Self.packageFolder : nil
    }

    private static func address(_ text: String) throws -> String {
        guard let origin = PublicURL.origin(text) else {
            throw CommandFailure(
                .wrongCommand,
                "--server must be scheme and host without a path, such as https://backup.example:8443, not '\(text)'.")
        }
        return origin
    }
}

/// The token that a command makes for itself where it may read the master secret.
enum LocalToken {
    /// How long it is valid.
    static let seconds = 300.0

    /// A token of the first-party application for everything, marked as this machine's command line.
    static func make(for state: StateFolder) async throws -> String {
        let composition = try await Composition(state, log: .command(.error))
        do {
            let issuer = try await TokenIssuer(service: composition.service, clock: SystemClock())
            let name = "command line on \(ProcessInfo.processInfo.hostName)"
            // A person acts here, not a program: operations for people need that.
            let person = TenantUser(
                id: personID, userPrincipalName: "command-line@holdfast.invalid", displayName: name, mail: nil,
                hasDrive: false, driveWebURL: "")
            let token = try await issuer.mint(
                applicationID: TokenIssuer.commandLineApplicationID, applicationName: "Holdfast",
                permissions: GraphPermission.all, user: person, lifetimeSeconds: seconds)
            try await composition.close()
            return token
        } catch {
            try? await composition.close()
            throw error
        }
    }

    /// The person's id in the audit trail; no directory has it.
    private static let personID = "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b002"
}
