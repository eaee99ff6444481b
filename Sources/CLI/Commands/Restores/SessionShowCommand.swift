import ArgumentParser
import Foundation

struct SessionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a restore: its plan, its accounts, and the files that it changes.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast session show 4f2a", "holdfast session show 4f2a --accounts --all",
                "holdfast session show 4f2a --newer",
            ]))

    @OptionGroup var arguments: SessionArguments
    @OptionGroup(title: "The list")
    var list: ListOptions

    @Flag(help: "List every account with what happens to it.")
    var accounts = false

    @Flag(help: "List the files of today that are newer than the moment and would be lost.")
    var newer = false

    @Option(help: "List what happens to each file of this account.")
    var changes: String?

    func run() async throws {
        let (restore, session) = try await arguments.open()
        if case .session(let id) = restore { return try await show(session: id, session) }
        let plan = try await session.client.get(restore.path)
        let report = PlanReport(plan, session: session)
        if newer || changes != nil { return try await showChanges(of: plan, restore, session) }
        if arguments.output.json, !accounts { return JSONOutput.print(report.json) }
        let units = try await PlanClient(client: session.client).units(
            of: plan, limit: accounts ? list.fetched : PlanReport.unitsShown)
        guard !arguments.output.json else {
            return JSONOutput.print(.array(units.entries.map { JSONOutput.document("planUnit", $0) }))
        }
        if !accounts { for line in report.lines { tell(line) } }
        arguments.output.show(report.table(units.entries))
        let isReady = plan.text("status") == "ready"
        for line in report.closing((units.entries, units.hasMore), dryRun: isReady) { CLI.show(line) }
    }

    private func show(session id: String, _ session: ServerSession) async throws {
        let found = try await session.client.get(APIClient.graph + "/restoreSessions/\(APIClient.encoded(id))")
        guard !arguments.output.json else { return JSONOutput.print(JSONOutput.document("session", found)) }
        let counts = found["restoreSessionArtifactCount"]
        let (total, failed) = (counts?.int("total") ?? 0, counts?.int("failed") ?? 0)
        CLI.show("Session \(id): \(found.text("status") ?? "-")")
        CLI.show("  \(SessionListCommand.name(ofSession: found))")
        CLI.show("  \(counts?.int("completed") ?? 0) of \(total) done, \(failed) failed")
        if let error = found["error"], !error.isNull { CLI.show("  ▲ \(error.text("message") ?? "")") }
        let units = try await session.client.list(
            APIClient.additions + "/restoreSessions/\(APIClient.encoded(id))/units", limit: list.fetched)
        try SessionUnits.listing.print(units.entries, hasMore: units.hasMore, list: list, output: arguments.output)
    }

    /// What a plan does to files: all of one account, or those newer than the moment of all.
    private func showChanges(of plan: JSONValue, _ restore: KnownRestore, _ session: ServerSession) async throws {
        var chosen: [JSONValue] = []
        if let changes {
            let id = try await session.units.protectedUnit(changes).id
            chosen = [.object([("unitId", .string(id)), ("displayName", .string(changes))])]
        } else {
            chosen = try await PlanClient(client: session.client).units(of: plan, limit: nil).entries
                .filter { ($0.int("newerLost") ?? 0) > 0 }
        }
        var entries: [JSONValue] = []
        for unit in chosen {
            let id = unit.text("unitId") ?? ""
            let limit = newer ? nil : list.fetched
            let found = try await session.client.list(
                restore.path + "/units/\(APIClient.encoded(id))/changes", limit: limit)
            let wanted = newer ? found.entries.filter { $0.bool("isNewer") == true } : found.entries
            entries += wanted.map { change in
                .object(
                    change.members + [
                        JSONValue.Member(name: "unitId", value: .string(id)),
                        JSONValue.Member(name: "account", value: .string(KnownUnit.name(of: unit))),
                    ])
            }
        }
        try Self.changeListing(session).print(entries, hasMore: false, list: list, output: arguments.output)
    }

    private static func changeListing(_ session: ServerSession) -> Listing {
        Listing(
            type: "planChange",
            columns: [
                .init(name: "account", member: "account") { $0.text("account") ?? "-" },
                .init(name: "action", member: "action") { $0.text("action") ?? "-" },
                .init(name: "size", isNumber: true, member: "size") { $0.int("size").map(Measures.size) ?? "-" },
                .init(name: "today", member: "presentModified") { session.moment($0.date("presentModified")) },
                .init(name: "path", member: "path") { change in
                    let from = change.text("fromPath").map { " (is \($0))" } ?? ""
                    return (change.text("path") ?? "-") + from + (change.bool("isNewer") == true ? "  ▲ newer" : "")
                },
            ])
    }
}

/// The accounts of a restore that runs or has ended.
enum SessionUnits {
    static let listing = Listing(
        type: "unitProgress",
        columns: [
            .init(name: "account", member: "displayName") { KnownUnit.name(of: $0) },
            .init(name: "status", member: "status") { $0.text("status") ?? "-" },
            .init(name: "phase", member: "phase") { $0.text("phase") ?? "-" },
            .init(name: "errors", isNumber: true, member: "errorCount") {
                $0.int("errorCount").map(Measures.count) ?? "-"
            },
            .init(name: "note", member: "error") { unit in
                unit["error"]?.text("message") ?? unit.text("waitingFor").map { "waits for \($0)" } ?? ""
            },
        ])
}
