import ArgumentParser
import Foundation

struct PolicyPreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Tell whom a rule, a group or a list would protect, without changing anything.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast policy preview --everyone",
                "holdfast policy preview --rule \"memberOf -any (group.id -in ['<id of a group>'])\"",
                "holdfast policy preview --add ada@contoso.example --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Flag(help: "Every account and every site.")
    var everyone = false

    @Option(help: "A rule in the words of Graph's inclusion rules.")
    var rule: String?

    @Option(help: "An account, by its mail address or sign-in name, or with --sites a site. May be repeated.")
    var add: [String] = []

    @Flag(help: "The rule or the list chooses sites and not accounts.")
    var sites = false

    func validate() throws {
        guard [everyone, rule != nil, !add.isEmpty].count(where: \.self) == 1 else {
            throw ValidationError("Give --everyone, --rule or --add, and only one of them.")
        }
    }

    func run() async throws {
        let session = try await ServerSession.open(server)
        let workloads =
            everyone ? ["oneDriveForBusiness", "sharePoint"] : [sites ? "sharePoint" : "oneDriveForBusiness"]
        var previews: [JSONValue] = []
        for workload in workloads {
            let answer = try await session.client.post(APIClient.additions + "/policyPreviews", body(workload))
            previews.append(.object([JSONValue.Member(name: "workload", value: .string(workload))] + answer.members))
        }
        guard !output.json else {
            return JSONOutput.print(.array(previews.map { JSONOutput.document("policyPreview", $0) }))
        }
        for preview in previews { for line in Self.lines(preview) { show(line) } }
    }

    private func body(_ workload: String) -> JSONValue {
        var body: [(String, JSONValue)] = [("workload", .string(workload))]
        if everyone { body.append(("everything", .bool(true))) }
        if let rule { body.append(("expression", .string(rule))) }
        if !add.isEmpty { body.append(("addresses", .array(add.map { .string($0) }))) }
        return .object(body)
    }

    /// What a policy would choose, in words.
    static func lines(_ preview: JSONValue) -> [String] {
        let matching = preview["matching"]
        let isOfSites = preview.text("workload") == "sharePoint"
        let count = matching?.int(isOfSites ? "sites" : "accounts") ?? 0
        var lines = ["\(count.counted(isOfSites ? "site" : "account")) would be protected."]
        let elsewhere = preview.list("alreadyElsewhere").count
        if elsewhere > 0 { lines.append("\(elsewhere) of them \(elsewhere == 1 ? "is" : "are") in another policy.") }
        let leaving = preview.list("wouldLeave").count
        if leaving > 0 { lines.append("\(leaving) would leave the policy.") }
        lines += preview.list("unknown").map { "  ✕ \($0.text("name") ?? ""): \($0.text("message") ?? "")" }
        return lines + preview.list("sample").prefix(10).map { "  \(KnownUnit.name(of: $0))" }
    }
}
