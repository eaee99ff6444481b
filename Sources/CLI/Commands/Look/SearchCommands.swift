import ArgumentParser
import Foundation

struct FindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Find files by name over all restore points, also deleted ones.",
        discussion: HelpText.discussion(
            """
            Every word must occur in the name. A word with * (any letters) or ? (one letter) must be all of it. \
            Capitals do not matter.
            """,
            examples: [
                "holdfast find 'budget*.xlsx' --in ada@contoso.example --deleted", "holdfast find 'thesis v9'",
                "holdfast find report --between '2 weeks ago' yesterday --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "Words of the name, or a pattern with * and ?.")
    var pattern: String

    @Option(name: .customLong("in"), help: "Only in this account or site. May be repeated.")
    var units: [String] = []

    @Option(parsing: .upToNextOption, help: "Only files that existed between two moments.")
    var between: [String] = []

    @Flag(help: "Only files that are gone today.")
    var deleted = false

    @Option(help: "For how many seconds to wait for the end of the search.")
    var timeout: Double = 120

    func validate() throws {
        guard between.isEmpty || between.count == 2 else {
            throw ValidationError("--between takes two moments, such as --between '2 weeks ago' yesterday.")
        }
    }

    func run() async throws {
        let session = try await ServerSession.open(server)
        let search = try await session.client.post(APIClient.additions + "/fileSearches", try await body(session))
        guard let id = search.text("id") else { throw CommandFailure(.failed, "The server began no search.") }
        let path = APIClient.additions + "/fileSearches/\(APIClient.encoded(id))"
        let isComplete = try await wait(session.client, path)
        var found = try await session.client.list(path + "/results", limit: list.fetched)
        if deleted { found.entries = found.entries.filter { $0.bool("isDeleted") == true } }
        try? await session.client.delete(path)
        try Self.listing(session).print(found.entries, hasMore: found.hasMore, list: list, output: output)
        guard isComplete else {
            throw CommandFailure(
                .waitedInVain, "The search did not end within \(Int(timeout)) seconds; this is a part.")
        }
        if found.entries.isEmpty, !output.json { Diagnostics.line("Nothing is named so.") }
        if let first = found.entries.first {
            output.next(
                "To see its versions: holdfast versions '\(KnownUnit.name(of: first)):\(first.text("path") ?? "")'")
        }
    }

    private func body(_ session: ServerSession) async throws -> JSONValue {
        var ids: [JSONValue] = []
        for name in units { ids.append(.string(try await session.units.protectedUnit(name).id)) }
        let moments = try between.map { text -> JSONValue in
            switch try session.points.clock.moment(text) {
            case .at(let date): .string(Moments.utc(date))
            case .now: .string(Moments.utc(session.now))
            case .lastClean, .before, .point:
                throw CommandFailure(.wrongCommand, "--between takes times, not '\(text)'.")
            }
        }
        return .object([
            ("query", .string(pattern)), ("unitIds", .array(ids)), ("start", moments.first ?? .null),
            ("end", moments.last ?? .null), ("includeDeleted", .bool(true)),
        ])
    }

    private func wait(_ client: APIClient, _ path: String) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(timeout)
        while ContinuousClock.now < end {
            if try await client.get(path).text("status") != "running" { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }

    private static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "fileResult",
            columns: [
                .init(name: "account", member: "displayName") { KnownUnit.name(of: $0) },
                .init(name: "modified", member: "newest") { session.moment($0["newest"]?.date("modified")) },
                .init(name: "size", isNumber: true, member: "newest") {
                    $0["newest"]?.int("size").map(Measures.size) ?? "-"
                },
                .init(name: "versions", isNumber: true, member: "versionCount") {
                    $0.int("versionCount").map(Measures.count) ?? "-"
                },
                .init(name: "today", member: "isDeleted") { $0.bool("isDeleted") == true ? "gone" : "there" },
                .init(name: "path", member: "path") { $0.text("path") ?? "-" },
            ])
    }
}

struct VersionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: "List the versions of a file that the restore points hold, the newest first.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast versions ada@contoso.example:Documents/Budget/2026.xlsx",
                "holdfast versions ada@contoso.example:Budget/2026.xlsx --limit 5",
                "holdfast versions ada@contoso.example:Budget/2026.xlsx --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "An account or site, and the path of the file: ada@contoso.example:Budget/2026.xlsx.")
    var item: String

    func run() async throws {
        let path = try UnitPath(item)
        guard !path.names.isEmpty else {
            throw CommandFailure(.wrongCommand, "'\(item)' names no file. Write UNIT:PATH.")
        }
        let session = try await ServerSession.open(server)
        let (unit, id) = try await session.units.protectedUnit(path.unit)
        let found = try await versions(of: path.names, unit: unit, id: id, session)
        try Self.listing(session).print(found.entries, hasMore: found.hasMore, list: list, output: output)
        if let moment = found.entries.first?.text("lastDateTime") {
            output.next("To bring one back: holdfast restore '\(item)' --at \(moment) --conflict keep-both")
        }
    }

    /// The versions at a path; the name of a drive's library before it is understood too.
    private func versions(
        of names: [String], unit: KnownUnit, id: String, _ session: ServerSession
    ) async throws -> (entries: [JSONValue], hasMore: Bool) {
        let base = APIClient.additions + "/protectionUnits/\(id)/versions"
        var found = try await session.client.list(base, [("path", names.joined(separator: "/"))], limit: list.fetched)
        if found.entries.isEmpty, !unit.isSite, names.count > 1, names.first == "Documents" {
            let rest = names.dropFirst().joined(separator: "/")
            found = try await session.client.list(base, [("path", rest)], limit: list.fetched)
        }
        guard !found.entries.isEmpty else {
            throw CommandFailure(
                .notFound,
                """
                No restore point of \(unit.name) holds '\(names.joined(separator: "/"))'. To look for it: holdfast \
                find '\(names.last ?? "")' --in \(unit.name)
                """)
        }
        return found
    }

    private static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "fileVersion",
            columns: [
                .init(name: "modified", member: "modified") { session.moment($0.date("modified")) },
                .init(name: "size", isNumber: true, member: "size") { $0.int("size").map(Measures.size) ?? "-" },
                .init(name: "first seen", member: "firstDateTime") { session.moment($0.date("firstDateTime")) },
                .init(name: "last seen", member: "lastDateTime") { session.moment($0.date("lastDateTime")) },
                .init(name: "today", member: "isPresent") { $0.bool("isPresent") == true ? "there" : "" },
            ])
    }
}
