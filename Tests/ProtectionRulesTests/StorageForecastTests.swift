import Testing

@testable import ProtectionRules

@Suite struct StorageForecastTests {
    private static let day = 86_400.0

    @Test(
        arguments: [
            // Free, grown, seconds of history, days left.
            (1_400, 1_400, 14 * day, 14), (1_400, 1_400, 100 * day, 14), (700, 700, 7 * day, 7),
            (1_399, 1_400, 14 * day, 13), (0, 1, 14 * day, 0), (-5, 1, 14 * day, 0),
            // No growth, or too little known.
            (1_000, 0, 14 * day, nil), (1_000, 10, 1.9 * day, nil), (1_000, 10, nil, nil), (nil, 10, 14 * day, nil),
            (.max, 1, 2 * day, 1_000_000_000),
        ] as [(Int?, Int, Double?, Int?)])
    func `the room is divided by the growth of two weeks`(
        free: Int?, grown: Int, history: Double?, left: Int?
    ) {
        #expect(StorageForecast.daysLeft(freeBytes: free, grownBytes: grown, historySeconds: history) == left)
    }
}
