import Foundation

/// A restore point that a moment led to.
struct KnownPoint {
    let id: String
    let date: Date
    let unitID: String
}

/// Finds the restore point that a moment means for one account or site.
struct PointFinder {
    let client: APIClient
    let clock: MomentReader

    static func here(_ client: APIClient) -> PointFinder {
        PointFinder(client: client, clock: MomentReader(now: Date(), zone: .current))
    }

    /// The point, and a sentence that says what was understood.
    func point(_ text: String?, of unit: KnownUnit, id unitID: String) async throws -> (KnownPoint, String) {
        let moment = try text.map { try clock.moment($0) } ?? .now
        let incident = moment == .lastClean ? try await incident(of: unit, id: unitID) : nil
        let point = try await find(moment, of: unit, id: unitID, incident: incident)
        let stamp = Moments.short(point.date, zone: clock.zone, now: clock.now)
        switch moment {
        case .at(let date):
            return (point, "at \(Moments.understood(date, zone: clock.zone)), point of \(stamp)")
        case .now: return (point, "the newest point, of \(stamp)")
        case .lastClean where incident == nil:
            return (point, "no incident concerns \(unit.name): the newest point, of \(stamp)")
        case .lastClean: return (point, "the last clean point, of \(stamp)")
        case .before(let incident): return (point, "before incident \(incident), point of \(stamp)")
        case .point: return (point, "point of \(stamp)")
        }
    }

    private func find(
        _ moment: Moment, of unit: KnownUnit, id unitID: String, incident: String?
    ) async throws -> KnownPoint {
        switch moment {
        case .at(let date): return try await latest(of: unit, id: unitID, at: date)
        case .now: return try await latest(of: unit, id: unitID, at: clock.now)
        case .lastClean:
            guard let incident else { return try await latest(of: unit, id: unitID, at: clock.now) }
            return try await clean(of: unit, id: unitID, in: incident)
        case .before(let incident): return try await clean(of: unit, id: unitID, in: incident)
        case .point(let id): return try await point(id: id, of: unit, id: unitID)
        }
    }

    /// The newest point at or before a moment.
    private func latest(of unit: KnownUnit, id unitID: String, at date: Date) async throws -> KnownPoint {
        let period: [(String, JSONValue)] = [
            ("startDateTime", .string("1970-01-01T00:00:00Z")), ("endDateTime", .string(Moments.utc(date))),
        ]
        let answer = try await client.post(
            APIClient.graph + "/restorePoints/search",
            .object([
                ("protectionUnitIds", .array([.string(unitID)])), ("protectionTimePeriod", .object(period)),
                ("restorePointPreference", .string("latest")),
            ]))
        guard let found = answer.list("searchResults").first?["restorePoint"], let id = found.text("id"),
            let moment = found.date("protectionDateTime")
        else {
            let when = Moments.understood(date, zone: clock.zone)
            throw CommandFailure(
                .notFound,
                "\(unit.name) has no restore point at or before \(when). 'holdfast point list \(unit.name)' shows all.")
        }
        return KnownPoint(id: id, date: moment, unitID: unitID)
    }

    /// The newest incident that concerns a unit and is not over; nil for none.
    private func incident(of unit: KnownUnit, id unitID: String) async throws -> String? {
        if let id = unit.incidentID { return id }
        let incidents = APIClient.additions + "/incidents"
        let open = try await client.list(
            incidents,
            [
                ("$filter", "status eq 'open' or status eq 'contained'"), ("$orderby", "detectedDateTime desc"),
            ])
        for id in open.entries.compactMap({ $0.text("id") }) {
            let units = try await client.list(incidents + "/\(APIClient.encoded(id))/units").entries
            if units.contains(where: { $0.text("unitId") == unitID }) { return id }
        }
        return nil
    }

    private func clean(of unit: KnownUnit, id unitID: String, in incident: String) async throws -> KnownPoint {
        let base = APIClient.additions + "/incidents/\(APIClient.encoded(incident))"
        let units = try await client.list(base + "/units").entries
        if let hit = units.first(where: { $0.text("unitId") == unitID }) {
            guard let pointID = hit.text("lastCleanPointId") else {
                throw CommandFailure(.notFound, "\(unit.name) has no clean point before incident \(incident).")
            }
            return try await point(id: pointID, of: unit, id: unitID)
        }
        let began = try await client.get(base).date("beganAfter")
        return try await latest(of: unit, id: unitID, at: began ?? clock.now)
    }

    private func point(id: String, of unit: KnownUnit, id unitID: String) async throws -> KnownPoint {
        let found = try await client.get(APIClient.additions + "/restorePoints/\(APIClient.encoded(id))")
        guard found.text("unitId") == unitID, let date = found.date("protectionDateTime") else {
            throw CommandFailure(.notFound, "The restore point \(id) is not one of \(unit.name).")
        }
        guard found.bool("isDamaged") != true else {
            throw CommandFailure(
                .refused,
                """
                The restore point \(id) is damaged, so it cannot be looked into. To see what of it is lost, on the \
                server's machine: holdfast repository repair \(unitID) --dry-run
                """)
        }
        return KnownPoint(id: id, date: date, unitID: unitID)
    }
}
