public import Foundation

/// How many units, and sources without one, there are in each state.
public struct StateCounts: Sendable, Hashable {
    private var counts: [ProtectionState: Int] = [:]

    public init() {}

    public subscript(_ state: ProtectionState) -> Int {
        get { counts[state] ?? 0 }
        set { counts[state] = newValue }
    }

    public static func + (left: StateCounts, right: StateCounts) -> StateCounts {
        var sum = left
        for (state, count) in right.counts { sum[state] += count }
        return sum
    }

    /// Everything that somebody may want protected: all but what is left out on purpose and what
    /// the tenant does not have any more.
    public var wanted: Int { ProtectionState.allCases.reduce(0) { $0 + ($1.isWanted ? self[$1] : 0) } }

    /// What can be brought back to a moment of the present; a late unit can, to an older one.
    public var covered: Int { self[.protected] + self[.late] }
}

extension ProtectionState {
    fileprivate var isWanted: Bool {
        switch self {
        case .protected, .late, .failing, .paused, .requested, .notProtected: true
        case .excluded, .leaving, .deleted: false
        }
    }
}

/// The one sentence that says whether everything is protected.
public enum OverviewSentence {
    /// - Parameter people: how drives and mailboxes of people stand.
    /// - Parameter oldestNewest: the oldest of the units' newest points.
    public static func text(people: StateCounts, sites: StateCounts, oldestNewest: Date?, now: Date) -> String {
        let all = people + sites
        guard all.wanted > 0 else { return "There is nothing to protect: the tenant has no drives and no sites." }
        guard all.covered > 0 else {
            let names = [noun(people.wanted, "account"), noun(sites.wanted, "site")].compactMap { $0 }
            let verb = all.wanted == 1 ? "is" : "are"
            return "\(names.joined(separator: " and ")) \(verb) not protected yet."
        }
        let missing = all.wanted - all.covered
        let first =
            missing == 0
            ? (all.wanted == 1 ? "The only one is protected." : "All \(all.wanted) are protected.")
            : "All but \(missing) of \(all.wanted) are protected."
        guard let oldestNewest else { return first }
        return "\(first) The oldest newest point is \(age(now.timeIntervalSince(oldestNewest))) old."
    }

    private static func noun(_ count: Int, _ word: String) -> String? {
        count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
    }

    /// A length of time in its largest whole unit.
    private static func age(_ seconds: TimeInterval) -> String {
        let units: [(seconds: Double, word: String)] = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        let unit = units.first { seconds >= $0.seconds } ?? (1, "second")
        let count = max(0, Int(seconds / unit.seconds))
        return "\(count) \(unit.word)\(count == 1 ? "" : "s")"
    }
}
