import ArgumentParser
import Foundation

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell whether everything is protected, and what needs a person.",
        discussion: HelpText.discussion(
            "A sentence, the counts by state, and what to do about each problem.",
            examples: ["holdfast status", "holdfast status --check || echo 'look at it'", "holdfast status --json"]))

    @OptionGroup(title: "The server")
    var server: ServerOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Flag(help: "End with exit code 7 unless everything is protected and nothing is damaged or attacked.")
    var check = false

    func run() async throws {
        let session = try await ServerSession.open(server)
        let overview = try await session.client.get(APIClient.additions + "/overview")
        let incidents = try await session.client.list(
            APIClient.additions + "/incidents",
            [("$filter", "status eq 'open' or status eq 'contained'"), ("$orderby", "detectedDateTime desc")])
        let report = StatusReport(overview, incidents: incidents.entries)
        if output.json {
            JSONOutput.print(JSONOutput.document("overview", report.document))
        } else {
            for line in report.lines(width: Terminal.width, session) { show(line) }
        }
        if check, !report.isHealthy { throw CommandExit.notHealthy.code }
    }
}

/// The overview in words.
struct StatusReport {
    private let overview: JSONValue
    /// The incidents that are not over.
    private let incidents: [JSONValue]

    init(_ overview: JSONValue, incidents: [JSONValue]) { (self.overview, self.incidents) = (overview, incidents) }

    /// The overview with the number of incidents, also where the server does not count them there.
    var document: JSONValue {
        let count = JSONValue.Member(name: "openIncidents", value: .integer(incidents.count))
        return .object(overview.members.filter { $0.name != count.name } + [count])
    }

    /// The states of units: the mark of each, its name in the API, and its words.
    static let states: [(mark: String, name: String, words: String)] = [
        ("●", "protected", "protected"), ("◐", "late", "late"), ("▲", "failing", "failing"), ("⏸", "paused", "paused"),
        ("◌", "requested", "waiting for the first point"), ("○", "notProtected", "not protected"),
        ("–", "excluded", "excluded"), ("→", "leaving", "leaving"), ("✕", "deleted", "deleted"),
    ]

    /// States in which a unit has no point that is new enough.
    private static let bad: Set<String> = ["late", "failing", "requested", "notProtected"]

    /// The mark and the words of a state.
    static func words(_ state: String?) -> String {
        guard let state else { return "-" }
        return states.first { $0.name == state }.map { "\($0.mark) \($0.words)" } ?? state
    }

    /// How many units are in a state, over all workloads.
    private func count(_ state: String) -> Int {
        overview.list("workloads").reduce(0) { $0 + ($1["states"]?.int(state) ?? 0) }
    }

    /// Whether nothing needs a person.
    var isHealthy: Bool {
        let isProtected = Self.states.allSatisfy { !Self.bad.contains($0.name) || count($0.name) == 0 }
        return isProtected && incidents.isEmpty && (overview.int("damagedPoints") ?? 0) == 0
    }

    /// - Parameter width: columns of the terminal; nil where the reader is a program.
    func lines(width: Int?, _ session: ServerSession) -> [String] {
        var lines = Wrapping.lines(session.localized(overview.text("sentence") ?? ""), width: width) + [""]
        let counts = Self.states.compactMap { state in
            let number = count(state.name)
            return number > 0 ? "\(state.mark) \(Measures.count(number)) \(state.words)" : nil
        }
        lines.append("  " + (counts.isEmpty ? "no accounts or sites" : counts.joined(separator: "   ")))
        for incident in incidents {
            let id = incident.text("id") ?? ""
            let text = "  ▲ incident \(id): \(session.localized(incident.text("sentence") ?? ""))"
            lines += Wrapping.lines(text, then: "holdfast incident show \(id)", width: width)
        }
        for task in overview.list("toDo") where task.text("kind") != "incident" {
            lines += Wrapping.lines(Self.text(task), then: command(for: task) ?? "", width: width)
        }
        return lines
    }

    /// What is wrong with one thing, and what to do where no command does it.
    private static func text(_ task: JSONValue) -> String {
        let mark = ["error": "▲", "critical": "▲", "high": "▲", "warning": "○"][task.text("severity") ?? ""] ?? "✎"
        let texts = [task.text("message"), task.text("action")].compactMap(\.self).filter { !$0.isEmpty }
        return "  \(mark) \(texts.joined(separator: " "))"
    }

    /// The command that helps with a task; nil where there is none.
    private func command(for task: JSONValue) -> String? {
        switch task.text("kind") {
        case "failing": task.text("unitId").map { "holdfast unit show \($0)" } ?? "holdfast unit list --is failing"
        case "late": "holdfast unit list --is late"
        case "notProtected":
            count("protected") + count("requested") == 0
                ? "holdfast policy create --everyone" : "holdfast unit list --is notProtected"
        default: nil
        }
    }
}
