import Foundation
import Logging
public import ProtectionService
public import ServiceLifecycle
import Synchronization

/// Keeps a clock by the database's, and tells where the machine's own is wrong: a store in S3 refuses
/// requests that are signed a quarter of an hour off.
public final class ClockWatch: Service {
    private let clock: DatabaseClock
    private let service: ServiceContext
    private let isTold = Mutex(false)

    /// How often the database is asked.
    private static let seconds = 10.0

    public init(_ service: ServiceContext, clock: DatabaseClock) {
        self.service = service
        self.clock = clock
    }

    /// Runs until the task is cancelled or a graceful shutdown begins.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.watch() }
    }

    private func watch() async {
        while !Task.isCancelled {
            tell(clock.skew)
            let next = clock.now().addingTimeInterval(Self.seconds)
            guard (try? await clock.sleep(until: next)) != nil else { return }
            // While the database is away its time is counted on.
            _ = try? await clock.measure()
        }
    }

    private func tell(_ skew: Double) {
        let isWrong = abs(skew) > DatabaseClock.toldSkewSeconds
        let isNews = isTold.withLock { isTold in
            defer { isTold = isWrong }
            return isWrong && !isTold
        }
        guard isNews else { return }
        service.dependencies.logger.warning(
            "The clock of this machine differs from the database's: set it right, for example with NTP.",
            metadata: ["secondsAhead": "\(Int(skew.rounded()))"])
    }
}
