import BackupServer
import Foundation
import WebClient

/// A server under a name.
struct NamedServer: Equatable {
    var name: String
    /// Scheme and host, as `--server` takes them.
    var server: String
    /// A PEM file with authorities that may vouch for it, besides the machine's.
    var authorities: String?
}

/// The servers that a user named, and the one that commands ask where nothing else is said.
struct ServerContexts: Equatable {
    var current: String?
    var entries: [NamedServer] = []

    func named(_ name: String) -> NamedServer? { entries.first { $0.name == name } }

    /// The one with a name.
    /// - Throws: `CommandFailure` where there is none, with what may be meant.
    func require(_ name: String) throws(CommandFailure) -> NamedServer {
        if let found = named(name) { return found }
        let guess = NearestWord.guess(name, among: entries.map(\.name))
        throw CommandFailure(
            .notFound, "There is no context '\(name)'.\(guess) 'holdfast context list' shows all.")
    }

    /// Who may vouch for the server at an address.
    func authorities(for server: String) -> WebClient.Authorities {
        entries.lazy.filter { $0.server == server }.compactMap(\.authorities).first.map { .file($0) } ?? .system
    }

    /// Whether a text may name a context: it becomes the name of a file.
    static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil
    }
}

// MARK: The file

extension ServerContexts {
    /// The file's text: YAML, of which it uses a list of maps and quoted texts.
    var text: String {
        var lines = ["# The servers of 'holdfast --context'. Tokens are kept apart."]
        if let current { lines.append("current: \"\(current)\"") }
        lines.append(entries.isEmpty ? "contexts: []" : "contexts:")
        for entry in entries {
            lines.append("  - name: \"\(entry.name)\"")
            lines.append("    server: \"\(entry.server)\"")
            if let file = entry.authorities { lines.append("    ca: \"\(file)\"") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads the file's text; it may be edited by hand, with or without quotes.
    /// - Throws: `CommandFailure` that names the line that is not understood.
    init(text: String, file: String) throws(CommandFailure) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.trimmingCharacters(in: .whitespaces)
            guard !words.isEmpty, !words.hasPrefix("#"), words != "contexts:", words != "contexts: []" else { continue }
            guard let match = words.wholeMatch(of: /(?:-\s+)?(current|name|server|ca):\s*(?:"([^"]*)"|'([^']*)'|(\S+))/)
            else { throw Self.malformed(file, index, "is not understood") }
            let value = String(match.2 ?? match.3 ?? match.4 ?? "")
            switch match.1 {
            case "current": current = value
            case "name":
                guard Self.isName(value), named(value) == nil else {
                    throw Self.malformed(file, index, "names a context twice, or not as 'context add' would")
                }
                entries.append(NamedServer(name: value, server: ""))
            case "ca":
                guard !entries.isEmpty, value.hasPrefix("/") else {
                    throw Self.malformed(file, index, "gives no absolute path of a file with certificates")
                }
                entries[entries.count - 1].authorities = value
            default:
                guard !entries.isEmpty, let origin = PublicURL.origin(value) else {
                    throw Self.malformed(file, index, "gives no address such as https://backup.example:8443")
                }
                entries[entries.count - 1].server = origin
            }
        }
        if let incomplete = entries.first(where: { $0.server.isEmpty }) {
            throw CommandFailure(.wrongConfiguration, "'\(file)': the context '\(incomplete.name)' has no server.")
        }
    }

    private static func malformed(_ file: String, _ index: Int, _ what: String) -> CommandFailure {
        CommandFailure(.wrongConfiguration, "'\(file)', line \(index + 1) \(what).")
    }
}
