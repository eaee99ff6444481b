import Foundation

/// Restore points that a server is asked for, and followed until they exist.
struct ServerBackups {
    let session: ServerSession
    /// For how many seconds to wait at most.
    let timeout: Double?
    /// Tells of each point when it exists, and of each that could not be taken.
    let tell: (Result<JSONValue, Failed>) -> Void

    /// A unit of which no point could be taken.
    struct Failed: Error, Equatable {
        var unitID: String
        var name: String
        var message: String
    }

    /// How many points were taken, and how many could not be.
    struct Outcome: Equatable {
        var taken = 0
        var failed = 0

        var status: CommandExit { failed == 0 ? .done : taken == 0 ? .failed : .doneInPart }
    }

    /// A unit whose point was asked for.
    private struct Asked {
        let unit: JSONValue
        let unitID: String
        /// The backup that takes the point; nil while one runs that had begun before.
        var backup: String?
        /// The one that had begun before.
        var earlier: String?
    }

    private static let pauseSeconds = 0.2
    /// The longest wait for another try that is sat through.
    private static let patienceSeconds = 30.0

    func take(_ names: [String]) async throws -> Outcome {
        var outcome = Outcome()
        // All of them first, so that the server has something to do.
        var waiting: [Asked] = []
        for unit in try await units(names) {
            let id = unit.text("unitId") ?? ""
            do {
                waiting.append(try await ask(Asked(unit: unit, unitID: id)))
            } catch let failure as CommandFailure where failure.code == "UnitNotProtected" {
                report(failure.description, unit, &outcome)
            }
        }
        let end = timeout.map { ContinuousClock.now + .seconds($0) }
        while !waiting.isEmpty {
            var rest: [Asked] = []
            for asked in waiting {
                if let open = try await follow(asked, &outcome) { rest.append(open) }
            }
            waiting = rest
            guard !waiting.isEmpty else { break }
            if let end, ContinuousClock.now >= end {
                throw CommandFailure(
                    .waitedInVain,
                    "\(waiting.count.counted("restore point")) did not exist in time; the server goes on taking them.")
            }
            try await session.client.pause(Self.pauseSeconds)
        }
        return outcome
    }

    /// The states of the units that are named, or of all that are protected.
    private func units(_ names: [String]) async throws -> [JSONValue] {
        guard names.isEmpty else {
            var units: [JSONValue] = []
            for name in names { units.append(try await session.units.protectedUnit(name).unit.state) }
            return units
        }
        let states = ["protected", "late", "failing", "requested"].map { "state eq '\($0)'" }
        let all = try await session.client.list(
            APIClient.additions + "/unitStates", [("$filter", states.joined(separator: " or "))])
        return all.entries.filter { $0.text("unitId") != nil }
    }

    private func ask(_ asked: Asked) async throws -> Asked {
        let answer = try await session.client.post(
            APIClient.additions + "/protectionUnits/\(APIClient.encoded(asked.unitID))/backup")
        var asked = asked
        let id = answer.text("id")
        // One that runs already began before, and may have passed what was written since.
        (asked.backup, asked.earlier) = answer.text("status") == "running" ? (nil, id) : (id, nil)
        return asked
    }

    /// Looks after one unit.
    /// - Returns: what is still to be waited for; nil once the point exists or cannot be taken.
    private func follow(_ asked: Asked, _ outcome: inout Outcome) async throws -> Asked? {
        guard let id = asked.backup ?? asked.earlier else { return nil }
        let backup = try await session.client.get(APIClient.additions + "/backups/\(APIClient.encoded(id))")
        let status = backup.text("status") ?? ""
        guard asked.backup != nil else {
            return status == "running" ? asked : try await ask(asked)
        }
        let reason = backup["error"]?.text("message")
        switch status {
        case "done":
            guard let pointID = backup.text("restorePointId") else {
                report("It is not protected any more.", asked.unit, &outcome)
                return nil
            }
            let point = try await session.client.get(
                APIClient.additions + "/restorePoints/\(APIClient.encoded(pointID))")
            tell(.success(PointReport(point, owner: asked.unit).entity))
            outcome.taken += 1
        case "failed": report(reason ?? "No reason is known.", asked.unit, &outcome)
        case "waiting":
            guard let reason, let next = backup.date("runAfterDateTime"),
                next.timeIntervalSinceNow > Self.patienceSeconds
            else { return asked }
            report("\(reason) The server tries again at \(session.moment(next)).", asked.unit, &outcome)
        default: return asked
        }
        return nil
    }

    private func report(_ message: String, _ unit: JSONValue, _ outcome: inout Outcome) {
        tell(.failure(Failed(unitID: unit.text("unitId") ?? "", name: KnownUnit.name(of: unit), message: message)))
        outcome.failed += 1
    }
}
