import Catalog
import Foundation
import Logging
import ProtectionRules
import ProtectionService

// A clock that jumps must not take anything away. What expires by a wrong time is gone when the
// time is right again, so nothing expires in the first hours after a jump in either direction: long
// enough for whoever is told by the log and by health to look. What is known of the clock is kept
// in the catalogue, because the wrong time and the right one are often those of two starts.

extension Scheduler {
    /// The name of the check in the health report.
    static let clockCheck = "clock"

    /// Looks whether the time of day was set since the last look, and tells it.
    /// - Returns: whether things may expire now.
    func mayExpire(_ now: Date) async throws -> Bool {
        let reading = ClockReading(now: now, steady: service.dependencies.clock.steadyTime())
        let known = try await service.catalog.find(ClockState.self, id: ClockState.onlyID)
        let change = try await change(since: known, reading)
        var state = known ?? ClockState(reading)
        if change != .none {
            state.jumpDateTime = now
            state.jumpSeconds = Int(change.seconds)
            state.heldUntilDateTime = now.addingTimeInterval(Double(service.intervals.expiryHoldHours) * 3600)
            service.dependencies.logger.warning("\(text(change, since: known?.seenDateTime, state))")
        }
        if change.seconds > 0 {
            let moved = try await service.catalog.write { writer in
                try PointTimeRows(writer).giveBack(at: now, after: change.seconds)
            }
            if moved > 0 {
                service.dependencies.logger.warning(
                    "Restore points have their times again, which were moved while the clock was behind.",
                    metadata: ["points": "\(moved)"])
            }
        }
        if known == nil || change != .none || now.timeIntervalSince(state.seenDateTime) >= Self.secondsBetweenNotes {
            state.note(reading)
            try await service.catalog.write { [state] in try $0.save(state) }
        }
        let mayExpire = state.allowsExpiry(at: now, holdHours: service.intervals.expiryHoldHours)
        let health = service.dependencies.health
        if mayExpire {
            health.set(Self.clockCheck, to: .ok, at: now)
        } else if change != .none
            || !health.checks.contains(where: { $0.name == Self.clockCheck && $0.status == .warning })
        {
            health.set(
                Self.clockCheck, to: .warning, message: text(change, since: known?.seenDateTime, state),
                at: state.jumpDateTime ?? now)
        }
        return mayExpire
    }

    /// How often what is known of the clock is written where nothing happened to it.
    private static let secondsBetweenNotes = 60.0

    private func change(since known: ClockState?, _ reading: ClockReading) async throws -> ClockChange {
        if let known { return reading.change(since: known.reading) }
        // A catalogue of before the clock was watched: rows from the future tell the same.
        let newest = Query<Job>(order: [.init("createdDateTime", ascending: false)], limit: 1)
        guard let created = try await service.catalog.page(newest).first?.createdDateTime else { return .none }
        let seconds = reading.now.timeIntervalSince(created)
        return seconds <= -ClockReading.minimumJumpSeconds ? .jump(seconds: seconds) : .none
    }

    private func text(_ change: ClockChange, since seen: Date?, _ state: ClockState) -> String {
        let end = (state.heldUntilDateTime ?? state.seenDateTime).formatted(.iso8601)
        let advice = "Nothing expires until \(end); if the time is wrong, set it right before that."
        switch change {
        case .jump(let seconds):
            return "The clock went \(seconds > 0 ? "ahead" : "back") by \(Self.length(seconds)). \(advice)"
        case .unexplained(let seconds):
            return
                """
                The server last looked at its clock \(Self.length(seconds)) ago, and the machine was started \
                since. \(advice)
                """
        case .none:
            // Told again by a process that was started after it.
            let direction = (state.jumpSeconds ?? 0) < 0 ? "back" : "ahead"
            return "The clock went \(direction) by \(Self.length(Double(state.jumpSeconds ?? 0))). \(advice)"
        }
    }

    /// A length of time in the greatest unit of which it has two.
    private static func length(_ seconds: Double) -> String {
        let seconds = Int(abs(seconds))
        let units = [(86_400, "days"), (3600, "hours"), (60, "minutes")]
        let unit = units.first { seconds >= 2 * $0.0 } ?? (1, "seconds")
        return "\(seconds / unit.0) \(unit.1)"
    }

    /// Makes due what waits for a moment further ahead than anything waits for: a clock that was
    /// ahead has set it. Returns the number of jobs.
    func bringForward(_ now: Date) async throws -> Int {
        let (worker, intervals) = (service.dependencies.worker, service.intervals)
        let most = max(
            intervals.cadenceSeconds, intervals.housekeepingSeconds, worker.retrySeconds << 8, 10 * worker.busySeconds)
        func waits(_ kind: RowPredicate, longerThan seconds: Int) -> RowPredicate {
            .and([
                .equal("state", JobState.waiting),
                .compare("runAfterDateTime", .greater, now.addingTimeInterval(Double(seconds)).sqlValue), kind,
            ])
        }
        let isPrune = RowPredicate.equal("kind", JobKind.prune.rawValue)
        let tooFar = RowPredicate.or([
            waits(.not(isPrune), longerThan: most), waits(isPrune, longerThan: most + intervals.pruneDelaySeconds),
        ])
        guard try await service.catalog.count(Query<Job>(where: tooFar)) > 0 else { return 0 }
        return try await service.catalog.write { writer in
            try writer.update(Job.self, where: tooFar, set: ["runAfterDateTime": now.sqlValue])
        }
    }
}

extension ClockChange {
    fileprivate var seconds: Double {
        switch self {
        case .none: 0
        case .jump(let seconds), .unexplained(let seconds): seconds
        }
    }
}
