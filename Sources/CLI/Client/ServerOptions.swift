import ArgumentParser
import BackupServer
import Foundation
import WebClient

/// Which server a command asks, and as whom.
struct ServerOptions: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: """
            The state folder of a server on this machine; no sign-in is needed then. Otherwise HOLDFAST_STATE, or \
            /var/lib/holdfast.
            """, completion: .directory)
    var path: String?

    @Option(
        help: """
            The server's address, such as https://backup.example:8443. HOLDFAST_TOKEN holds a token for it, or \
            'holdfast login' signed you in there.
            """)
    var server: String?

    @Option(
        help: "A server by the name that 'context add' gave it. Otherwise HOLDFAST_CONTEXT, or the current context.",
        completion: .custom(ServerNames.contexts))
    var context: String?

    @Option(help: "For how many seconds a request is repeated that the network or a busy server refused.")
    var retry: Double = 30

    func validate() throws {
        guard (0...86_400).contains(retry) else {
            throw ValidationError("--retry must be from 0 to 86400 seconds, not \(retry).")
        }
        guard [path, server, context].count(where: { $0 != nil }) < 2 || context == nil else {
            throw ValidationError("--context names a server by itself: leave out --server and --state.")
        }
    }

    /// The server that is meant.
    func choice(environment: [String: String]) throws -> ServerChoice {
        try ServerChoice(
            self, environment: environment, contexts: ContextStore(environment: environment),
            signIns: SignInStore(environment: environment),
            hasPackageFolder: FileManager.default.fileExists(atPath: PlaceSettings.packageFolder + "/settings.json"))
    }

    /// Finds the server and a token for it.
    func connect(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> APIClient {
        try await connect(choice(environment: environment), environment: environment)
    }

    func connect(
        _ choice: ServerChoice, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> APIClient {
        var client: APIClient
        switch choice {
        case .address(let address, let token, let context):
            client = APIClient(address: address, token: token)
            client.context = context
        case .signedIn(let address, let context):
            let signIn = StoredSignIn(
                server: address, store: SignInStore(environment: environment),
                web: try ContextStore(environment: environment).web(for: address))
            client = APIClient(
                address: address, token: try await signIn.token(),
                renewal: .init(after: StoredSignIn.checkSeconds) { try await signIn.token() })
            client.context = context
        case .state(let folder, let named):
            let state = try await StateFolder.open(at: folder)
            let address = try named ?? ServerAddress.current(in: state.url)
            client = APIClient(
                address: address, token: try await LocalToken.make(for: state),
                renewal: .init(after: LocalToken.seconds / 2) { try await LocalToken.make(for: state) })
        }
        client.retrySeconds = retry
        client.web = try ContextStore(environment: environment).web(for: client.address)
        return client
    }

    static func address(_ text: String) throws(CommandFailure) -> String {
        guard let origin = PublicURL.origin(text) else {
            throw CommandFailure(
                .wrongCommand,
                "--server must be scheme and host without a path, such as https://backup.example:8443, not '\(text)'.")
        }
        return origin
    }
}
