import ArgumentParser
import Foundation

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring accounts, sites, folders or files back to a moment, after showing exactly what would happen.",
        discussion: HelpText.discussion(
            """
            Of a whole account everything becomes as it was: what was changed since is reverted, and what is newer is \
            removed unless --keep-newer is given. A point to go back to is taken before, so --undo takes a restore \
            back. Single items come back beside what is there, or as --conflict says.
            """,
            examples: [
                "holdfast restore ada@contoso.example --at '2026-11-21 09:40' --dry-run",
                "holdfast restore --incident 7 --at last-clean --dry-run",
                "holdfast restore --plan 4f2a --yes 213 --watch",
                "holdfast restore ada@contoso.example:Budget/2026.xlsx --at 'yesterday 17:00' --conflict keep-both",
                "holdfast restore --undo 4f2a --dry-run",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "What to bring back")
    var scope: RestoreScope
    @OptionGroup(title: "How")
    var manner: RestoreManner
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let session = try await ServerSession.open(server)
        if scope.isOfItems {
            return try await ItemRestore(session: session, scope: scope, manner: manner, output: output).run()
        }
        let plans = PlanClient(client: session.client)
        if let known = scope.plan {
            let plan = try await plans.plan(named: known)
            return try await start(plan, plans, session)
        }
        let body = try await scope.planBody(manner, session)
        let made = try await plans.create(body)
        if !output.json {
            Diagnostics.line("Plan \(PlanReport.shortID(made)) is being made.")
        }
        let plan = try await plans.ready(made)
        try await show(plan, plans, session)
        guard !manner.dryRun else { return }
        try await start(plan, plans, session)
    }

    private func show(_ plan: JSONValue, _ plans: PlanClient, _ session: ServerSession) async throws {
        let report = PlanReport(plan, session: session)
        guard !output.json else { return JSONOutput.print(report.json) }
        let units = try await plans.units(of: plan, limit: PlanReport.unitsShown)
        for line in report.lines { tell(line) }
        output.show(report.table(units.entries))
        for line in report.closing(units, dryRun: manner.dryRun) { CLI.show(line) }
    }

    private func start(_ plan: JSONValue, _ plans: PlanClient, _ session: ServerSession) async throws {
        let report = PlanReport(plan, session: session)
        guard report.units > 0 else {
            throw CommandFailure(.refused, "There is nothing to do for any account. Nothing was changed.")
        }
        let act = "\(report.verb) \(report.units.counted("account"))"
        try TypedConfirmation(act: act, count: report.units, server: session.client.place).require(yes: manner.yes)
        let started = try await plans.start(plan, expectedUnits: report.units)
        let id = started.text("id") ?? plan.text("id") ?? ""
        guard manner.watch else {
            guard output.json else {
                return tell("The restore runs at the server. To follow it: holdfast session watch \(id.prefix(8))")
            }
            return JSONOutput.print(JSONOutput.result(.done, [("id", .string(id)), ("status", .string("started"))]))
        }
        try await SessionWatch(session: session, output: output, timeout: nil).follow(.plan(id))
    }
}

/// What a restore is about.
struct RestoreScope: ParsableArguments {
    @Argument(
        help: "Accounts or sites, or items in one of them: ada@contoso.example, ada@contoso.example:Budget.",
        completion: .custom(ServerNames.units))
    var items: [String] = []

    @Option(help: "All accounts that an incident hit.", completion: .custom(ServerNames.incidents))
    var incident: String?

    @Option(help: "A file with one account or site on each line; - reads standard input.", completion: .file())
    var list: String?

    @Option(help: "The members of a group of the directory.")
    var group: String?

    @Flag(help: "Every account and site that has restore points.")
    var all = false

    @Option(
        help: "Take back a restore: the plan or session with this id.", completion: .custom(ServerNames.restores))
    var undo: String?

    @Option(help: "Carry out a plan that was made before, by its id.", completion: .custom(ServerNames.restores))
    var plan: String?

    func validate() throws {
        let ways = [!items.isEmpty, incident != nil, list != nil, group != nil, all, undo != nil, plan != nil]
        guard ways.count(where: \.self) == 1 else {
            throw ValidationError(
                """
                Say what to bring back in one way: accounts or items, --incident, --list, --group, --all, --undo or \
                --plan.
                """)
        }
        let paths = try items.map { try UnitPath($0) }
        guard paths.allSatisfy(\.hasPath) || !paths.contains(where: \.hasPath) else {
            throw ValidationError("Whole accounts and single items need a restore each.")
        }
    }

    /// Whether single items are meant and not whole accounts.
    var isOfItems: Bool { items.contains { (try? UnitPath($0))?.hasPath == true } }
}

/// How a restore goes about it.
struct RestoreManner: ParsableArguments {
    @Option(help: "\(HelpText.moment)")
    var at: String?

    @Flag(help: "Make the plan and show it; change nothing.")
    var dryRun = false

    @Flag(help: "Restore to a new place beside each account instead of over it.")
    var new = false

    @Flag(help: "Keep files that are newer than the moment.")
    var keepNewer = false

    @Option(help: "What to do with a single item where one stands: keep-both, replace or skip.")
    var conflict: ConflictRule?

    @Flag(help: "Take no point to go back to before writing. Such a restore cannot be undone.")
    var noUndoPoint = false

    @Flag(help: "Follow the restore until it ends.")
    var watch = false

    @Option(help: "Confirms for so many accounts; a bare --yes stands for one.")
    var yes: Int?

    @Option(help: "A name for the plan, for those who look later.")
    var name: String?
}

/// What happens where an item stands that is to be restored.
enum ConflictRule: String, CaseIterable, ExpressibleByArgument {
    case keepBoth = "keep-both"
    case replace
    case skip

    /// The rule as Graph has it.
    var behavior: String {
        switch self {
        case .keepBoth: "rename"
        case .replace: "replace"
        case .skip: "fail"
        }
    }
}
