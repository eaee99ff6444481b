import Foundation

/// What a plan is asked for, in the shapes of the API.
extension RestoreScope {
    /// The most accounts that a list may name.
    private static let maximumListed = 10_000

    func planBody(_ manner: RestoreManner, _ session: ServerSession) async throws -> JSONValue {
        let (scope, moment) = try await scopeAndMoment(manner, session)
        var body: [(String, JSONValue)] = [
            ("displayName", .string(manner.name ?? defaultName)), ("scope", scope),
            ("destinationType", .string(manner.new ? "new" : "inPlace")),
            ("newerFiles", .string(manner.keepNewer ? "keep" : "remove")),
            ("undoPoints", .string(manner.noUndoPoint ? "none" : "take")),
        ]
        if let moment { body.append(("moment", moment)) }
        return .object(body)
    }

    private var defaultName: String {
        if let incident { return "Rollback of incident \(incident)" }
        if let undo { return "Undo of \(undo)" }
        if let group { return "Restore of group \(group)" }
        return items.count == 1 ? "Restore of \(items[0])" : "Restore"
    }

    private func scopeAndMoment(
        _ manner: RestoreManner, _ session: ServerSession
    ) async throws -> (JSONValue, JSONValue?) {
        if let undo { return (.object([("undoOf", .string(try await undone(undo, session)))]), nil) }
        if let incident {
            let scope = JSONValue.object([("incidentId", .string(incident))])
            return (scope, try await moment(manner.at ?? "last-clean", units: [], session))
        }
        guard let at = manner.at else {
            throw CommandFailure(
                .wrongCommand, "To which moment? Add --at, such as --at '2 hours ago' or --at last-clean.")
        }
        if let list {
            let names = try Self.names(inFile: list)
            return (.object([("list", .array(names.map { .string($0) }))]), try await moment(at, units: [], session))
        }
        if let group {
            let id = try await groupID(group, session)
            return (.object([("groupIds", .array([.string(id)]))]), try await moment(at, units: [], session))
        }
        if all { return (Self.units(try await everyID(session)), try await moment(at, units: [], session)) }
        var ids: [String] = []
        for item in items { ids.append(try await session.units.protectedUnit(item).id) }
        return (Self.units(ids), try await moment(at, units: ids, session))
    }

    private static func units(_ ids: [String]) -> JSONValue {
        .object([("unitIds", .array(ids.map { .string($0) }))])
    }

    /// Every account and site that has restore points.
    private func everyID(_ session: ServerSession) async throws -> [String] {
        let states = try await session.client.list(
            APIClient.additions + "/unitStates", [("$filter", "pointCount gt 0"), ("$select", "id,unitId")])
        let ids = states.entries.compactMap { $0.text("unitId") }
        guard ids.count <= Self.maximumListed else {
            throw CommandFailure(
                .wrongCommand,
                "\(ids.count) accounts have restore points; a plan takes \(Self.maximumListed). Give --list in parts.")
        }
        return ids
    }

    /// The moment as a plan takes it.
    private func moment(_ text: String, units: [String], _ session: ServerSession) async throws -> JSONValue {
        let clock = session.points.clock
        switch try clock.moment(text) {
        case .lastClean: return .object([("kind", .string("lastClean"))])
        case .at(let date):
            Diagnostics.line("at \(Moments.understood(date, zone: clock.zone))")
            return Self.at(date)
        case .before(let incident):
            let path = APIClient.additions + "/incidents/\(APIClient.encoded(incident))"
            guard let date = try await session.client.get(path).date("beganAfter") else {
                throw CommandFailure(.notFound, "When incident \(incident) began is not known.")
            }
            Diagnostics.line("before incident \(incident), at \(Moments.understood(date, zone: clock.zone))")
            return Self.at(date)
        case .point(let id):
            guard units.count == 1 else {
                throw CommandFailure(.wrongCommand, "--at point:<id> is for one account. Name the account.")
            }
            let point = JSONValue.object([("unitId", .string(units[0])), ("restorePointId", .string(id))])
            return .object([("kind", .string("points")), ("points", .array([point]))])
        case .now:
            throw CommandFailure(.wrongCommand, "--at now would bring back what is there. Name an earlier moment.")
        }
    }

    private static func at(_ date: Date) -> JSONValue {
        .object([("kind", .string("at")), ("dateTime", .string(Moments.utc(date)))])
    }

    /// The full id of the plan or session that is to be taken back.
    private func undone(_ id: String, _ session: ServerSession) async throws -> String {
        try await PlanClient(client: session.client).restore(named: id).id
    }

    private func groupID(_ name: String, _ session: ServerSession) async throws -> String {
        if UUID(uuidString: name) != nil { return name.lowercased() }
        let groups = try await session.client.list(APIClient.additions + "/directory/groups").entries
        let found = groups.filter { $0.text("displayName")?.lowercased() == name.lowercased() }
        guard found.count <= 1 else {
            let ids = found.compactMap { $0.text("id") }.joined(separator: ", ")
            throw CommandFailure(.notFound, "There are \(found.count) groups '\(name)'. Give the id of one: \(ids)")
        }
        guard let id = found.first?.text("id") else {
            let names = groups.compactMap { $0.text("displayName") }
            let guess = NearestWord.guess(name, among: names)
            throw CommandFailure(.notFound, "The directory has no group '\(name)'.\(guess)")
        }
        return id
    }

    /// One name on each line; blank lines and those that begin with # are left out.
    static func names(inFile path: String) throws -> [String] {
        let data =
            path == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
        guard let data, let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure(.wrongCommand, "The list '\(path)' cannot be read as text.")
        }
        let names = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard !names.isEmpty else { throw CommandFailure(.wrongCommand, "The list '\(path)' names nobody.") }
        guard names.count <= maximumListed else {
            throw CommandFailure(
                .wrongCommand,
                "The list '\(path)' names \(names.count) accounts; a plan takes \(maximumListed). Split it.")
        }
        return names
    }
}
