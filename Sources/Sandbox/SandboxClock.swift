import Concurrency
public import Foundation
public import ProtectionRules
public import ProtectionService
import Synchronization

/// The service's time in the sandbox: the machine's, moved forward or frozen.
///
/// It shows whole milliseconds, so that a client who reads a moment and sends it back names exactly
/// that moment. It never goes back, because rows would then lie in the future; only a reset starts
/// over. A move wakes every sleeper.
public final class SandboxClock: WallClock {
    /// What the time is made of. It is kept with the sandbox, so that the time after a restart is not
    /// before that of the rows.
    public struct Setting: Codable, Hashable, Sendable {
        /// How far ahead of the machine's clock it runs.
        public var aheadSeconds = 0.0
        /// Where it stands still; nil while it runs.
        public var frozenAt: Date?

        public init() {}
    }

    private let machine: any WallClock
    private let keep: @Sendable (Setting) throws -> Void
    private let setting: Mutex<Setting>
    private let moved = WorkSignal()

    /// - Parameters:
    ///   - machine: the clock that makes it go on.
    ///   - setting: where it was left.
    ///   - keep: remembers a new setting before it takes effect.
    public init(
        machine: any WallClock = SystemClock(), setting: Setting = Setting(),
        keep: @escaping @Sendable (Setting) throws -> Void = { _ in }
    ) {
        self.machine = machine
        self.keep = keep
        self.setting = Mutex(setting)
    }

    public func now() -> Date { time(setting.withLock { $0 }) }

    public func sleep(until deadline: Date) async throws {
        while true {
            let seen = moved.generation
            let current = setting.withLock { $0 }
            let remaining = deadline.timeIntervalSince(time(current))
            guard remaining > 0 else { return }
            if current.frozenAt != nil {
                try await moved.wait(after: seen)
            } else {
                try await machine.sleep(
                    until: machine.now().addingTimeInterval(min(remaining, 60)), orAfter: [(moved, seen)])
            }
        }
    }

    /// Moved time counts as time that has passed, so nothing in a sandbox is a jump of the clock.
    public func steadyTime() -> SteadyTime { SteadyTime(epoch: "sandbox", seconds: now().timeIntervalSince1970) }

    /// Whether it stands still.
    public var isFrozen: Bool { setting.withLock { $0.frozenAt != nil } }

    /// Moves it forward, to the first whole millisecond at or after `moment`, so that what is
    /// due then is due.
    /// - Returns: false where `moment` lies in its past; then nothing changes.
    /// - Throws: where the new setting cannot be kept.
    public func move(to moment: Date) throws -> Bool {
        try change { setting, now in
            guard moment >= now else { return false }
            let moment = Date(timeIntervalSince1970: (moment.timeIntervalSince1970 * 1000 - 0.001).rounded(.up) / 1000)
            if setting.frozenAt == nil {
                setting.aheadSeconds += moment.timeIntervalSince(now)
            } else {
                setting.frozenAt = moment
            }
            return true
        }
    }

    /// Stops it, or lets it run on from where it stands.
    /// - Throws: where the new setting cannot be kept.
    public func freeze(_ isFrozen: Bool) throws {
        _ = try change { setting, now in
            guard isFrozen != (setting.frozenAt != nil) else { return false }
            setting.frozenAt = isFrozen ? now : nil
            if !isFrozen { setting.aheadSeconds = now.timeIntervalSince(machine.now()) }
            return true
        }
    }

    /// Goes back to the machine's time. Sound only where no rows are left.
    /// - Throws: where the new setting cannot be kept.
    public func reset() throws {
        _ = try change { setting, _ in
            setting = Setting()
            return true
        }
    }

    private func time(_ setting: Setting) -> Date {
        Self.wholeMilliseconds(setting.frozenAt ?? machine.now().addingTimeInterval(setting.aheadSeconds))
    }

    /// The last whole millisecond at or before a moment. A thousandth of a millisecond is
    /// forgiven, because decimal fractions of a second have no exact form.
    private static func wholeMilliseconds(_ moment: Date) -> Date {
        Date(timeIntervalSince1970: (moment.timeIntervalSince1970 * 1000 + 0.001).rounded(.down) / 1000)
    }

    private func change(_ body: (inout Setting, Date) -> Bool) throws -> Bool {
        let isNew = try setting.withLock { current in
            var next = current
            guard body(&next, time(current)) else { return false }
            try keep(next)
            current = next
            return true
        }
        if isNew { moved.notify() }
        return isNew
    }
}
