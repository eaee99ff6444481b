import Foundation
import WebClient

/// Where a user's contexts and their tokens are kept, as the XDG Base Directory Specification says.
struct ContextStore {
    /// The addresses: `$XDG_CONFIG_HOME/holdfast/contexts.yaml`.
    let file: URL
    /// `$XDG_STATE_HOME/holdfast/tokens/`, a file for each context.
    let tokens: URL

    init(environment: [String: String]) {
        let state = UserFolder.url("XDG_STATE_HOME", usual: ".local/state", environment)
        file = UserFolder.url("XDG_CONFIG_HOME", usual: ".config", environment).appending(path: "contexts.yaml")
        tokens = state.appending(path: "tokens")
    }

    /// The contexts; none where there is no file.
    func read() throws -> ServerContexts {
        guard FileManager.default.fileExists(atPath: file.path) else { return ServerContexts() }
        guard let data = FileManager.default.contents(atPath: file.path), let text = String(data: data, encoding: .utf8)
        else { throw CommandFailure(.wrongConfiguration, "'\(file.path)' cannot be read as text.") }
        return try ServerContexts(text: text, file: file.path)
    }

    /// What asks a server: with the authorities of its context, where one names some.
    func web(for server: String) throws -> WebClient {
        server.hasPrefix("https:") ? WebClient(try read().authorities(for: server)) : WebClient()
    }

    func write(_ contexts: ServerContexts) throws {
        try PrivateFile.makeFolder(file.deletingLastPathComponent())
        try PrivateFile.write(Data(contexts.text.utf8), to: file)
    }

    /// The token of a context; nil where none is kept.
    /// - Throws: where others can read it.
    func token(of name: String) throws -> String? {
        let place = tokens.appending(path: name)
        guard FileManager.default.fileExists(atPath: place.path) else { return nil }
        do {
            try PrivateFile.require(place, mode: 0o600)
        } catch {
            throw CommandFailure(.notAllowed, explained(error))
        }
        guard let data = FileManager.default.contents(atPath: place.path), let text = Self.token(in: data) else {
            throw CommandFailure(.notAllowed, "'\(place.path)' holds no token. Remove the context and add it again.")
        }
        return text
    }

    func setToken(_ token: String, of name: String) throws {
        try PrivateFile.makeFolder(tokens)
        try PrivateFile.write(Data((token + "\n").utf8), to: tokens.appending(path: name))
    }

    func removeToken(of name: String) throws {
        let place = tokens.appending(path: name)
        guard FileManager.default.fileExists(atPath: place.path) else { return }
        try FileManager.default.removeItem(at: place)
    }

    /// The one word in a file; nil for anything else.
    static func token(in data: Data) -> String? {
        guard let text = String(data: data, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
            !text.isEmpty, text.utf8.allSatisfy({ (0x21..<0x7f).contains($0) })
        else { return nil }
        return text
    }
}
