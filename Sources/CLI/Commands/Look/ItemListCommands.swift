import ArgumentParser
import Foundation

/// Which items of which moment a command looks at.
struct ItemArguments: ParsableArguments {
    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "An account or site, and a path in it: ada@contoso.example:Documents/Budget.",
        completion: .custom(ServerNames.units))
    var item: String

    @Option(help: "\(HelpText.moment) Without it the newest point.")
    var at: String?

    /// Opens the point of the moment, and says what was understood.
    func open() async throws -> (browser: Browser, path: UnitPath, session: ServerSession) {
        let path = try UnitPath(item)
        let session = try await ServerSession.open(server)
        let (unit, id) = try await session.units.protectedUnit(path.unit)
        let (point, understood) = try await session.points.point(at, of: unit, id: id)
        if at != nil, !output.json { Diagnostics.line(understood) }
        return (try await Browser(session.client, point: point, of: unit), path, session)
    }
}

struct ListItemsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List a folder of an account or site as it was at a moment.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast ls ada@contoso.example", "holdfast ls ada@contoso.example:Budget --at yesterday",
                "holdfast ls https://contoso.example/sites/team:Documents --at last-clean --json",
            ]))

    @OptionGroup var items: ItemArguments

    @OptionGroup(title: "The list")
    var list: ListOptions

    func run() async throws {
        let (browser, path, session) = try await items.open()
        let item = try await browser.item(path.names)
        let entries = item.isFile ? [item] : try await browser.entries(of: item)
        let listing = Listing(
            type: "item",
            columns: [
                .init(name: "kind", member: "type") { $0.text("type") ?? "-" },
                .init(name: "size", isNumber: true, member: "sizeInBytes") {
                    $0.int("sizeInBytes").map(Measures.size) ?? "-"
                },
                .init(name: "modified", member: "lastModifiedDateTime") {
                    session.moment($0.date("lastModifiedDateTime"))
                },
                .init(name: "name", member: "name") { $0.text("name") ?? "-" },
            ])
        try listing.print(entries.map(\.entity), hasMore: false, list: list, output: items.output)
    }
}

struct TreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Show the folders and files of an account or site as they were at a moment.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast tree ada@contoso.example --depth 2",
                "holdfast tree ada@contoso.example:Budget --at yesterday",
                "holdfast tree ada@contoso.example:Budget --json",
            ]))

    @OptionGroup var items: ItemArguments

    @Option(help: "How many folders deep.")
    var depth = 3

    @Option(help: "How many entries to show at most.")
    var limit = 1000

    func validate() throws {
        guard depth >= 1, limit >= 1 else { throw ValidationError("--depth and --limit must be at least 1.") }
    }

    func run() async throws {
        let (browser, path, _) = try await items.open()
        let root = try await browser.item(path.names)
        var walk = TreeWalk(browser: browser, isJSON: items.output.json, left: limit)
        if !items.output.json { show(items.item) }
        try await walk.visit(root, prefix: "", path: path.path, depth: depth)
        if walk.left == 0 { Diagnostics.line("… more: --limit shows them.") }
        if items.output.json { JSONOutput.print(JSONOutput.result(.done)) }
    }
}

/// Prints a tree, folder after folder.
private struct TreeWalk {
    let browser: Browser
    let isJSON: Bool
    var left: Int

    mutating func visit(_ folder: Browser.Item, prefix: String, path: String, depth: Int) async throws {
        let entries = try await browser.entries(of: folder)
        for (index, entry) in entries.enumerated() {
            guard left > 0 else { return }
            left -= 1
            let isLast = index == entries.count - 1
            let place = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
            print(entry, at: place, line: prefix + (isLast ? "└── " : "├── ") + entry.name)
            guard !entry.isFile, depth > 1 else { continue }
            try await visit(entry, prefix: prefix + (isLast ? "    " : "│   "), path: place, depth: depth - 1)
        }
    }

    private func print(_ entry: Browser.Item, at path: String, line: String) {
        guard isJSON else { return show(line) }
        JSONOutput.print(
            JSONOutput.document(
                "item",
                .object(entry.entity.members + [JSONValue.Member(name: "path", value: .string(path))])))
    }
}
