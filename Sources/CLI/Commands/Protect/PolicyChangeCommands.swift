import ArgumentParser
import Foundation

/// Which policy a command concerns.
struct PolicyArguments: ParsableArguments {
    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "The policy's name or id.", completion: .custom(ServerNames.policies))
    var policy: String

    func open() async throws -> (policy: JSONValue, session: ServerSession) {
        let session = try await ServerSession.open(server)
        return (try await PolicyFinder(client: session.client).policy(policy), session)
    }

    /// The address of a policy, whatever its workload.
    func path(of policy: JSONValue) -> String {
        APIClient.graph + "/protectionPolicies/\(APIClient.encoded(policy.text("id") ?? ""))"
    }

    /// Tells the state of a policy after a change.
    func report(_ policy: JSONValue, _ words: String) {
        guard !output.json else { return JSONOutput.print(JSONOutput.document("policy", policy)) }
        show("\(policy.text("displayName") ?? self.policy): \(words)")
    }
}

struct PolicyChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Add accounts or sites to a policy, take them out, or change what it keeps.",
        discussion: HelpText.discussion(
            "A policy for everyone leaves out those that are taken out of it, until they are added again.",
            examples: [
                "holdfast policy change Board --add eve@contoso.example",
                "holdfast policy change Everyone --remove guest@contoso.example",
                "holdfast policy change Board --name Directors --retention 730d",
            ]))

    @OptionGroup var arguments: PolicyArguments
    @OptionGroup(title: "The policy")
    var options: PolicyOptions

    @Option(help: "The new name.")
    var name: String?

    @Option(help: "An account or site to add. May be repeated.")
    var add: [String] = []

    @Option(help: "An account or site to take out; its points stay until they expire. May be repeated.")
    var remove: [String] = []

    @Option(help: "Confirms taking out so many accounts or sites.")
    var yes: Int?

    func validate() throws {
        guard name != nil || options.retention != nil || !add.isEmpty || !remove.isEmpty else {
            throw ValidationError("Say what to change: --name, --retention, --add or --remove.")
        }
    }

    func run() async throws {
        let (policy, session) = try await arguments.open()
        if !remove.isEmpty {
            let act = "Take \(remove.count.counted("account")) out of \(policy.text("displayName") ?? "")"
            try TypedConfirmation(act: act, count: remove.count, server: session.client.place).require(yes: yes)
        }
        let workload = policy.text("workload") ?? ""
        var body: [(String, JSONValue)] = []
        if let name { body.append(("displayName", .string(name))) }
        if let settings = options.settings { body.append(("retentionSettings", settings)) }
        if !add.isEmpty || !remove.isEmpty { body.append(try await delta(policy, workload, session)) }
        let path = APIClient.graphPreview + "/\(workload)ProtectionPolicies/\(policy.text("id") ?? "")"
        let answer = try await session.client.patch(path, .object(body))
        try Self.requireNoRefusals(answer)
        arguments.report(try await PolicyFinder(client: session.client).policy(policy.text("id") ?? ""), "changed")
    }

    /// The change of the policy's units, or of the exclusions of a policy for everyone.
    private func delta(
        _ policy: JSONValue, _ workload: String, _ session: ServerSession
    ) async throws -> (String, JSONValue) {
        let noun = WorkloadWords.typeNoun(workload)
        let isForEveryone = policy.text("protectionMode") == "fullServiceBackup"
        let path = APIClient.graphPreview + "/\(workload)ProtectionPolicies/\(policy.text("id") ?? "")"
        let exclusions =
            isForEveryone ? try await session.client.list(path + "/\(noun)ExclusionUnits").entries : []
        var entries: [JSONValue] = []
        for name in add {
            let unit = try await session.units.unit(name)
            if isForEveryone {
                entries.append(Self.removal(try Self.exclusion(of: unit, name, in: exclusions)))
            } else {
                entries.append(PolicyUnits.reference(unit))
            }
        }
        for name in remove {
            if isForEveryone {
                entries.append(PolicyUnits.reference(try await session.units.unit(name)))
            } else {
                entries.append(Self.removal(try await session.units.protectedUnit(name).id))
            }
        }
        return ("\(noun)\(isForEveryone ? "ExclusionUnits" : "ProtectionUnits")@delta", .array(entries))
    }

    private static func removal(_ id: String) -> JSONValue {
        .object([("@removed", .object([("reason", .string("changed"))])), ("id", .string(id))])
    }

    private static func exclusion(of unit: KnownUnit, _ name: String, in exclusions: [JSONValue]) throws -> String {
        let source = unit.state.text("sourceId")
        let found = exclusions.first { ($0.text("directoryObjectId") ?? $0.text("siteId")) == source }
        guard let id = found?.text("id") else {
            throw CommandFailure(.refused, "The policy is for everyone and does not leave out '\(name)'.")
        }
        return id
    }

    /// Entries that the server refused, each with its reason.
    private static func requireNoRefusals(_ answer: JSONValue) throws {
        let deltas = answer.members.filter { $0.name.hasSuffix("@delta") }.flatMap(\.value.elements)
        let refusals = deltas.compactMap { entry -> String? in
            let error = entry.members.first { $0.value["error"] != nil }?.value["error"] ?? entry["error"]
            return error.flatMap { $0.text("message") }
        }
        guard refusals.isEmpty else {
            throw CommandFailure(.doneInPart, "Not everything was changed: \(refusals.joined(separator: " "))")
        }
    }
}

struct PolicyActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Activate a policy, so that restore points are taken.",
        discussion: HelpText.discussion(
            examples: ["holdfast policy activate Board", "holdfast policy activate Board --json"]))

    @OptionGroup var arguments: PolicyArguments

    func run() async throws {
        let (policy, session) = try await arguments.open()
        arguments.report(try await session.client.post(arguments.path(of: policy) + "/activate"), "is being activated")
    }
}

struct PolicyDeactivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate", abstract: "Stop taking restore points for a policy; those that exist stay.",
        discussion: HelpText.discussion(
            examples: ["holdfast policy deactivate Board --yes", "holdfast policy deactivate Everyone --yes 450"]))

    @OptionGroup var arguments: PolicyArguments

    @Option(help: "Confirms for so many accounts or sites.")
    var yes: Int?

    func run() async throws {
        let (policy, session) = try await arguments.open()
        try PolicyQuestion(policy).require("Stop protecting", session, yes)
        arguments.report(
            try await session.client.post(arguments.path(of: policy) + "/deactivate"), "is being deactivated")
    }
}

struct PolicyDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an inactive policy; restore points stay until they expire.",
        discussion: HelpText.discussion(
            examples: ["holdfast policy delete Board --yes", "holdfast policy delete 'Every site' --yes 12 --json"]))

    @OptionGroup var arguments: PolicyArguments

    @Option(help: "Confirms for so many accounts or sites.")
    var yes: Int?

    func run() async throws {
        let (policy, session) = try await arguments.open()
        try PolicyQuestion(policy).require("Delete the policy of", session, yes)
        try await session.client.delete(arguments.path(of: policy))
        arguments.report(policy, "deleted")
    }
}

/// Asks before a policy ends.
private struct PolicyQuestion {
    private let policy: JSONValue

    init(_ policy: JSONValue) { self.policy = policy }

    func require(_ act: String, _ session: ServerSession, _ yes: Int?) throws {
        let count = max(1, policy["protectionPolicyArtifactCount"]?.int("total") ?? 1)
        let words = "\(act) \(count.counted("account")) (\(policy.text("displayName") ?? ""))"
        try TypedConfirmation(act: words, count: count, server: session.client.place).require(yes: yes)
    }
}
