package import Foundation
import Synchronization

/// Of which units somebody changed what is locked, as far as this process looked.
public final class LockWatch: Sendable {
    private let tampered = Mutex<[String: Int]>([:])

    /// Nothing was looked at yet.
    public init() {}

    /// Notes what a look at a unit found.
    package func note(_ unitID: String, tampered count: Int) {
        tampered.withLock { $0[unitID] = count > 0 ? count : nil }
    }

    /// Tells it as a check of health, which names nobody.
    package func tell(_ health: HealthReport, at now: Date) {
        let units = tampered.withLock { $0.count }
        var figures = HealthFigures()
        figures.units = units
        guard units > 0 else { return health.set("locks", to: .ok, figures: figures, at: now) }
        health.set(
            "locks", to: .failing,
            message: "Somebody deleted or replaced locked objects of \(units) repositories.",
            action: "See the log, then: holdfast repository rewind --help.", figures: figures, at: now)
    }
}
