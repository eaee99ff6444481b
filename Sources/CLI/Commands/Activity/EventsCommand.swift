import ArgumentParser
import Foundation

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Follow what changes at the server, a line for each change.",
        discussion: HelpText.discussion(
            """
            Topics are overview, health, incidents, restores, policies, and single things: restores/<id>, \
            units/<account>, searches/<id>. Without any, the first five. Ends with Ctrl-C, or after --limit lines; \
            where the connection ends it comes back, and says so where it may have missed something.
            """,
            examples: [
                "holdfast events", "holdfast events incidents units/ada@contoso.example",
                "holdfast events restores --limit 10 --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "What to follow, at most 20 topics.")
    var topics: [String] = []

    @Option(help: "End after so many changes.")
    var limit: Int?

    static let usualTopics = ["overview", "health", "incidents", "restores", "policies"]

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1, not \(limit).") }
        if topics.count > 20 { throw ValidationError("A stream has at most 20 topics, not \(topics.count).") }
    }

    func run() async throws {
        let session = try await ServerSession.open(server)
        var left = limit
        let source = EventSource(client: session.client, topics: try await followed(session))
        try await source.follow { message in
            tell(message, session.zone)
            left = left.map { $0 - 1 }
            return left != 0
        }
        if output.json { JSONOutput.print(JSONOutput.result(.done)) }
    }

    /// The topics as the API names them: a unit by its id.
    private func followed(_ session: ServerSession) async throws -> [String] {
        guard !topics.isEmpty else { return Self.usualTopics }
        var followed: [String] = []
        for topic in topics {
            let name = topic.split(separator: "/", maxSplits: 1).dropFirst().first.map(String.init)
            guard topic.hasPrefix("units/"), let name, UUID(uuidString: name) == nil else {
                followed.append(topic)
                continue
            }
            let unit = try await session.units.unit(name)
            followed.append("units/\(unit.state.text("id") ?? name)")
        }
        return followed
    }

    private func tell(_ message: EventSource.Message, _ zone: TimeZone) {
        let now = Date()
        switch message {
        case .changed(let change):
            guard !output.json else { return print(change, at: now) }
            show("\(Moments.time(now, zone: zone))  \(EventReport.line(change))")
        case .reset:
            guard !output.json else {
                return JSONOutput.print(
                    JSONOutput.document("reset", .object([("dateTime", .string(Moments.utc(now)))])))
            }
            show("\(Moments.time(now, zone: zone))  what changed meanwhile is not known: look at everything again")
        }
        Terminal.flush()
    }

    private func print(_ change: JSONValue, at now: Date) {
        let time = JSONValue.Member(name: "dateTime", value: .string(Moments.utc(now)))
        JSONOutput.print(JSONOutput.document("event", .object([time] + change.members)))
    }
}

/// A change in words.
enum EventReport {
    static func line(_ change: JSONValue) -> String {
        let id = change.text("id").map { " \($0)" } ?? ""
        let thing = change.text("thing") ?? "?"
        guard let body = change["body"], !body.isNull else { return "\(thing)\(id): gone" }
        return "\(thing)\(id): \(words(body, thing))"
    }

    private static func words(_ body: JSONValue, _ thing: String) -> String {
        switch thing {
        case "progress":
            let units = body["units"]
            let (done, total) = (units?.int("done") ?? 0, units?.int("total") ?? 0)
            let failed = units?.int("failed") ?? 0
            return "\(body.text("phase") ?? "-"), \(done) of \(total.counted("account"))"
                + (failed > 0 ? ", \(failed) failed" : "")
        case "unitState": return "\(KnownUnit.name(of: body)) is \(StatusReport.words(body.text("state")))"
        case "protectionPolicy": return "\(body.text("displayName") ?? "-") is \(body.text("status") ?? "-")"
        case "incident": return "\(body.text("status") ?? "-"): \(body.text("sentence") ?? "")"
        case "fileSearch":
            return "\(body.text("status") ?? "-"), \((body.int("resultCount") ?? 0).counted("result"))"
        default: return body.text("sentence") ?? body.text("status") ?? "changed"
        }
    }
}
