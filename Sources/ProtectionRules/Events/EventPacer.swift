public import Foundation

/// When changes are told: each thing at most once in an interval, the oldest change first.
///
/// A change within the interval waits for its end, and then stands for all that came meanwhile.
public struct EventPacer<Thing: Hashable & Sendable>: Sendable {
    private let interval: TimeInterval
    /// When each thing was told last, as long as it matters.
    private var told: [Thing: Date] = [:]
    /// The number of the oldest change of each thing that was not told yet.
    private var waiting: [Thing: Int] = [:]
    private var newest: Int

    /// - Parameter number: the number after which changes are told.
    public init(interval: TimeInterval, after number: Int) {
        self.interval = interval
        newest = number
    }

    /// Every change up to this number was told, so a client that comes back with it misses nothing.
    public var number: Int { waiting.values.min().map { min($0 - 1, newest) } ?? newest }

    /// Takes a change that is to be told.
    public mutating func changed(_ thing: Thing, number: Int) {
        waiting[thing] = min(waiting[thing] ?? number, number)
    }

    /// Notes that all changes up to a number were taken.
    public mutating func read(through number: Int) { newest = max(newest, number) }

    /// The next thing to tell, which counts as told from then on; nil where none is due.
    public mutating func next(at now: Date) -> Thing? {
        told = told.filter { now.timeIntervalSince($0.value) < interval && $0.value <= now }
        let due = waiting.filter { told[$0.key] == nil }.min { $0.value < $1.value }
        guard let thing = due?.key else { return nil }
        waiting[thing] = nil
        told[thing] = now
        return thing
    }

    /// When the next thing is due; nil where none waits.
    public var nextMoment: Date? {
        waiting.keys.map { told[$0]?.addingTimeInterval(interval) ?? .distantPast }.min()
    }
}
