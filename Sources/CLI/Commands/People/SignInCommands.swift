import ArgumentParser
import Foundation
import ProtectionRules

/// The server that a sign-in is about.
struct SignInServer: ParsableArguments {
    @Option(help: "The server's address, such as https://backup.example:8443. Otherwise HOLDFAST_SERVER.")
    var server: String?

    @Option(
        help: "A server by the name that 'context add' gave it. Otherwise HOLDFAST_CONTEXT, or the current context.",
        completion: .custom(ServerNames.contexts))
    var context: String?

    func validate() throws {
        guard server == nil || context == nil else {
            throw ValidationError("--context names a server by itself: leave out --server.")
        }
    }

    /// In the order of `ServerChoice`.
    func address(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> String {
        func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let contexts = try ContextStore(environment: environment).read()
        if let context { return try contexts.require(context).server }
        if let server { return try ServerOptions.address(server) }
        if let context = named("HOLDFAST_CONTEXT") { return try contexts.require(context).server }
        if let server = named("HOLDFAST_SERVER") { return try ServerOptions.address(server) }
        if let current = contexts.current { return try contexts.require(current).server }
        throw CommandFailure(
            .wrongCommand, "Which server? Give --server an address, or --context a name, or set HOLDFAST_SERVER.")
    }
}

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in to a server, as a person.",
        discussion: """
            Prints an address and a code; open the address in any browser, on any machine, and give the code there. \
            Commands that ask this server then act in your name. On the server's own machine --state \
            needs no sign-in.
            """)
    @OptionGroup var server: SignInServer

    @Flag(help: "Show an address and a code instead of opening a browser. This version always does.")
    var device = false

    func run() async throws {
        let address = try server.address()
        let web = try ContextStore(environment: ProcessInfo.processInfo.environment).web(for: address)
        let client = IssuerClient(
            server: address, tenant: try await IssuerClient.tenant(of: address, web), web: web)
        let waiting = try await client.begin()
        Diagnostics.line(Self.request(waiting).printable)
        let tokens = try await client.finish(waiting)
        try SignInStore(environment: ProcessInfo.processInfo.environment).keep(
            SignInStore.Entry(
                server: address, tenant: client.tenant, accessToken: tokens.access_token,
                expires: Date().addingTimeInterval(Double(tokens.expires_in)), refreshToken: tokens.refresh_token))
        show("Signed in to \(address).")
    }

    static func request(_ waiting: IssuerClient.Waiting) -> String {
        "Open \(waiting.verification_uri) in a browser, and give the code \(waiting.user_code). Waiting …"
    }
}

struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "End a sign-in of 'holdfast login'.")
    @OptionGroup var server: SignInServer

    func run() async throws {
        let address = try server.address()
        let store = SignInStore(environment: ProcessInfo.processInfo.environment)
        guard let entry = try store.remove(address) else {
            throw CommandFailure(.notFound, "There is no sign-in at \(address).")
        }
        // What lies here is gone; a server that is away loses what it gave with the time.
        if let token = entry.refreshToken {
            let web = try ContextStore(environment: ProcessInfo.processInfo.environment).web(for: address)
            try await IssuerClient(server: address, tenant: entry.tenant, web: web).revoke(token)
        }
        show("Signed out of \(address).")
    }
}

struct WhoamiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami", abstract: "Show as whom commands act, and what that allows.")
    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try await server.connect()
        let me = try await client.get("\(APIClient.additions)/me")
        if output.json {
            JSONOutput.print(JSONOutput.document("me", me))
        } else {
            for line in Self.lines(me, server: client.address, zone: .current, now: Date()) { show(line) }
        }
    }

    /// Who it is and where, what that allows, and until when.
    static func lines(_ me: JSONValue, server: String, zone: TimeZone, now: Date) -> [String] {
        let limit = me["unitLimit"]?.int.map { ", at most \($0.counted("account")) at once" } ?? ""
        let end = me.text("sessionEndsDateTime").map { "until \(Moments.localized($0, zone: zone, now: now))" }
        return ["\(me.text("name") ?? "unknown") on \(server)", rights(me) + limit] + [end].compactMap(\.self)
    }

    /// The roles. A token has permissions alone; those that are just a role's are called by its name.
    private static func rights(_ me: JSONValue) -> String {
        let roles = me.list("roles").compactMap(\.text)
        guard roles.isEmpty else { return roles.joined(separator: ", ") }
        let scopes = me.list("scopes").compactMap(\.text)
        let role = OperatorRole.allCases.first { $0.scopes == Set(scopes) }
        return role?.settingName ?? scopes.joined(separator: " ")
    }
}
