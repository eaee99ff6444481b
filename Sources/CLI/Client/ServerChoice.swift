import Foundation

/// Which server is meant, and by what a command shows who it is.
///
/// What is typed goes before the environment, and both before what was kept earlier (decision 0030).
enum ServerChoice: Equatable {
    /// An address with a token for it.
    case address(String, token: String, context: String?)
    /// An address at which somebody signed in.
    case signedIn(String, context: String?)
    /// A state folder, whose master secret makes a token. Without an address the one that its
    /// server noted is meant.
    case state(String, address: String?)

    /// - Parameter hasPackageFolder: whether `packageFolder` holds a state folder.
    /// - Throws: `CommandFailure` where no server is named, or no token is known for it.
    init(
        _ options: ServerOptions, environment: [String: String], contexts: ContextStore,
        signIns: SignInStore, hasPackageFolder: Bool
    ) throws {
        func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let token = named("HOLDFAST_TOKEN")
        let folder = options.path ?? named("HOLDFAST_STATE")
        let kept = Kept(contexts: contexts, signIns: signIns)
        if let context = options.context {
            self = try Self.context(context, token: token, kept)
        } else if let server = options.server {
            self = try Self.server(server, token: token, folder: folder, options.path == nil ? signIns : nil)
        } else if let path = options.path {
            let server = try named("HOLDFAST_SERVER").map(ServerOptions.address)
            self = .state(path, address: server)
        } else if let context = named("HOLDFAST_CONTEXT") {
            self = try Self.context(context, token: token, kept)
        } else if let server = named("HOLDFAST_SERVER") {
            self = try Self.server(server, token: token, folder: folder, signIns)
        } else if let folder {
            self = .state(folder, address: nil)
        } else if let current = try contexts.read().current {
            self = try Self.context(current, token: token, kept)
        } else if hasPackageFolder {
            self = .state(PlaceSettings.packageFolder, address: nil)
        } else {
            throw CommandFailure(
                .wrongCommand,
                """
                Which server? On its machine give --state its state folder, or name that in HOLDFAST_STATE. Elsewhere \
                give --server its address and HOLDFAST_TOKEN a token for it, or keep both: holdfast context add
                """)
        }
    }

    /// What a user keeps.
    private struct Kept {
        let contexts: ContextStore
        let signIns: SignInStore
    }

    private static func context(_ name: String, token: String?, _ kept: Kept) throws -> ServerChoice {
        let known = try kept.contexts.read().require(name)
        if let token = try token ?? kept.contexts.token(of: name) {
            return .address(known.server, token: token, context: name)
        }
        guard kept.signIns.has(known.server) else {
            throw CommandFailure(
                .notAllowed,
                """
                No token is kept for the context '\(name)'. Sign in: holdfast login --context \(name). Or put a token \
                into HOLDFAST_TOKEN, or keep one: holdfast context add \(name) \(known.server) --token-file <file> \
                --replace
                """)
        }
        return .signedIn(known.server, context: name)
    }

    /// - Parameter signIns: nil where a state folder was named as well.
    private static func server(
        _ text: String, token: String?, folder: String?, _ signIns: SignInStore?
    ) throws -> ServerChoice {
        let address = try ServerOptions.address(text)
        if let token { return .address(address, token: token, context: nil) }
        if let signIns, signIns.has(address) { return .signedIn(address, context: nil) }
        guard let folder else {
            throw CommandFailure(
                .notAllowed,
                """
                Nobody is signed in at \(address). 'holdfast login --server \(address)' signs you in; HOLDFAST_TOKEN \
                may hold a token, which 'holdfast token' makes on the server's machine.
                """)
        }
        return .state(folder, address: address)
    }
}
