import Foundation
import OData
import Testing

@Suite struct DateTimeOffsetTests {
    /// Seconds since 1970 computed with `date -u -d ... +%s`.
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("2026-03-02T09:41:07Z", 1_772_444_467),
        ("2026-03-02T10:41:07+01:00", 1_772_444_467),
        ("2026-03-02T04:11:07-05:30", 1_772_444_467), ("2026-03-02T09:41:07", 1_772_444_467),
        ("2026-03-02T09:41:07.5Z", 1_772_444_467.5),
        ("2026-03-02T09:41:07.1234567Z", 1_772_444_467.1234567), ("2024-02-29T23:59:59Z", 1_709_251_199),
        ("2000-02-29T00:00:00Z", 951_782_400), ("1969-12-31T23:59:59Z", -1), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799), ("2026-03-02t09:41:07z", 1_772_444_467),
        ("2026-03-02", 1_772_409_600), ("2026-03-02T09:41Z", 1_772_444_460), ("2026-03-02T09:41", 1_772_444_460),
        ("2026-03-02T10:41+01:00", 1_772_444_460), ("2026-03-02T09:41:07.123456789Z", 1_772_444_467.123456789),
        ("2026-03-02T09:41:07+0000", 1_772_444_467), ("2026-03-02T10:41:07+0100", 1_772_444_467),
        ("2026-03-02T04:11:07.5-0530", 1_772_444_467.5), ("2026-03-02T10:41:07+01", 1_772_444_467),
        ("2026-03-02T09:41:07-00:00", 1_772_444_467),
    ])
    func `valid dates are read`(text: String, seconds: Double) throws {
        let date = try #require(DateTimeOffset.parse(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
    }

    /// The third is the slip of old documentation samples, with dashes in the time.
    @Test(arguments: [
        "", "2015-06-19T12-01-03.45Z", "2026-03-02Z", "2026-03", "2026-03-02T", "2026-03-02T09Z", "2026-03-02T09:41.5Z",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00+1", "2026-01-01T00:00:00+010", "2026-01-01T00:00:00+01:0", "2026-01-01T00:00:00+01:",
        "2026-01-01T00:00:00+15:00", "2026-01-01T00:00:00ZZ", " 2026-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-1-01T00:00:00Z", "20260101T000000Z", "2026-02-29", "2026-01-01T00:00:00 00:00", "２026-01-01T00:00:00Z",
        "2026-01-01 00:00:00Z",
    ])
    func `other texts are no dates`(text: String) { #expect(DateTimeOffset.parse(text) == nil) }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00Z"), (1_772_444_467.402, "2026-03-02T09:41:07.402Z"),
        (1_772_444_467.1, "2026-03-02T09:41:07.1Z"),
        (1_772_444_467.9999999, "2026-03-02T09:41:08Z"), (-0.5, "1969-12-31T23:59:59.5Z"),
        (-62_135_596_800, "0001-01-01T00:00:00Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"), (1e18, "9999-12-31T23:59:59Z"), (-1e18, "0001-01-01T00:00:00Z"),
    ])
    func `dates are written in UTC`(seconds: Double, text: String) {
        #expect(DateTimeOffset.text(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test func `the date of an inner error has no zone`() {
        #expect(DateTimeOffset.textWithoutZone(Date(timeIntervalSince1970: 1_772_444_467.9)) == "2026-03-02T09:41:07")
    }

    /// Foundation's own formatter is the other opinion.
    @Test(arguments: 0..<10 as Range<UInt64>)
    func `dates are written and read as Foundation does`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let date = Date(
                timeIntervalSince1970: Double(Int.random(in: -11_000_000_000...253_402_300_799, using: &generator)))
            let text = DateTimeOffset.text(date)
            #expect(text == date.formatted(.iso8601))
            #expect(DateTimeOffset.parse(text) == date)
        }
    }

    @Test(arguments: ["P14D", "PT10M", "P365D", "P1DT2H3M4S", "PT0.5S", "-P1D", "PT36H", "P0D"])
    func `durations of days and time are valid`(text: String) { #expect(EdmDuration(text)?.text == text) }

    @Test(arguments: [
        "", "P", "PT", "P2W", "P1Y", "P1M", "14D", "P14", "PD", "P1D2H", "PT1M1H", "P1DT", "PT1.5M", "PT.5S", "PT1.S",
        "P-1D",
        "365 days, 0:00:00", "p14d", "P１D", "P1D ",
    ])
    func `other durations are refused`(text: String) { #expect(EdmDuration(text) == nil) }
}
