import Foundation
import ProtectionRules
import Testing

/// Backups are due once in each cadence, and not all together.
@Suite struct BackupSlotsTests {
    private let slots = BackupSlots(cadenceSeconds: 600, isSpread: true)
    /// A multiple of ten minutes.
    private let grid = Date(timeIntervalSince1970: 1_796_083_200)
    private let ids = (0..<6000).map { "3f1c2d4e-0000-4000-8000-\($0)" }

    @Test func `each unit is due once in a cadence, always at the same place of it`() {
        for id in ids.prefix(500) {
            let first = slots.next(for: id, after: grid)
            #expect(first > grid)
            #expect(first <= grid.addingTimeInterval(600))
            #expect(slots.next(for: id, after: first.addingTimeInterval(-0.001)) == first)
            #expect(slots.next(for: id, after: first) == first.addingTimeInterval(600))
            // A look that comes late, or a server that was off for a day, moves no place.
            let later = slots.next(for: id, after: grid.addingTimeInterval(86_400 + 77))
            #expect(later.timeIntervalSince(first).truncatingRemainder(dividingBy: 600) == 0)
        }
    }

    @Test func `the places spread evenly`() {
        let counts = Dictionary(ids.map { (slots.next(for: $0, after: grid), 1) }, uniquingKeysWith: +)
        #expect(counts.count == 60)
        // 100 in each of 60 slots, give or take: five standard deviations of chance are 50.
        #expect((counts.values.max() ?? 0) <= 150)
        #expect((counts.values.min() ?? 0) >= 50)
    }

    /// The hash of "a" is a vector of the algorithm's authors (`test_fnv.c`).
    @Test func `the place is that of the published hash`() {
        let folded: UInt64 = 0xaf63_dc4c_8601_ec8c ^ 0xaf63_dc4c
        #expect(slots.next(for: "a", after: grid.addingTimeInterval(-0.5)) == place(Int(folded % 60)))
    }

    private func place(_ slot: Int) -> Date { grid.addingTimeInterval(Double(slot * 10)) }

    @Test(arguments: [(0.0, 10.0), (9.999, 10), (10, 20), (594, 600)])
    func `the next start is the next slot`(passed: Double, next: Double) {
        #expect(slots.nextStart(after: grid.addingTimeInterval(passed)) == grid.addingTimeInterval(next))
    }

    @Test(arguments: [10, 61, 599, 600, 86_400]) func `every due moment is a start, whatever the cadence`(cadence: Int)
    {
        let slots = BackupSlots(cadenceSeconds: cadence, isSpread: true)
        var starts: Set<Date> = []
        var moment = grid
        while moment < grid.addingTimeInterval(Double(2 * cadence)) {
            let next = slots.nextStart(after: moment)
            #expect(next > moment)
            starts.insert(next)
            moment = next
        }
        let due = Set(ids.prefix(300).map { slots.next(for: $0, after: grid) })
        #expect(due.subtracting(starts) == [])
        #expect(due.count > 5)
    }

    @Test func `without spreading all are due at multiples of the cadence`() {
        let together = BackupSlots(cadenceSeconds: 600, isSpread: false)
        for id in ids.prefix(20) {
            #expect(together.next(for: id, after: grid) == grid.addingTimeInterval(600))
            #expect(together.next(for: id, after: grid.addingTimeInterval(-1)) == grid)
        }
        #expect(together.nextStart(after: grid) == grid.addingTimeInterval(600))
    }
}
