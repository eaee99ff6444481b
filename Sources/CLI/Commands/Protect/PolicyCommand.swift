import ArgumentParser
import Foundation

struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Say what is protected: create, show and change policies.",
        subcommands: [
            PolicyListCommand.self, PolicyShowCommand.self, PolicyCreateCommand.self, PolicyChangeCommand.self,
            PolicyActivateCommand.self, PolicyDeactivateCommand.self, PolicyDeleteCommand.self,
            PolicyPreviewCommand.self,
        ])
}

struct PolicyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the policies.",
        discussion: HelpText.discussion(
            examples: ["holdfast policy list", "holdfast policy list --json", "holdfast policy list --columns name,id"])
    )

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let session = try await ServerSession.open(server)
        let found = try await PolicyFinder(client: session.client).all(limit: list.fetched)
        try Self.listing(session).print(found.entries, hasMore: found.hasMore, list: list, output: output)
        if found.entries.isEmpty, !output.json {
            Diagnostics.line("There is no policy: holdfast policy create --everyone")
        }
    }

    private static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "policy",
            columns: [
                .init(name: "name", member: "displayName") { $0.text("displayName") ?? "-" },
                .init(name: "status", member: "status") { $0.text("status") ?? "-" },
                .init(name: "for", member: "workload") { WorkloadWords.plural($0.text("workload") ?? "") },
                .init(name: "protected", isNumber: true, member: "protected") { PolicyReport.counts($0) },
                .init(name: "id", member: "id") { $0.text("id") ?? "-" },
            ])
    }
}

struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a policy, and how far its accounts or sites are protected.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast policy show Everyone", "holdfast policy show Everyone --all",
                "holdfast policy show Everyone --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list of accounts")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "The policy's name or id.", completion: .custom(ServerNames.policies))
    var policy: String

    func run() async throws {
        let session = try await ServerSession.open(server)
        let found = try await PolicyFinder(client: session.client).policy(policy)
        let units = try await session.client.list(
            APIClient.additions + "/unitStates",
            [("$filter", "policyId eq \(APIClient.literal(found.text("id") ?? ""))")], limit: list.fetched)
        guard !output.json else {
            let whole = found.members + [JSONValue.Member(name: "units", value: .array(units.entries))]
            return JSONOutput.print(JSONOutput.document("policy", .object(whole)))
        }
        for line in PolicyReport(found, session: session).lines { show(line) }
        let listing = Listing(
            type: "unitState",
            columns: [
                .init(name: "name", member: "email") { KnownUnit.name(of: $0) },
                .init(name: "state", member: "state") { StatusReport.words($0.text("state")) },
                .init(name: "newest", member: "newestPointDateTime") { session.moment($0.date("newestPointDateTime")) },
            ])
        try listing.print(units.entries, hasMore: units.hasMore, list: list, output: output)
    }
}

/// Finds policies by name or id.
struct PolicyFinder {
    let client: APIClient

    /// Every policy, with its workload as a member of its own.
    func all(limit: Int? = nil) async throws -> (entries: [JSONValue], hasMore: Bool) {
        let members = "id,displayName,status,retentionSettings,protectionPolicyArtifactCount,protectionMode,"
        let found = try await client.list(
            APIClient.graphPreview + "/protectionPolicies",
            [("$select", members + "createdDateTime,lastModifiedDateTime,createdBy")], limit: limit)
        return (found.entries.map(Self.withWorkload), found.hasMore)
    }

    /// The one policy of a name or an id.
    func policy(_ name: String) async throws -> JSONValue {
        let policies = try await all().entries
        let byID = policies.filter { $0.text("id") == name.lowercased() }
        let found = byID.isEmpty ? policies.filter { $0.text("displayName")?.lowercased() == name.lowercased() } : byID
        guard found.count <= 1 else {
            let ids = found.compactMap { $0.text("id") }.joined(separator: ", ")
            throw CommandFailure(.notFound, "There are \(found.count) policies '\(name)'. Give the id of one: \(ids)")
        }
        guard let policy = found.first else {
            let names = policies.compactMap { $0.text("displayName") }
            let guess = NearestWord.guess(name, among: names)
            throw CommandFailure(
                .notFound, "There is no policy '\(name)'.\(guess) 'holdfast policy list' shows all.")
        }
        return policy
    }

    private static func withWorkload(_ policy: JSONValue) -> JSONValue {
        let type = policy.text("@odata.type") ?? ""
        let name = type.split(separator: ".").last.map(String.init) ?? ""
        let workload = name.hasSuffix("ProtectionPolicy") ? String(name.dropLast("ProtectionPolicy".count)) : name
        return .object(policy.members + [JSONValue.Member(name: "workload", value: .string(workload))])
    }
}

/// A policy in words.
struct PolicyReport {
    let policy: JSONValue
    let session: ServerSession

    init(_ policy: JSONValue, session: ServerSession) { (self.policy, self.session) = (policy, session) }

    var lines: [String] {
        let everyone = policy.text("protectionMode") == "fullServiceBackup"
        let words = WorkloadWords.plural(policy.text("workload") ?? "")
        return [
            policy.text("displayName") ?? "-", "",
            "  status     \(policy.text("status") ?? "-")",
            "  protects   \(everyone ? "all \(words), also new ones" : "chosen \(words)"): \(Self.counts(policy))",
            "  keeps      \(Self.retention(policy))",
            "  created    \(session.moment(policy.date("createdDateTime")))",
            "  id         \(policy.text("id") ?? "-")", "",
        ]
    }

    /// `12 of 14`, and how many failed.
    static func counts(_ policy: JSONValue) -> String {
        guard let counts = policy["protectionPolicyArtifactCount"], let total = counts.int("total") else { return "-" }
        let failed = counts.int("failed") ?? 0
        let done = "\(Measures.count(counts.int("completed") ?? 0)) of \(Measures.count(total))"
        return done + (failed > 0 ? ", \(failed) failed" : "")
    }

    private static func retention(_ policy: JSONValue) -> String {
        let settings = policy.list("retentionSettings")
        let weekly = settings.first { $0.text("interval") == "R/P1W" }?.text("period").map(days)
        let other = settings.first { $0.text("interval") != "R/P1W" }?.text("period").map(days)
        let parts = [other.map { "points for \($0)" }, weekly.map { "weekly ones for \($0)" }].compactMap(\.self)
        return parts.isEmpty ? "as the server's defaults say" : parts.joined(separator: ", ")
    }

    /// `P365D` as `365 days`; another period as it is.
    private static func days(_ period: String) -> String {
        guard let match = period.wholeMatch(of: /P(\d+)D/), let days = Int(match.1) else { return period }
        return days.counted("day")
    }
}

/// What people call the units of a workload.
enum WorkloadWords {
    private static let words = [
        "oneDriveForBusiness": ("account", "accounts"), "sharePoint": ("site", "sites"),
        "exchange": ("mailbox", "mailboxes"),
    ]

    static func plural(_ workload: String) -> String { words[workload]?.1 ?? workload }

    /// The beginning of the names of types of the workload: `drive` in `driveProtectionUnits`.
    static func typeNoun(_ workload: String) -> String {
        ["oneDriveForBusiness": "drive", "sharePoint": "site", "exchange": "mailbox"][workload] ?? workload
    }
}
