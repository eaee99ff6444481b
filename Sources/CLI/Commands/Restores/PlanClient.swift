import Foundation

/// A restore, whoever began it: a plan with its sessions, or a session of another client.
enum KnownRestore: Equatable {
    case plan(String)
    case session(String)

    var id: String {
        switch self {
        case .plan(let id), .session(let id): id
        }
    }

    /// Its path in the additions.
    var path: String {
        switch self {
        case .plan(let id): APIClient.additions + "/restorePlans/\(APIClient.encoded(id))"
        case .session(let id): APIClient.additions + "/restoreSessions/\(APIClient.encoded(id))"
        }
    }
}

/// Plans as the additions have them.
struct PlanClient {
    let client: APIClient

    static let path = APIClient.additions + "/restorePlans"

    func create(_ body: JSONValue) async throws -> JSONValue {
        try await client.post(Self.path, body)
    }

    /// The plan once every account of it is planned.
    /// - Throws: `CommandFailure` where no account could be planned.
    func ready(_ plan: JSONValue) async throws -> JSONValue {
        var plan = plan
        while plan.text("status") == "planning" {
            try await Task.sleep(for: .milliseconds(150))
            plan = try await client.get(Self.path(plan))
        }
        guard plan.text("status") != "failed" else { throw try await failure(of: plan) }
        return plan
    }

    /// Why no account of a plan could be planned.
    private func failure(of plan: JSONValue) async throws -> CommandFailure {
        let units = try await units(of: plan, limit: Self.reasonsShown)
        let reasons = units.entries.map { unit in
            let reason = unit.text("note") ?? unit["error"]?.text("message") ?? unit.text("status") ?? ""
            return "\(KnownUnit.name(of: unit)): \(reason)"
        }
        let isWithoutPoints = units.entries.allSatisfy { $0.text("status") == "noPoint" }
        var failure = CommandFailure(
            isWithoutPoints ? .notFound : .failed,
            "No account could be planned, and nothing was changed. \(reasons.joined(separator: " "))"
                + (units.hasMore ? " … more: holdfast session show \(plan.text("id") ?? "") --accounts" : ""))
        failure.isOfServer = true
        return failure
    }

    /// How many accounts are named with their reasons.
    private static let reasonsShown = 5

    func start(_ plan: JSONValue, expectedUnits: Int) async throws -> JSONValue {
        try await client.post(Self.path(plan) + "/start", .object([("expectedUnits", .integer(expectedUnits))]))
    }

    func units(of plan: JSONValue, limit: Int?) async throws -> (entries: [JSONValue], hasMore: Bool) {
        try await client.list(Self.path(plan) + "/units", limit: limit)
    }

    /// The plan with an id, or with the only id that begins so.
    func plan(named name: String) async throws -> JSONValue {
        switch try await restore(named: name) {
        case .plan(let id): return try await client.get(Self.path + "/\(APIClient.encoded(id))")
        case .session:
            throw CommandFailure(.notFound, "'\(name)' is a session of another client and not a plan.")
        }
    }

    /// The plan or session with an id, or with the only id that begins so.
    func restore(named name: String) async throws -> KnownRestore {
        let name = name.lowercased()
        let plans = try await client.list(Self.path).entries.compactMap { $0.text("id") }
        if plans.contains(name) { return .plan(name) }
        let sessions = try await client.list(APIClient.graph + "/restoreSessions").entries.compactMap { $0.text("id") }
        if sessions.contains(name) { return .session(name) }
        let begun =
            plans.filter { $0.hasPrefix(name) }.map { KnownRestore.plan($0) }
            + sessions.filter { $0.hasPrefix(name) }.map { KnownRestore.session($0) }
        guard begun.count <= 1 else {
            throw CommandFailure(
                .notFound, "\(begun.count) restores begin with '\(name)'. Give more of the id.")
        }
        guard let found = begun.first else {
            throw CommandFailure(.notFound, "There is no restore '\(name)'. 'holdfast session list' shows all.")
        }
        return found
    }

    private static func path(_ plan: JSONValue) -> String { path + "/\(APIClient.encoded(plan.text("id") ?? ""))" }
}
