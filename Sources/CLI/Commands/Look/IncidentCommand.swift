import ArgumentParser
import Foundation

struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "See what looks like an attack: since when, and whom it hit.",
        subcommands: [IncidentListCommand.self, IncidentShowCommand.self, IncidentDismissCommand.self])
}

struct IncidentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List incidents, the newest first.",
        discussion: HelpText.discussion(
            examples: ["holdfast incident list", "holdfast incident list --open", "holdfast incident list --json"]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Flag(help: "Only incidents that nobody has dismissed and that are not rolled back.")
    var open = false

    func run() async throws {
        let session = try await ServerSession.open(server)
        var query = [("$orderby", "detectedDateTime desc")]
        if open { query.append(("$filter", "status eq 'open' or status eq 'contained'")) }
        let found = try await session.client.list(APIClient.additions + "/incidents", query, limit: list.fetched)
        try Self.listing(session).print(found.entries, hasMore: found.hasMore, list: list, output: output)
        if found.entries.isEmpty, !output.json { Diagnostics.line("There is no incident.") }
        if let id = found.entries.first?.text("id") { output.next("To see it: holdfast incident show \(id)") }
    }

    private static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "incident",
            columns: [
                .init(name: "incident", member: "id") { $0.text("id") ?? "-" },
                .init(name: "status", member: "status") { $0.text("status") ?? "-" },
                .init(name: "began", member: "beganBefore") { session.moment($0.date("beganBefore")) },
                .init(name: "accounts", isNumber: true, member: "unitCount") {
                    $0.int("unitCount").map(Measures.count) ?? "-"
                },
                .init(name: "what", member: "sentence") { session.localized($0.text("sentence") ?? "") },
            ])
    }
}

struct IncidentShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an incident: its signals, the accounts it hit, and their last clean moments.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast incident show", "holdfast incident show 7 --all", "holdfast incident show 7 --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list of accounts")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "The incident's id, as 'incident list' shows it. Without it: the newest.",
        completion: .custom(ServerNames.incidents))
    var incident: String?

    func run() async throws {
        let session = try await ServerSession.open(server)
        let incident = if let incident { incident } else { try await Self.newest(session.client) }
        let path = APIClient.additions + "/incidents/\(APIClient.encoded(incident))"
        let found = try await session.client.get(path)
        let units = try await session.client.list(path + "/units", limit: list.fetched)
        guard !output.json else {
            let whole = found.members + [JSONValue.Member(name: "units", value: .array(units.entries))]
            return JSONOutput.print(JSONOutput.document("incident", .object(whole)))
        }
        for line in IncidentReport(found, session: session).lines { tell(line, indent: 4) }
        try IncidentReport.units(session).print(units.entries, hasMore: units.hasMore, list: list, output: output)
        for line in IncidentReport.samples(units.entries) { show(line) }
        if ["open", "contained"].contains(found.text("status") ?? "") {
            output.next("To see what a rollback would do: holdfast restore --incident \(incident) --dry-run")
        }
    }

    private static func newest(_ client: APIClient) async throws -> String {
        let query = [("$orderby", "detectedDateTime desc"), ("$top", "1")]
        let newest = try await client.get(APIClient.additions + "/incidents", query).list("value").first?.text("id")
        guard let newest else { throw CommandFailure(.notFound, "There is no incident.") }
        return newest
    }
}

/// An incident in words.
struct IncidentReport {
    let incident: JSONValue
    let session: ServerSession

    init(_ incident: JSONValue, session: ServerSession) { (self.incident, self.session) = (incident, session) }

    var lines: [String] {
        let (after, before) = (incident.date("beganAfter"), incident.date("beganBefore"))
        var lines = [
            session.localized(incident.text("sentence") ?? ""), "",
            "  status     \(incident.text("status") ?? "-")",
            "  began      between \(session.moment(after)) and \(session.moment(before))",
            "  detected   \(session.moment(incident.date("detectedDateTime")))",
            "  activity   last seen \(session.moment(incident.date("lastActivityDateTime")))",
        ]
        if let reason = incident.text("dismissedReason") { lines.append("  dismissed  \(reason)") }
        for signal in incident.list("signals") {
            lines.append("  ▲ \(signal.text("text") ?? signal.text("kind") ?? "")")
        }
        return lines + [""]
    }

    static func units(_ session: ServerSession) -> Listing {
        Listing(
            type: "incidentUnit",
            columns: [
                .init(name: "account", member: "displayName") { KnownUnit.name(of: $0) },
                .init(name: "began", member: "beganBefore") { session.moment($0.date("beganBefore")) },
                .init(name: "last clean", member: "lastCleanDateTime") { session.moment($0.date("lastCleanDateTime")) },
                count("replaced"), count("removed"), count("added"),
            ])
    }

    private static func count(_ name: String) -> Listing.Column {
        .init(name: name, isNumber: true, member: name) { $0.int(name).map(Measures.count) ?? "-" }
    }

    /// A few files that show what happened.
    static func samples(_ units: [JSONValue]) -> [String] {
        let samples = units.flatMap { $0.list("samples") }.prefix(3)
        guard !samples.isEmpty else { return [] }
        return ["", "for example:"]
            + samples.map { sample in
                let before = sample.text("pathBefore").map { " (was \($0))" } ?? ""
                return "  \(sample.text("path") ?? "")\(before)"
            }
    }
}

struct IncidentDismissCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dismiss", abstract: "Say that an incident is none, and why.",
        discussion: HelpText.discussion(
            "Its restore points expire again as their policy says.",
            examples: [
                "holdfast incident dismiss 7 --reason 'conversion of all spreadsheets on Monday'",
                "holdfast incident dismiss 7 --reason 'drill'", "holdfast incident dismiss 7 --reason 'drill' --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "The incident's id, as 'incident list' shows it.", completion: .custom(ServerNames.incidents))
    var incident: String

    @Option(help: "Why it is no attack, for those who look later.")
    var reason: String

    func run() async throws {
        let session = try await ServerSession.open(server)
        let answer = try await session.client.post(
            APIClient.additions + "/incidents/\(APIClient.encoded(incident))/dismiss",
            .object([("reason", .string(reason))]))
        guard !output.json else { return JSONOutput.print(JSONOutput.document("incident", answer)) }
        show("Incident \(incident) is dismissed: \(reason)")
    }
}
