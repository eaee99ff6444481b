import Foundation
import Testing

@testable import ProtectionRules

/// Points that were due between two and were not taken.
@Suite struct MissedPointTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func missed(_ seconds: Double) -> MissedPoints? {
        MissedPoints(from: start, to: start.addingTimeInterval(seconds), cadenceSeconds: 600)
    }

    @Test(
        arguments: [(-600, nil), (0, nil), (600, nil), (899, nil), (900, 1), (1200, 1), (1501, 2), (86_400, 143)]
            as [(Double, Int?)])
    func `one is missing from one and a half cadences on`(seconds: Double, count: Int?) {
        #expect(missed(seconds)?.count == count)
    }

    @Test(arguments: [(-1, 0), (0, 0), (600, 0), (601, 1), (1200, 1), (1201, 2), (1801, 3), (9999, 3)])
    func `they were due one cadence after another`(moment: Double, count: Int) {
        #expect(missed(2400)?.due(before: start.addingTimeInterval(moment)) == count)
    }
}
