import ArgumentParser
import Foundation

/// Two moments of one account or site, and what differs between them.
struct DifferenceArguments: ParsableArguments {
    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "A mail address, sign-in name, site address or id.", completion: .custom(ServerNames.units))
    var unit: String

    @Argument(help: "The earlier moment. \(HelpText.moment)")
    var from: String

    @Argument(help: "The later moment; now is the newest point.")
    var to = "now"

    @Option(help: "Only below this path.")
    var path: String?

    @Option(help: "How many folders deep; deeper changes are summed up in their folder.")
    var depth: Int?

    func run() async throws {
        let session = try await ServerSession.open(server)
        let (unit, id) = try await session.units.protectedUnit(unit)
        let (first, firstWords) = try await session.points.point(from, of: unit, id: id)
        let (second, secondWords) = try await session.points.point(to, of: unit, id: id)
        if !output.json {
            Diagnostics.line("from \(firstWords)")
            Diagnostics.line("to \(secondWords)")
        }
        var query = [("from", first.id), ("to", second.id)]
        if let path { query.append(("path", path)) }
        if let depth { query.append(("depth", "\(depth)")) }
        let found = try await session.client.list(
            APIClient.additions + "/protectionUnits/\(id)/differences", query, limit: list.fetched)
        try Self.listing.print(found.entries, hasMore: found.hasMore, list: list, output: output)
        if found.entries.isEmpty, !output.json { Diagnostics.line("Nothing differs.") }
    }

    private static let listing = Listing(
        type: "difference",
        columns: [
            .init(name: "change", member: "change") { $0.text("change") ?? "-" },
            .init(name: "before", isNumber: true, member: "fromSize") { $0.int("fromSize").map(Measures.size) ?? "-" },
            .init(name: "after", isNumber: true, member: "toSize") { $0.int("toSize").map(Measures.size) ?? "-" },
            .init(name: "path", member: "path") { entry in
                let former = entry.text("fromPath").map { " (was \($0))" } ?? ""
                return (entry.text("path") ?? "-") + former + Self.below(entry)
            },
        ])

    /// What changed below a folder, in short.
    private static func below(_ entry: JSONValue) -> String {
        guard let below = entry["below"], !below.isNull else { return "" }
        let (added, changed, removed) = (below.int("added") ?? 0, below.int("changed") ?? 0, below.int("removed") ?? 0)
        return "/  +\(Measures.count(added)) ~\(Measures.count(changed)) -\(Measures.count(removed))"
    }
}

struct PointDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two moments of an account or site.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast point diff ada@contoso.example '2026-11-21 09:40' now",
                "holdfast point diff ada@contoso.example last-clean --path Budget",
                "holdfast point diff ada@contoso.example yesterday now --json > changes.json",
            ]))

    @OptionGroup var difference: DifferenceArguments

    func run() async throws { try await difference.run() }
}

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what differs between two moments of an account or site.",
        discussion: HelpText.discussion(
            "The same as 'point diff'.",
            examples: [
                "holdfast diff ada@contoso.example yesterday", "holdfast diff ada@contoso.example last-clean now",
                "holdfast diff ada@contoso.example '2 hours ago' --depth 1 --json",
            ]))

    @OptionGroup var difference: DifferenceArguments

    func run() async throws { try await difference.run() }
}
