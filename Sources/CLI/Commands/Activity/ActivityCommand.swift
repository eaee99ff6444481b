import ArgumentParser
import Foundation

struct ActivityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activity", abstract: "See who did what.", subcommands: [ActivityListCommand.self])
}

struct ActivityListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what people and programs did, the newest first.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast activity list", "holdfast activity list --failed --limit 50",
                "holdfast activity list --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Flag(help: "Only what did not succeed in full.")
    var failed = false

    func run() async throws {
        let session = try await ServerSession.open(server)
        var query: [(String, String)] = []
        if failed { query.append(("$filter", "resultStatus ne 'succeeded'")) }
        let found = try await session.client.list(
            APIClient.graphPreview + "/activityLogs", query, limit: list.fetched)
        try Self.listing(session).print(found.entries, hasMore: found.hasMore, list: list, output: output)
        if found.entries.isEmpty, !output.json { Diagnostics.line("Nothing was done yet.") }
    }

    static func listing(_ session: ServerSession) -> Listing {
        Listing(
            type: "activity",
            columns: [
                .init(name: "time", member: "eventDateTime") { session.moment($0.date("eventDateTime")) },
                .init(name: "result", member: "resultStatus") { words($0.text("resultStatus")) },
                .init(name: "who", member: "performedBy") { who($0.text("performedBy")) },
                .init(name: "what", member: "activityType") { what($0) },
            ])
    }

    /// The sign-in name of the person, or the application; the service itself where nobody is named.
    private static func who(_ name: String?) -> String {
        guard let name, !name.isEmpty else { return "holdfast" }
        return name == LocalToken.signInName ? "command line" : name
    }

    /// The kind of the activity in words, with the policy's name or the error.
    private static func what(_ entry: JSONValue) -> String {
        let about = [entry.text("policyName"), entry["error"]?.text("message")].compactMap(\.self).filter {
            !$0.isEmpty
        }
        return ([words(entry.text("activityType"))] + about).joined(separator: ": ")
    }

    /// `backupPolicyCreated` as `backup policy created`.
    static func words(_ name: String?) -> String {
        guard let name else { return "-" }
        return name.reduce(into: "") { text, letter in
            if letter.isUppercase, !text.isEmpty { text.append(" ") }
            text += letter.lowercased()
        }
    }
}
