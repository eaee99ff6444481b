import Testing

@testable import ProtectionRules

/// "Most" is more than half of at least 50 files (issue 14, section 1).
@Suite struct SuddenLossTests {
    @Test(
        arguments: [
            (before: 50, now: 24, expected: SuddenLoss.lost), (50, 25, nil), (50, 0, .lost), (49, 0, nil),
            (51, 25, .lost), (51, 26, nil), (1_000_000, 499_999, .lost), (60, 60, nil), (60, 600, nil),
            (nil, 0, nil), (0, 0, nil), (.max, 0, .lost),
        ] as [(before: Int?, now: Int, expected: SuddenLoss?)])
    func `most of the files are more than half of at least fifty`(before: Int?, now: Int, expected: SuddenLoss?) {
        #expect(SuddenLoss(now, before: before, held: nil) == expected)
    }

    @Test(
        arguments: [
            (held: 60, now: 31, expected: SuddenLoss.recovered), (60, 30, nil), (60, 0, nil),
            (51, 26, .recovered), (51, 25, nil), (60, .max, .recovered),
        ] as [(held: Int, now: Int, expected: SuddenLoss?)])
    func `they are back when more than half of the held point's are there`(held: Int, now: Int, expected: SuddenLoss?) {
        #expect(SuddenLoss(now, before: 0, held: held) == expected)
    }

    @Test func `a later loss changes nothing while a point is held`() {
        #expect(SuddenLoss(10, before: 90, held: 200) == nil)
    }
}
