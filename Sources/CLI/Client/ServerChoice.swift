import Foundation

/// Which server is meant, and by what a command shows who it is.
///
/// What is typed goes before the environment, and both before what was kept earlier (decision 0030).
enum ServerChoice: Equatable {
    /// An address with a token for it.
    case address(String, token: String, context: String?)
    /// A state folder, whose master secret makes a token. Without an address the one that its
    /// server noted is meant.
    case state(String, address: String?)

    /// The folder that a server of the package has.
    static let packageFolder = "/var/lib/holdfast"

    /// - Parameter hasPackageFolder: whether `packageFolder` holds a state folder.
    /// - Throws: `CommandFailure` where no server is named, or no token is known for it.
    init(
        _ options: ServerOptions, environment: [String: String], contexts: ContextStore, hasPackageFolder: Bool
    ) throws {
        func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let token = named("HOLDFAST_TOKEN")
        let folder = options.path ?? named("HOLDFAST_STATE")
        if let context = options.context {
            self = try Self.context(context, token: token, contexts)
        } else if let server = options.server {
            self = try Self.server(server, token: token, folder: folder)
        } else if let path = options.path {
            let server = try named("HOLDFAST_SERVER").map(ServerOptions.address)
            self = .state(path, address: server)
        } else if let context = named("HOLDFAST_CONTEXT") {
            self = try Self.context(context, token: token, contexts)
        } else if let server = named("HOLDFAST_SERVER") {
            self = try Self.server(server, token: token, folder: folder)
        } else if let folder {
            self = .state(folder, address: nil)
        } else if let current = try contexts.read().current {
            self = try Self.context(current, token: token, contexts)
        } else if hasPackageFolder {
            self = .state(Self.packageFolder, address: nil)
        } else {
            throw CommandFailure(
                .wrongCommand,
                """
                Which server? On its machine give --state its state folder, or name that in HOLDFAST_STATE. Elsewhere \
                give --server its address and HOLDFAST_TOKEN a token for it, or keep both: holdfast context add
                """)
        }
    }

    private static func context(_ name: String, token: String?, _ store: ContextStore) throws -> ServerChoice {
        let known = try store.read().require(name)
        guard let token = try token ?? store.token(of: name) else {
            throw CommandFailure(
                .notAllowed,
                """
                No token is kept for the context '\(name)'. Put one into HOLDFAST_TOKEN, or keep it: holdfast context \
                add \(name) \(known.server) --token-file <file> --replace
                """)
        }
        return .address(known.server, token: token, context: name)
    }

    private static func server(_ text: String, token: String?, folder: String?) throws -> ServerChoice {
        let address = try ServerOptions.address(text)
        if let token { return .address(address, token: token, context: nil) }
        guard let folder else {
            throw CommandFailure(
                .notAllowed,
                "HOLDFAST_TOKEN holds no token for \(address). 'holdfast token' makes one on the server's machine.")
        }
        return .state(folder, address: address)
    }
}
