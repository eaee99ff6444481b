import Catalog
import Testing

/// The numbers of changed files on the last days.
@Suite struct RecentChangesTests {
    private func counts(_ changes: [(Int, Int)], upTo day: Int) -> [Int] {
        var recent = RecentChanges(lastDay: changes.first?.1 ?? 0)
        for (count, on) in changes { recent.add(count, on: on) }
        return recent.counts(upTo: day)
    }

    private let nothing = Array(repeating: 0, count: 14)

    @Test func `the last number is that of the day that is asked for`() {
        #expect(counts([(5, 100)], upTo: 100) == nothing.dropLast() + [5])
        #expect(counts([(5, 100)], upTo: 101) == nothing.dropLast(2) + [5, 0])
        #expect(counts([(5, 100)], upTo: 113) == [5] + nothing.dropLast())
        #expect(counts([(5, 100)], upTo: 114) == nothing)
    }

    @Test func `changes of one day add up, and those of earlier days find their place`() {
        #expect(counts([(1, 100), (2, 100), (4, 102), (8, 101)], upTo: 102) == nothing.dropLast(3) + [3, 8, 4])
        #expect(counts([(1, 100), (2, 87)], upTo: 100) == [2] + nothing.dropLast(2) + [1])
    }

    @Test func `what is older than all days is left out`() {
        #expect(counts([(1, 100), (2, 86)], upTo: 100) == nothing.dropLast() + [1])
        #expect(counts([(1, 100), (2, 10_000)], upTo: 100) == nothing)
    }
}
