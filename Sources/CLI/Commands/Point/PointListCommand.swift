import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct PointListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List restore points, the newest first, and what is special about each.",
        discussion: HelpText.discussion(
            "Asks the server. Where none runs on a state folder, it reads the catalogue there.",
            examples: [
                "holdfast point list ada@contoso.example", "holdfast point list --limit 50 --json",
                "holdfast point list --state /var/lib/holdfast 'Team site'",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "The list")
    var list: ListOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "Mail addresses, sign-in names, addresses or names of sites, or ids. Without any: every account.",
        completion: .custom(ServerNames.units))
    var names: [String] = []

    func run() async throws {
        switch try await ServerOrState.open(server) {
        case .server(let session): try await show(session)
        case .state(let folder):
            let points = try await StateFolder.open(at: folder).use { try await $0.service.points.list(of: names) }
            let newestFirst = points.sorted { $0.point.protectionDateTime > $1.point.protectionDateTime }
            try print(newestFirst.map { PointReport($0).entity }, hasMore: false)
        }
    }

    private func show(_ session: ServerSession) async throws {
        var owners: [String: JSONValue] = [:]
        for name in names {
            let (unit, id) = try await session.units.protectedUnit(name)
            owners[id] = unit.state
        }
        let ids = owners.keys.sorted().map { "unitId eq \(APIClient.literal($0))" }
        let filter = ids.isEmpty ? [] : [("$filter", ids.joined(separator: " or "))]
        let found = try await session.client.list(
            APIClient.additions + "/restorePoints", filter, limit: list.fetched)
        if names.isEmpty { owners = try await session.units.byID() }
        let entries = found.entries.map { PointReport($0, owner: owners[$0.text("unitId") ?? ""]).entity }
        try print(entries, hasMore: found.hasMore)
        guard let name = entries.first.map({ KnownUnit.name(of: $0) }) else { return }
        output.next("To look into one: holdfast ls \(name) --at point:\(entries[0].text("id") ?? "")")
    }

    private func print(_ entries: [JSONValue], hasMore: Bool) throws {
        // A program gets the same columns always.
        let isOfOne = Terminal.outputIsTerminal && names.count == 1
        let listing = PointReport.listing(now: Date(), zone: .current, isOfOne: isOfOne)
        try listing.print(entries, hasMore: hasMore, list: list, output: output)
        if entries.isEmpty, !output.json { Diagnostics.line("There is no restore point yet.") }
    }
}
