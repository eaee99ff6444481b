import Concurrency
import ProtectionRules
import Synchronization

/// A value that costs something, made at most once in a while however many ask for it.
public final class KeptValue<Value: Sendable>: Sendable {
    private let seconds: Double
    private let clock: any WallClock
    private let make: @Sendable () async -> Value
    private let kept = Mutex<(value: Value, seconds: Double, epoch: String)?>(nil)
    /// Of callers at once, one makes the value and the others wait for it.
    private let turn = AsyncSemaphore(permits: 1)

    /// - Parameter seconds: how long a value is good.
    public init(
        seconds: Double, clock: any WallClock = SystemClock(), _ make: @escaping @Sendable () async -> Value
    ) {
        self.seconds = seconds
        self.clock = clock
        self.make = make
    }

    public func value() async -> Value {
        await turn.acquire()
        defer { turn.release() }
        let now = clock.steadyTime()
        let known = kept.withLock { $0 }
        if let known, known.epoch == now.epoch, (0..<seconds).contains(now.seconds - known.seconds) {
            return known.value
        }
        let value = await make()
        kept.withLock { $0 = (value, now.seconds, now.epoch) }
        return value
    }
}
