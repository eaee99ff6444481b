import ArgumentParser
import BackupServer
import Foundation
import WebClient

struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context", abstract: "Keep the addresses of servers and tokens for them under short names.",
        discussion: HelpText.discussion(
            """
            Commands ask the current context unless they are told otherwise. Addresses are kept in \
            $XDG_CONFIG_HOME/holdfast/contexts.yaml, tokens apart in $XDG_STATE_HOME/holdfast/tokens, readable only \
            for you.
            """,
            examples: [
                "holdfast token --state /var/lib/holdfast > token",
                "holdfast context add prod https://backup.example:8443 --token-file token",
                "holdfast status --context prod",
            ]),
        subcommands: [
            ContextAddCommand.self, ContextListCommand.self, ContextUseCommand.self, ContextRemoveCommand.self,
        ])
}

struct ContextAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Keep the address of a server under a name, with a token for it.",
        discussion: HelpText.discussion(
            "The first context is the current one.",
            examples: [
                "holdfast context add prod https://backup.example:8443 --token-file token",
                "holdfast context add here http://127.0.0.1:8080 --token-file token",
                "holdfast context add prod https://backup.example:8443 --replace",
                "holdfast context add lab https://backup.lab:8443 --ca lab-ca.pem --token-file token",
            ]))

    @Argument(help: "The name: letters, digits, dots, hyphens and underscores.")
    var name: String

    @Argument(help: "The server's address, such as https://backup.example:8443.")
    var server: String

    @Option(help: "A file with a token for it; - reads standard input. Without it HOLDFAST_TOKEN is used each time.")
    var tokenFile: String?

    @Option(
        help: """
            A PEM file with an authority of your own, which vouches for the server's certificate. The file must stay \
            where it is.
            """)
    var ca: String?

    @Flag(help: "Replace the context of that name; what is kept for the same address stays unless it is given anew.")
    var replace = false

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        guard ServerContexts.isName(name) else {
            throw ValidationError(
                "'\(name)' cannot name a context: use letters, digits, dots, hyphens and underscores, at most 64.")
        }
        guard PublicURL.origin(server) != nil else {
            throw ValidationError(
                "The address must be scheme and host, such as https://backup.example:8443, not '\(server)'.")
        }
    }

    func run() async throws {
        let store = ContextStore(environment: ProcessInfo.processInfo.environment)
        var contexts = try store.read()
        var entry = NamedServer(
            name: name, server: try ServerOptions.address(server), authorities: try ca.map(Self.authorities))
        let token = try tokenFile.map(Self.token)
        if let place = contexts.entries.firstIndex(where: { $0.name == name }) {
            guard replace else {
                throw CommandFailure(
                    .refused, "There is already a context '\(name)'. To change it: --replace. Nothing was changed.")
            }
            // A token must not go to another server than the one that it was given for.
            let former = contexts.entries[place]
            if former.server != entry.server, token == nil { try store.removeToken(of: name) }
            if former.server == entry.server { entry.authorities = entry.authorities ?? former.authorities }
            contexts.entries[place] = entry
        } else {
            contexts.entries.append(entry)
        }
        if contexts.current == nil { contexts.current = name }
        if let token { try store.setToken(token, of: name) }
        try store.write(contexts)
        try ContextReport(contexts, store).tell("'\(name)' is \(entry.server).", name, output)
    }

    /// The absolute path of a file with certificates.
    static func authorities(_ path: String) throws -> String {
        let place = URL(filePath: path).standardizedFileURL.path
        guard !place.contains(where: { $0 == "\"" || $0.isNewline }) else {
            throw CommandFailure(.wrongCommand, "'\(place)' has a quote or a line break in its name.")
        }
        do {
            guard try WebClient.certificates(inFile: place) > 0 else { throw WebFailure.other("it holds none") }
        } catch {
            throw CommandFailure(
                .wrongCommand,
                "'\(place)' cannot be read as certificates in the PEM format, '-----BEGIN CERTIFICATE-----'.")
        }
        return place
    }

    private static func token(_ path: String) throws -> String {
        let data =
            path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data, let token = ContextStore.token(in: data) else {
            throw CommandFailure(.wrongCommand, "'\(path)' holds no token: one word, as 'holdfast token' prints it.")
        }
        return token
    }
}

