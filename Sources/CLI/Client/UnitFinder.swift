import Foundation

/// An account or site, with what commands need to know of it.
struct KnownUnit {
    /// The entity `unitState` as the API sent it.
    let state: JSONValue

    /// The unit's id; nil for what nobody protects.
    var unitID: String? { state.text("unitId") }
    var workload: String { state.text("workload") ?? "" }
    var incidentID: String? { state.text("incidentId") }
    var isSite: Bool { workload == "sharePoint" }

    /// The name that people have for it.
    var name: String { Self.name(of: state) }

    /// The name that people have for what an entity is about.
    static func name(of entity: JSONValue) -> String {
        let names = ["email", "displayName", "siteWebUrl", "siteName", "unitId", "id"]
        return names.lazy.compactMap { entity.text($0) }.first { !$0.isEmpty } ?? "-"
    }
}

/// Finds accounts and sites by what a user calls them.
struct UnitFinder {
    let client: APIClient

    /// The one account or site of a name.
    /// - Throws: `CommandFailure` where there is none, with what may be meant, or several.
    func unit(_ name: String) async throws -> KnownUnit {
        if UUID(uuidString: name) != nil { return try await unit(withID: name.lowercased()) }
        let found = try await client.list(APIClient.additions + "/unitStates", [("search", name)], limit: 200).entries
        let exact = found.filter { Self.isNamed($0, name) }
        guard exact.count <= 1 else {
            let ids = exact.prefix(5).map { $0.text("id") ?? "-" }.joined(separator: ", ")
            throw CommandFailure(
                .notFound, "There are \(exact.count) accounts or sites '\(name)'. Give the id of one: \(ids)")
        }
        guard let state = exact.first else { throw await unknown(name, near: found) }
        return KnownUnit(state: state)
    }

    /// The one with a unit's id, or with the id that the directory gave its owner.
    private func unit(withID id: String) async throws -> KnownUnit {
        do {
            return KnownUnit(state: try await client.get(APIClient.additions + "/unitStates/\(id)"))
        } catch let failure as CommandFailure where failure.status == .notFound {
            let filter = "sourceId eq \(APIClient.literal(id))"
            let found = try await client.list(APIClient.additions + "/unitStates", [("$filter", filter)], limit: 2)
                .entries
            guard found.count == 1 else { throw await unknown(id, near: []) }
            return KnownUnit(state: found[0])
        }
    }

    /// The same for one that has a unit, and may therefore have restore points.
    func protectedUnit(_ name: String) async throws -> (unit: KnownUnit, id: String) {
        let unit = try await unit(name)
        guard let id = unit.unitID else {
            throw CommandFailure(
                .notFound,
                "'\(name)' is in no policy, so there is no backup of it. To protect it: holdfast policy create")
        }
        return (unit, id)
    }

    /// The states of all that has a unit, by the units' ids.
    func byID() async throws -> [String: JSONValue] {
        let all = try await client.list(APIClient.additions + "/unitStates", [("$filter", "unitId ne null")])
        return Dictionary(all.entries.compactMap { state in state.text("unitId").map { ($0, state) } }) { $1 }
    }

    private static func isNamed(_ state: JSONValue, _ name: String) -> Bool {
        let name = name.lowercased()
        let names = ["email", "displayName", "siteWebUrl", "siteName", "id", "unitId", "sourceId", "signInName"]
        return names.contains { member in
            guard let text = state.text(member)?.lowercased() else { return false }
            // The address of a site with or without a slash at its end.
            return text == name || text + "/" == name
        }
    }

    private func unknown(_ name: String, near found: [JSONValue]) async -> CommandFailure {
        var near = found.prefix(3).map { KnownUnit.name(of: $0) }
        if near.isEmpty {
            let all = try? await client.list(APIClient.additions + "/unitStates", limit: 500).entries
            near = NearestWord.of(name, among: (all ?? []).map { KnownUnit.name(of: $0) }).map { [$0] } ?? []
        }
        let guess = near.isEmpty ? "" : " Did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
        return CommandFailure(
            .notFound, "There is no account or site '\(name)'.\(guess) 'holdfast unit list' shows all.")
    }
}
