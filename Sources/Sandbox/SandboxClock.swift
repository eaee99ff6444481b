public import BackupService
public import Foundation
import Synchronization

/// The service's time in the sandbox: the machine's, moved forward or frozen.
///
/// It never goes back, because rows would lie in their own future; only a reset starts over. Who sleeps on it is woken when it moves.
public final class SandboxClock: WallClock {
    /// What makes the time; kept with the sandbox, so that a restart does not fall back behind its rows.
    public struct Setting: Codable, Hashable, Sendable {
        /// How far ahead of the machine's clock it runs.
        public var aheadSeconds = 0.0
        /// Where it stands still; nil while it runs.
        public var frozenAt: Date?

        /// The machine's time.
        public init() {}
    }

    private let machine: any WallClock
    private let keep: @Sendable (Setting) throws -> Void
    private let setting: Mutex<Setting>
    private let moved = WorkSignal()

    /// Makes a clock.
    /// - Parameters:
    ///   - machine: what it runs with.
    ///   - setting: where it was left.
    ///   - keep: remembers a new setting before it takes effect.
    public init(machine: any WallClock = SystemClock(), setting: Setting = Setting(), keep: @escaping @Sendable (Setting) throws -> Void = { _ in }) {
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
                try await machine.sleep(until: machine.now().addingTimeInterval(min(remaining, 60)), orAfter: [(moved, seen)])
            }
        }
    }

    /// Whether it stands still.
    public var isFrozen: Bool { setting.withLock { $0.frozenAt != nil } }

    /// Moves it forward.
    /// - Returns: false where `moment` lies in its past: nothing is changed then.
    /// - Throws: where the new setting cannot be kept.
    public func move(to moment: Date) throws -> Bool {
        try change { setting, now in
            guard moment >= now else { return false }
            if setting.frozenAt == nil { setting.aheadSeconds += moment.timeIntervalSince(now) } else { setting.frozenAt = moment }
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

    /// Goes back to the machine's time. Only sound where no rows are left.
    /// - Throws: where the new setting cannot be kept.
    public func reset() throws {
        _ = try change { setting, _ in
            setting = Setting()
            return true
        }
    }

    private func time(_ setting: Setting) -> Date {
        setting.frozenAt ?? machine.now().addingTimeInterval(setting.aheadSeconds)
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
