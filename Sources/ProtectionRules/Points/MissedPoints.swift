package import Foundation

/// Points that were due between two that were taken, and were not.
package struct MissedPoints: Sendable, Hashable {
    /// How many there are.
    package let count: Int
    private let start: Date
    private let cadence: Double

    /// nil where none is missing.
    package init?(from start: Date, to end: Date, cadenceSeconds: Int) {
        cadence = Double(max(1, cadenceSeconds))
        let due = (end.timeIntervalSince(start) / cadence).rounded() - 1
        guard due >= 1, let count = Int(exactly: due) else { return nil }
        (self.start, self.count) = (start, count)
    }

    /// How many of them were due before a moment.
    package func due(before moment: Date) -> Int {
        let passed = (moment.timeIntervalSince(start) / cadence).rounded(.up) - 1
        return Int(min(max(0, passed), Double(count)))
    }
}
