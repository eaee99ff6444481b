import ArgumentParser
import Foundation

/// What a policy keeps, and for how long.
struct PolicyOptions: ParsableArguments {
    @Option(help: "How long weekly points are kept, such as 365d. Without it as the server's default says.")
    var retention: String?

    func validate() throws {
        if let retention, DurationUnit.days.count(in: retention) == nil {
            throw ValidationError("--retention must be whole days or weeks, such as 365d or 52w, not '\(retention)'.")
        }
    }

    /// The retention as the API has it; nil where none was given.
    var settings: JSONValue? {
        guard let retention, let days = DurationUnit.days.count(in: retention) else { return nil }
        return .array([.object([("interval", .string("R/P1W")), ("period", .string("P\(days)D"))])])
    }
}

struct PolicyCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a policy and activate it, so that restore points are taken.",
        discussion: HelpText.discussion(
            """
            --everyone protects every account and every site, also those that come later. The first policy also \
            registers Holdfast as the application that controls the backups, and enables the service.
            """,
            examples: [
                "holdfast policy create --everyone", "holdfast policy create --everyone --retention 730d",
                "holdfast policy create --name Board --add ada@contoso.example --add bob@contoso.example",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions
    @OptionGroup(title: "The policy")
    var policy: PolicyOptions

    @Flag(help: "Protect every account and every site, also new ones.")
    var everyone = false

    @Option(help: "The policy's name. Without it: Everyone.")
    var name: String?

    @Option(help: "An account or site to protect. May be repeated.")
    var add: [String] = []

    func validate() throws {
        guard everyone != !add.isEmpty else {
            throw ValidationError("Give --everyone, or --add with the accounts or sites to protect.")
        }
    }

    func run() async throws {
        let session = try await ServerSession.open(server)
        let drafts = try await drafts(session)
        try await ServiceControl(client: session.client).takeControl()
        var made: [JSONValue] = []
        for draft in drafts {
            let created = try await session.client.post(
                APIClient.graphPreview + "/\(draft.workload)ProtectionPolicies", draft.body)
            let id = created.text("id") ?? ""
            let path = APIClient.graph + "/protectionPolicies/\(APIClient.encoded(id))"
            _ = try await session.client.post(path + "/activate")
            made.append(try await Self.settled(session.client, path))
        }
        report(made)
    }

    private func report(_ made: [JSONValue]) {
        guard !output.json else {
            return JSONOutput.print(.array(made.map { JSONOutput.document("policy", $0) }))
        }
        for policy in made {
            show("The policy '\(policy.text("displayName") ?? "-")' is \(policy.text("status") ?? "-").")
        }
        show("The first restore points are being taken. To see how far they are: holdfast status")
    }

    private struct Draft {
        let workload: String
        let body: JSONValue
    }

    private func drafts(_ session: ServerSession) async throws -> [Draft] {
        guard !everyone else { return try await everyone(session) }
        var chosen: [String: [JSONValue]] = [:]
        for name in add {
            let unit = try await session.units.unit(name)
            chosen[unit.workload, default: []].append(PolicyUnits.reference(unit))
        }
        return chosen.sorted { $0.key < $1.key }.map { workload, units in
            draft(workload, name ?? "Policy of \(units.count.counted(WorkloadWords.typeNoun(workload)))") { body in
                body.append(("\(WorkloadWords.typeNoun(workload))ProtectionUnits", .array(units)))
            }
        }
    }

    /// One policy for all accounts, and one for all sites where there are any.
    private func everyone(_ session: ServerSession) async throws -> [Draft] {
        let sites = try await session.client.list(
            APIClient.additions + "/unitStates", [("$filter", "workload eq 'sharePoint'")], limit: 1)
        let accounts = draft("oneDriveForBusiness", name ?? "Everyone") { body in
            body.append(("protectionMode", .string("fullServiceBackup")))
        }
        guard !sites.entries.isEmpty else { return [accounts] }
        let allSites = draft("sharePoint", name.map { $0 + " (sites)" } ?? "Every site") { body in
            body.append(("protectionMode", .string("fullServiceBackup")))
        }
        return [accounts, allSites]
    }

    private func draft(_ workload: String, _ name: String, _ fill: (inout [(String, JSONValue)]) -> Void) -> Draft {
        var body: [(String, JSONValue)] = [("displayName", .string(name))]
        if let settings = policy.settings { body.append(("retentionSettings", settings)) }
        fill(&body)
        return Draft(workload: workload, body: .object(body))
    }

    /// The policy once it is no longer being activated, or after a minute.
    private static func settled(_ client: APIClient, _ path: String) async throws -> JSONValue {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            let policy = try await client.get(path)
            let isMoving = ["activating", "updating"].contains(policy.text("status") ?? "")
            guard isMoving, ContinuousClock.now < end else { return policy }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// How the API names accounts and sites in policies.
enum PolicyUnits {
    /// The account or site itself, for a policy that is created.
    static func reference(_ unit: KnownUnit) -> JSONValue {
        .object([(unit.isSite ? "siteId" : "directoryObjectId", .string(unit.state.text("sourceId") ?? ""))])
    }
}

/// Makes the command line's own application the controller of the backups, where there is none.
struct ServiceControl {
    let client: APIClient

    /// Registers the application, makes it the controller, and enables the service.
    ///
    /// A second call changes nothing.
    /// - Throws: `CommandFailure` where another application is the controller.
    func takeControl() async throws {
        let apps = try await client.list(APIClient.graph + "/serviceApps").entries
        let app = try await client.post(APIClient.graph + "/serviceApps", .object([JSONValue.Member]()))
        let id = app.text("id") ?? ""
        if app.text("status") != "active" {
            if let other = apps.first(where: { $0.text("status") == "active" && $0.text("id") != id }) {
                let name = other["application"]?.text("displayName") ?? other.text("id") ?? "another application"
                throw CommandFailure(
                    .refused,
                    """
                    '\(name)' controls the backups of this tenant, so policies are changed there. Looking and \
                    restoring work here too.
                    """)
            }
            _ = try await client.post(APIClient.graph + "/serviceApps/\(APIClient.encoded(id))/activate")
        }
        let status = try await client.get(APIClient.graph)["serviceStatus"]?.text("status")
        guard status != "enabled" else { return }
        let tenant = Self.tenantID(ofToken: try await client.token.current()) ?? ""
        _ = try await client.post(APIClient.graph + "/enable", .object([("appOwnerTenantId", .string(tenant))]))
    }

    /// The tenant that a token is for: its claim `tid`.
    static func tenantID(ofToken token: String) -> String? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var text = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: String(text))
            .flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) }?.text("tid")
    }
}
