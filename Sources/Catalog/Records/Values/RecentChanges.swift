/// How many files changed on each of the last 14 days that had changes at their end.
public struct RecentChanges: SQLJSON, Hashable {
    /// How many days are counted.
    public static let days = 14

    /// The number of the last day since 1970 (UTC).
    public private(set) var lastDay: Int
    /// A number for each day, the last day's at the end.
    private var counts: [Int]

    public init(lastDay: Int) {
        self.lastDay = lastDay
        counts = Array(repeating: 0, count: Self.days)
    }

    /// Counts changes of a day, which may be an earlier one than the last. What is older than all
    /// days that are counted is left out.
    public mutating func add(_ changes: Int, on day: Int) {
        if day > lastDay {
            counts = counts(upTo: day)
            lastDay = day
        }
        let place = Self.days - 1 - (lastDay - day)
        guard place >= 0 else { return }
        counts[place] += changes
    }

    /// The numbers of the 14 days that end with a day.
    public func counts(upTo day: Int) -> [Int] {
        (0..<Self.days).map { place in
            let wanted = day - (Self.days - 1 - place)
            let own = Self.days - 1 - (lastDay - wanted)
            return counts.indices.contains(own) ? counts[own] : 0
        }
    }
}