struct ContextListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the contexts; the current one is marked.",
        discussion: HelpText.discussion(examples: ["holdfast context list", "holdfast context list --json"]))

    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let store = ContextStore(environment: ProcessInfo.processInfo.environment)
        let contexts = try store.read()
        let report = ContextReport(contexts, store)
        let entries = contexts.entries.map(report.json)
        try ContextReport.listing.print(entries, hasMore: false, list: list, output: output)
        if entries.isEmpty, !output.json { Diagnostics.line("There is no context. To add one: holdfast context add") }
    }
}

struct ContextUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Make a context the current one.",
        discussion: HelpText.discussion(examples: ["holdfast context use prod", "holdfast context use prod --json"]))

    @Argument(help: "The context's name.", completion: .custom(ServerNames.contexts))
    var name: String
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let store = ContextStore(environment: ProcessInfo.processInfo.environment)
        var contexts = try store.read()
        let entry = try contexts.require(name)
        contexts.current = name
        try store.write(contexts)
        try ContextReport(contexts, store).tell("Commands ask '\(name)' now, \(entry.server).", name, output)
    }
}

struct ContextRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forget a context and its token.",
        discussion: HelpText.discussion(
            "The token stays valid at the server until it expires.",
            examples: ["holdfast context remove prod", "holdfast context remove prod --json"]))

    @Argument(help: "The context's name.", completion: .custom(ServerNames.contexts))
    var name: String
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let store = ContextStore(environment: ProcessInfo.processInfo.environment)
        var contexts = try store.read()
        let entry = try contexts.require(name)
        contexts.entries.removeAll { $0.name == name }
        if contexts.current == name { contexts.current = nil }
        try store.removeToken(of: name)
        try store.write(contexts)
        guard !output.json else {
            return JSONOutput.print(
                JSONOutput.result(.done, [("name", .string(name)), ("server", .string(entry.server))]))
        }
        show("'\(name)' and its token are forgotten.")
    }
}

/// Contexts for people and programs.
struct ContextReport {
    private let contexts: ServerContexts
    private let store: ContextStore
    private let signIns: SignInStore

    init(_ contexts: ServerContexts, _ store: ContextStore) {
        (self.contexts, self.store) = (contexts, store)
        signIns = SignInStore(environment: ProcessInfo.processInfo.environment)
    }

    func json(_ entry: NamedServer) -> JSONValue {
        let hasToken =
            FileManager.default.fileExists(atPath: store.tokens.appending(path: entry.name).path)
            || signIns.has(entry.server)
        return .object([
            ("name", .string(entry.name)), ("server", .string(entry.server)),
            ("isCurrent", .bool(contexts.current == entry.name)), ("hasToken", .bool(hasToken)),
            ("certificateAuthorities", entry.authorities.map { .string($0) } ?? .null),
        ])
    }

    /// Says what became of a context.
    func tell(_ words: String, _ name: String, _ output: OutputOptions) throws {
        guard output.json else { return show(words) }
        JSONOutput.print(JSONOutput.document("context", json(try contexts.require(name))))
    }

    static let listing = Listing(
        type: "context",
        columns: [
            .init(name: "context", member: "name") { entry in
                (entry.text("name") ?? "-") + (entry.bool("isCurrent") == true ? " *" : "")
            },
            .init(name: "server", member: "server") { $0.text("server") ?? "-" },
            .init(name: "token", member: "hasToken") { $0.bool("hasToken") == true ? "kept" : "HOLDFAST_TOKEN" },
        ])
}
