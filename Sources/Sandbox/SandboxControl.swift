import BackupWork
import Catalog
import Concurrency
import Foundation
import OData
import ProtectionRules
public import ProtectionService
import Synchronization

/// The operations on a sandbox: move the time, with everything that falls due on the way; change
/// the tenant; reset everything.
///
/// One operation runs at a time. Another one meanwhile is a conflict.
public final class SandboxControl: Sendable {
    /// The state once nothing more is due.
    struct Idle: Encodable, Sendable {
        var now: String
        /// Jobs that wait for a later moment, such as another try or a prune.
        var waitingJobs: Int
        /// The earliest such moment; nil where none waits.
        var nextJob: String?
    }

    /// The last moment to which the clock goes: moments that are counted from it, such as the end of a
    /// retention of a hundred years, still have a year of four digits.
    static let latestMoment = Date(timeIntervalSince1970: 221_845_392_000)
    /// How many steps one advance has at most.
    static let maximumSteps = 10_000

    let clock: SandboxClock
    let faults: FaultBook
    let tenant: SandboxTenant
    private let service: ServiceContext
    private let scheduler: Scheduler
    private let removeRepositories: @Sendable () async throws -> Void
    private let patience: Duration
    private let isBusy = Mutex(false)

    /// Logs the part of a failure that the answer leaves out.
    func report(_ failure: ServiceError) { service.report(failure) }

    /// Takes a service over.
    /// - Parameters:
    ///   - removeRepositories: deletes every repository, for a reset.
    ///   - patience: how long, in the machine's time, an operation waits for the jobs that are due.
    public init(
        service: ServiceContext, clock: SandboxClock, faults: FaultBook, tenant: SandboxTenant,
        removeRepositories: @escaping @Sendable () async throws -> Void, patience: Duration = .seconds(600)
    ) {
        self.service = service
        self.clock = clock
        self.faults = faults
        self.tenant = tenant
        self.removeRepositories = removeRepositories
        self.patience = patience
        scheduler = Scheduler(service)
    }

    /// Runs everything that is due now.
    func idle() async throws -> Idle {
        try await alone { try await settle() }
    }

    /// Moves the clock forward to a moment and does what falls due on the way: in one step, or in
    /// steps with a stop also at each moment for which a job waits.
    func advance(to end: Date, stepSeconds: Double?) async throws -> Idle {
        try await alone {
            guard end >= clock.now() else {
                throw ODataError.badRequest(
                    "The clock only goes forward: it is \(SandboxDates.text(clock.now())). A reset starts over.",
                    target: "now")
            }
            guard end <= Self.latestMoment else {
                throw ODataError.badRequest(
                    "The clock ends at \(SandboxDates.text(Self.latestMoment)); choose an earlier moment.",
                    target: "now")
            }
            let step = stepSeconds ?? .infinity
            guard step > 0, end.timeIntervalSince(clock.now()) / step <= Double(Self.maximumSteps) else {
                throw ODataError.badRequest(
                    "A step must be longer than nothing, and an advance has at most \(Self.maximumSteps) of them.",
                    target: "step")
            }
            var last = try await settle()
            var stops = 0
            while clock.now() < end {
                stops += 1
                guard stops <= 2 * Self.maximumSteps else { throw Self.stillBusy }
                var next = min(end, clock.now().addingTimeInterval(step))
                if stepSeconds != nil, let job = try await nextJob()?.runAfterDateTime { next = min(next, job) }
                // The running clock may have passed the moment while jobs ran.
                _ = try clock.move(to: max(clock.now(), next))
                last = try await settle()
            }
            return last
        }
    }

    /// Runs a change of the tenant while nothing else is under way.
    func changing<Value: Sendable>(_ body: @Sendable () throws -> Value) async throws -> Value {
        try await alone { try body() }
    }

    /// Starts over: no tenant, no rows, no repositories, no faults, the machine's time. Keys and
    /// registered programs stay, so tokens stay valid.
    func reset() async throws {
        try await alone {
            faults.removeAll()
            _ = try await settle()
            try await service.dependencies.catalog.write { writer in
                guard try writer.count(Query<Job>(where: .equal("state", JobState.running))) == 0 else {
                    throw Self.stillBusy
                }
                try writer.eraseEverything(keeping: Self.kept)
            }
            try await removeRepositories()
            try tenant.clear()
            try clock.reset()
        }
    }

    /// The tables that a reset leaves: keys, programs, and people who sign in.
    private static let kept: Set<String> = [
        "schemaVersion", "signingKey", "clientApplication", "operatorAccount", "portalSession", "refreshToken",
        "authorizationCode", "deviceCode", "firstRunCode",
    ]

    private static let stillBusy = ODataError(
        .serviceNotAvailable, "Jobs are still running. Look at the server's log, or ask again.", retryAfterSeconds: 5)

    private func alone<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let isFree = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFree else {
            throw ODataError(.conflict, "Another operation of the sandbox is under way.")
        }
        defer { isBusy.withLock { $0 = false } }
        return try await body()
    }

    /// Runs scheduler and worker until nothing more is due.
    private func settle() async throws -> Idle {
        let end = ContinuousClock.now + patience
        // The worker may have looked just before the clock moved, and would sleep
        // until it moves again.
        service.signal.notify()
        while true {
            let seen = service.signal.generation
            try await scheduler.tick()
            if try await !service.work.isAtWork() {
                guard try await service.work.resumeFreedRestores() else { return try await report() }
            }
            guard ContinuousClock.now < end else { throw Self.stillBusy }
            try await SystemClock().sleep(until: Date().addingTimeInterval(1), orAfter: [(service.signal, seen)])
        }
    }

    private var waiting: Query<Job> {
        Query<Job>(where: .equal("state", JobState.waiting), order: [.init("runAfterDateTime")])
    }

    private func nextJob() async throws -> Job? {
        try await service.dependencies.catalog.read { [waiting] in try $0.first(waiting) }
    }

    private func report() async throws -> Idle {
        let waiting = waiting
        return try await service.dependencies.catalog.read { [now = clock.now()] reader in
            Idle(
                now: SandboxDates.text(now), waitingJobs: try reader.count(waiting),
                nextJob: try reader.first(waiting).map { SandboxDates.text($0.runAfterDateTime) })
        }
    }
}

/// Moments as the control surface writes and reads them: ISO 8601, UTC.
enum SandboxDates {
    /// To the millisecond, in digits that are read back as the same moment; without a fraction
    /// where there is none.
    static func text(_ date: Date) -> String {
        let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
        let (seconds, fraction) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        guard fraction > 0 else { return text }
        let digits = String(fraction + 1000).dropFirst()
        return "\(text.dropLast()).\(digits)Z"
    }

    /// Whatever the Graph surface reads.
    static func date(_ text: String) -> Date? { DateTimeOffset.parse(text) }
}
