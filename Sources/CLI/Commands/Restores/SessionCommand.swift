import ArgumentParser
import BackupServer
import Foundation

struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Follow restores, stop them, repeat what failed, and see what they did.",
        subcommands: [
            SessionListCommand.self, SessionShowCommand.self, SessionWatchCommand.self, SessionCancelCommand.self,
            SessionRetryCommand.self, SessionReportCommand.self, SessionNoticesCommand.self,
        ])
}

/// Which restore a command concerns.
struct SessionArguments: ParsableArguments {
    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "The id of the restore, as 'session list' shows it, or the only one that begins so.",
        completion: .custom(ServerNames.restores))
    var id: String

    func open() async throws -> (restore: KnownRestore, session: ServerSession) {
        let session = try await ServerSession.open(server)
        return (try await PlanClient(client: session.client).restore(named: id), session)
    }
}

struct SessionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List restores, whoever began them, the newest first.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast session list", "holdfast session list --limit 1 --json | jq -r '.[0].id'",
                "holdfast session list --plans",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Flag(help: "Also plans that nobody started.")
    var plans = false

    func run() async throws {
        let session = try await ServerSession.open(server)
        let entries = try await Self.restores(session.client, withPlans: plans)
        try Self.listing(session).print(entries, hasMore: false, list: list, output: output)
        if let first = entries.first { output.next("To see one: holdfast session show \(PlanReport.shortID(first))") }
    }

    /// Plans, and the sessions that belong to none.
    private static func restores(_ client: APIClient, withPlans: Bool) async throws -> [JSONValue] {
        let plans = try await client.list(PlanClient.path).entries
        let sessions = try await client.list(APIClient.graph + "/restoreSessions").entries
        let planned = Set(plans.flatMap { $0.list("sessions").compactMap(\.text) })
        let alone = sessions.filter { !planned.contains($0.text("id") ?? "") }.map { named($0, kind: "session") }
        let begun = plans.filter { withPlans || !$0.list("sessions").isEmpty || isBegun($0) }
        return (begun.map { named($0, kind: "plan") } + alone).sorted {
            ($0.text("createdDateTime") ?? "") > ($1.text("createdDateTime") ?? "")
        }
    }

    private static func isBegun(_ plan: JSONValue) -> Bool {
        !["planning", "ready", "expired", "failed"].contains(plan.text("status") ?? "")
    }

    /// The entity with what it is as a member, and a name for people.
    private static func named(_ entity: JSONValue, kind: String) -> JSONValue {
        let name = entity.text("displayName") ?? Self.name(ofSession: entity)
        return .object(
            [JSONValue.Member(name: "kind", value: .string(kind))]
                + entity.members.filter { $0.name != "displayName" }
                + [JSONValue.Member(name: "displayName", value: .string(name))])
    }

    /// What a session without a plan is: single items of this program, or whatever another client restores.
    static func name(ofSession session: JSONValue) -> String {
        let application = session["createdBy"]?["application"]
        guard application?.text("id") != TokenIssuer.commandLineApplicationID else { return "Restore of single items" }
        let client = application?.text("displayName").flatMap { $0.isEmpty ? nil : $0 } ?? "another client"
        return "\(session.text("restoreJobType") ?? "") restore of \(client)"
    }

    private static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "session",
            columns: [
                // A person gets the beginning, which commands take too; a program all of it.
                .init(name: "id", member: "id") {
                    Terminal.outputIsTerminal ? PlanReport.shortID($0) : $0.text("id") ?? "-"
                },
                .init(name: "created", member: "createdDateTime") { session.moment($0.date("createdDateTime")) },
                .init(name: "status", member: "status") { $0.text("status") ?? "-" },
                .init(name: "accounts", isNumber: true, member: "units") { entry in
                    let count = entry["sums"]?.int("units") ?? entry["restoreSessionArtifactCount"]?.int("total")
                    return count.map(Measures.count) ?? "-"
                },
                .init(name: "what", member: "displayName") { $0.text("displayName") ?? "" },
            ])
    }
}

struct SessionCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Stop a restore after the file at hand; every file is then old or new.",
        discussion: HelpText.discussion(
            "What was restored stays; 'holdfast restore --undo' takes it back.",
            examples: ["holdfast session cancel 4f2a", "holdfast session cancel 4f2a --json"]))

    @OptionGroup var arguments: SessionArguments

    func run() async throws {
        let (restore, session) = try await arguments.open()
        let answer = try await session.client.post(restore.path + "/cancel")
        guard !arguments.output.json else { return JSONOutput.print(JSONOutput.document("session", answer)) }
        tell("The restore stops after the file at hand. To see the end: holdfast session watch \(restore.id.prefix(8))")
    }
}

struct SessionRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Restore again what failed in a restore.",
        discussion: HelpText.discussion(
            examples: ["holdfast session retry 4f2a", "holdfast session retry 4f2a --watch"]))

    @OptionGroup var arguments: SessionArguments

    @Flag(help: "Follow it until it ends.")
    var watch = false

    func run() async throws {
        let (restore, session) = try await arguments.open()
        let answer = try await session.client.post(restore.path + "/retry")
        if watch {
            return try await SessionWatch(session: session, output: arguments.output, timeout: nil).follow(restore)
        }
        guard !arguments.output.json else { return JSONOutput.print(JSONOutput.document("session", answer)) }
        tell("What failed is restored again. To follow it: holdfast session watch \(restore.id.prefix(8))")
    }
}
