import Testing

@testable import ResticFormat

/// Times in RFC 3339, both ways.
@Suite struct NodeTimeTests {
    /// Expected seconds from `date -u -d <text> +%s`.
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0, 0, 0), ("2024-02-29T23:59:59.5Z", 1_709_251_199, 500_000_000, 0),
            ("2023-11-14T22:13:20.123456789Z", 1_700_000_000, 123_456_789, 0),
            ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999, 0),
            ("0001-01-01T00:00:00Z", -62_135_596_800, 0, 0), ("9999-12-30T23:59:59Z", 253_402_214_399, 0, 0),
            ("2000-02-29T12:00:00+05:30", 951_805_800, 0, 330), ("1900-03-01T00:00:00-08:00", -2_203_862_400, 0, -480),
            ("2001-01-01T00:30:00+01:00", 978_305_400, 0, 60), ("2024-01-02T03:04:05.00000001Z", 1_704_164_645, 10, 0),
        ] as [(String, Int64, UInt32, Int16)]) func `times read and write`(
            _ text: String, _ seconds: Int64, _ nanoseconds: UInt32, _ zone: Int16
        ) throws
    {
        let time = try #require(NodeTime(text))
        #expect(time == NodeTime(seconds: seconds, nanoseconds: nanoseconds, zoneMinutes: zone))
        #expect(time.description == text)
    }

    @Test(arguments: [
        "", "2024", "2024-01-02T03:04:05", "2024-01-02 03:04:05Z", "2024-01-02t03:04:05Z", "2024-01-02T03:04:05z",
        "2024-13-02T03:04:05Z",
        "2024-00-02T03:04:05Z", "2023-02-29T03:04:05Z", "2024-01-32T03:04:05Z", "2024-01-00T03:04:05Z",
        "2024-01-02T24:04:05Z", "2024-01-02T03:60:05Z",
        "2024-01-02T03:04:60Z", "2024-01-02T03:04:05.Z", "2024-01-02T03:04:05.1", "2024-01-02T03:04:05+1:00",
        "2024-01-02T03:04:05+24:00",
        "2024-01-02T03:04:05+01:60", "2024-01-02T03:04:05+01:00x", "2024-01-02T03:04:05ZZ", "+024-01-02T03:04:05Z",
        "1900-02-29T00:00:00Z", "éé24-01-02T03:04:05Z",
    ]) func `what is no time is refused`(_ text: String) {
        #expect(NodeTime(text) == nil)
    }

    @Test func `any time round trips and extremes are brought back`() throws {
        var random = SplitMix64(seed: 8)
        for _ in 0..<5_000 {
            let time = NodeTime(
                seconds: Int64(bitPattern: random.next()) % 300_000_000_000,
                nanoseconds: UInt32(random.next() % 1_000_000_000),
                zoneMinutes: Int16(random.next() % 2_879) - 1_439)
            #expect(NodeTime(time.description) == time)
        }
        for seconds in [Int64.min, .max] {
            #expect(NodeTime(NodeTime(seconds: seconds).description)?.seconds == NodeTime(seconds: seconds).seconds)
        }
    }

    @Test func `consecutive days are consecutive dates`() {
        var date = CivilDate(daysSince1970: -719_528)
        #expect((date.year, date.month, date.day) == (0, 1, 1))
        for days in -719_527...200_000 {
            let next = CivilDate(daysSince1970: days)
            let isNewMonth = date.day == CivilDate.days(inMonth: date.month, ofYear: date.year)
            let expectedMonth = isNewMonth ? date.month % 12 + 1 : date.month
            guard next.day == (isNewMonth ? 1 : date.day + 1), next.month == expectedMonth, next.daysSince1970 == days
            else {
                Issue.record("after \(date) comes \(next)")
                return
            }
            date = next
        }
    }
}
