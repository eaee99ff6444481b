import ArgumentParser
import Foundation

struct UnitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unit", abstract: "List accounts and sites, and show how each is protected.",
        subcommands: [
            UnitListCommand.self, UnitShowCommand.self, UnitTimelineCommand.self, UnitBackupCommand.self,
        ],
        aliases: ["account", "site"])
}

struct UnitListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts and sites, also those that nobody protects.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast unit list", "holdfast unit list --is failing --sort newest",
                "holdfast unit list --search ada --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Option(help: "Only those in a state: protected, late, failing, paused, requested, notProtected or excluded.")
    var `is`: String?

    @Option(help: "Only those whose name or address holds these words.")
    var search: String?

    func run() async throws {
        let session = try await ServerSession.open(server)
        var query: [(String, String)] = []
        if let state = self.is { query.append(("$filter", "state eq \(APIClient.literal(state))")) }
        if let search { query.append(("search", search)) }
        let found = try await session.client.list(APIClient.additions + "/unitStates", query, limit: list.fetched)
        try Self.listing(session).print(found.entries, hasMore: found.hasMore, list: list, output: output)
        if let first = found.entries.first {
            output.next("To see one: holdfast unit show \(KnownUnit.name(of: first))")
        }
    }

    private static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "unitState",
            columns: [
                .init(name: "name", member: "email") { KnownUnit.name(of: $0) },
                .init(name: "state", member: "state") { StatusReport.words($0.text("state")) },
                .init(name: "newest", member: "newestPointDateTime") { session.moment($0.date("newestPointDateTime")) },
                .init(name: "points", isNumber: true, member: "pointCount") {
                    $0.int("pointCount").map(Measures.count) ?? "-"
                },
                .init(name: "files", isNumber: true, member: "fileCount") {
                    $0.int("fileCount").map(Measures.count) ?? "-"
                },
                .init(name: "size", isNumber: true, member: "sizeInBytes") {
                    $0.int("sizeInBytes").map(Measures.size) ?? "-"
                },
            ])
    }
}

struct UnitShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show how one account or site is protected, and what is wrong.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast unit show ada@contoso.example", "holdfast unit show https://contoso.example/sites/team",
                "holdfast unit show ada@contoso.example --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "A mail address, sign-in name, site address or id.", completion: .custom(ServerNames.units))
    var unit: String

    func run() async throws {
        let session = try await ServerSession.open(server)
        let found = try await session.units.unit(unit)
        guard !output.json else { return JSONOutput.print(JSONOutput.document("unitState", found.state)) }
        for line in UnitReport(unit: found, session: session).lines { show(line) }
        if let incident = found.incidentID {
            output.next("To see what a rollback would do: holdfast restore --incident \(incident) --dry-run")
        } else if found.unitID != nil {
            output.next("To see its points: holdfast point list \(unit)")
        }
    }
}

/// An account or site in words.
struct UnitReport {
    let unit: KnownUnit
    let session: ServerSession

    var lines: [String] {
        let state = unit.state
        var lines = [unit.name, ""]
        lines.append("  state      \(StatusReport.words(state.text("state"))) \(since)")
        if let error = state["error"], !error.isNull {
            lines.append("  ▲          \(error.text("code") ?? ""): \(error.text("message") ?? "")")
            if let action = error.text("action") { lines.append("             \(action)") }
        }
        let newest = state.date("newestPointDateTime")
        lines.append("  newest     \(session.moment(newest))" + (newest == nil ? "" : ", \(session.age(newest)) ago"))
        lines.append("  oldest     \(session.moment(state.date("oldestPointDateTime")))")
        lines.append("  next       \(session.moment(state.date("nextBackupDateTime")))")
        lines.append("  points     \(Measures.count(state.int("pointCount") ?? 0))")
        if let files = state.int("fileCount"), let size = state.int("sizeInBytes") {
            lines.append("  content    \(Measures.count(files)) files, \(Measures.size(size))")
        }
        if let stored = state.int("storedInBytes") { lines.append("  stored     \(Measures.size(stored))") }
        lines.append("  verified   \(session.moment(state.date("verifiedDateTime")))")
        if let damaged = state.int("damagedPointCount"), damaged > 0 {
            lines.append("  ✕          \(damaged.counted("damaged point"))")
        }
        if let incident = unit.incidentID { lines.append("  ▲          incident \(incident)") }
        lines.append("  id         \(unit.unitID ?? state.text("id") ?? "-")")
        return lines
    }

    private var since: String { unit.state.date("stateSince").map { "since \(session.moment($0))" } ?? "" }
}
