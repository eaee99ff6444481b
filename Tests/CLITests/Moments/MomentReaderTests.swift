import Foundation
import Testing

@testable import CLI

/// Moments as users write them, in zones and at times of the test's choice.
@Suite struct MomentReaderTests {
    private static let berlin = "Europe/Berlin"

    /// A time in UTC, told by `date -u -d` as seconds.
    private static func date(_ text: String) throws -> Date { try #require(Moments.date(text)) }

    private func reader(_ now: String = "2026-11-21T12:00:00Z", zone: String = Self.berlin) throws -> MomentReader {
        MomentReader(now: try Self.date(now), zone: try #require(TimeZone(identifier: zone)))
    }

    private func refusal(_ text: String, now: String = "2026-11-21T12:00:00Z") throws -> CommandFailure {
        let reader = try reader(now)
        let failure = #expect(throws: CommandFailure.self) { try reader.moment(text) }
        return try #require(failure)
    }

    // Berlin is an hour ahead of UTC in winter.
    @Test(arguments: [
        ("2026-11-21T09:40Z", "2026-11-21T09:40:00Z"), ("2026-11-21T09:40:30Z", "2026-11-21T09:40:30Z"),
        ("2026-11-21t09:40z", "2026-11-21T09:40:00Z"), ("2026-11-21T09:40+01:00", "2026-11-21T08:40:00Z"),
        ("2026-11-20T23:10-0130", "2026-11-21T00:40:00Z"), ("2026-11-21 09:40", "2026-11-21T08:40:00Z"),
        ("  2026-11-21  09:40:05 ", "2026-11-21T08:40:05Z"), ("09:40", "2026-11-21T08:40:00Z"),
        ("9:40", "2026-11-21T08:40:00Z"), ("13:00", "2026-11-21T12:00:00Z"), ("13:01", "2026-11-20T12:01:00Z"),
        ("2 hours ago", "2026-11-21T10:00:00Z"), ("an hour ago", "2026-11-21T11:00:00Z"),
        ("90 minutes ago", "2026-11-21T10:30:00Z"), ("1 day ago", "2026-11-20T12:00:00Z"),
        ("3 weeks ago", "2026-10-31T12:00:00Z"), ("2 months ago", "2026-09-21T11:00:00Z"),
        ("yesterday", "2026-11-20T12:00:00Z"), ("yesterday 17:00", "2026-11-20T16:00:00Z"),
        ("today 08:00", "2026-11-21T07:00:00Z"), ("2026-07-01 12:00", "2026-07-01T10:00:00Z"),
        ("2024-02-29 00:00", "2024-02-28T23:00:00Z"),
    ])
    func `a time is read`(text: String, expected: String) throws {
        #expect(try reader().moment(text) == .at(try Self.date(expected)))
    }

    @Test(arguments: [
        ("now", Moment.now), ("last-clean", .lastClean), ("before:7", .before(incident: "7")),
        ("point:0a1b", .point("0a1b")),
    ])
    func `a moment that is no time is read`(text: String, expected: Moment) throws {
        #expect(try reader().moment(text) == expected)
    }

    @Test(arguments: [
        "", "soon", "25:00", "9:60", "2026-13-01 10:00", "2026-11-31 10:00", "2025-02-29 10:00", "2026-02-30T10:00Z",
        "2026-11-21T24:00Z", "2026-11-21T09:40", "ago", "2 ago", "-2 hours ago", "yesterday noon", "last clean", "Now",
        "2026-11-21T09:40:60Z", "99999999 days ago", "2026-11-21T09:40+25:00",
    ])
    func `what is no moment is refused`(text: String) throws {
        #expect(try refusal(text).status == .wrongCommand)
    }

    @Test func `a day without a time is refused with the form`() throws {
        #expect(
            try refusal("2026-11-21").description == "'2026-11-21' lacks a time of day: write \"2026-11-21 09:40\".")
        #expect(try refusal("today").description.contains("lacks a time of day"))
    }

    @Test func `a name without its id is refused`() throws {
        #expect(try refusal("before:").description == "'before:' lacks the id of the incident.")
        #expect(try refusal("point:").description == "'point:' lacks the id of the restore point.")
    }

    @Test(arguments: ["2026-11-21T12:01Z", "2027-01-01 00:00", "today 13:30"])
    func `a moment in the future is refused`(text: String) throws {
        #expect(try refusal(text).description.contains("is in the future"))
    }

    @Test func `an unknown unit of time is refused with the nearest`() throws {
        #expect(try refusal("2 housr ago").description.hasSuffix("Did you mean 'hours'?"))
    }

    // On 2026-03-29 clocks of Berlin go from 02:00 to 03:00; on 2026-10-25 from 03:00 back to 02:00.

    @Test func `a time that the clocks left out is refused`() throws {
        #expect(try refusal("2026-03-29 02:30").description.contains("the clocks left it out"))
    }

    @Test func `of two equal times the first is meant`() throws {
        #expect(try reader().moment("2026-10-25 02:30") == .at(try Self.date("2026-10-25T00:30:00Z")))
        #expect(try reader().moment("2026-10-25 03:30") == .at(try Self.date("2026-10-25T02:30:00Z")))
    }

    @Test func `yesterday is a day before, also when that day had another length`() throws {
        let reader = try reader("2026-03-29T20:30:00Z")
        #expect(try reader.moment("yesterday 23:00") == .at(try Self.date("2026-03-28T22:00:00Z")))
    }

    @Test func `in a zone west of Greenwich the last time of day may be of the day before`() throws {
        let reader = try reader("2026-11-21T03:00:00Z", zone: "America/New_York")
        #expect(try reader.moment("22:30") == .at(try Self.date("2026-11-20T03:30:00Z")))
        #expect(try reader.moment("21:30") == .at(try Self.date("2026-11-21T02:30:00Z")))
    }

    // MARK: What was understood

    @Test(arguments: [
        ("2026-11-21T08:40:00Z", "Europe/Berlin", "Sat 2026-11-21 09:40 Europe/Berlin (08:40 UTC)"),
        ("2026-11-20T23:30:00Z", "Europe/Berlin", "Sat 2026-11-21 00:30 Europe/Berlin (2026-11-20 23:30 UTC)"),
        ("2026-11-21T08:40:00Z", "GMT", "Sat 2026-11-21 08:40 GMT"),
    ])
    func `what was understood names zone and UTC`(moment: String, zone: String, expected: String) throws {
        let zone = try #require(TimeZone(identifier: zone))
        #expect(Moments.understood(try Self.date(moment), zone: zone) == expected)
    }

    @Test func `a short moment has the year only where it is another`() throws {
        let (now, zone) = (try Self.date("2026-11-21T12:00:00Z"), TimeZone.gmt)
        #expect(Moments.short(try Self.date("2026-11-21T09:05:00Z"), zone: zone, now: now) == "Sat 21 Nov 09:05")
        #expect(Moments.short(try Self.date("2025-12-31T23:59:00Z"), zone: zone, now: now) == "Wed 31 Dec 2025 23:59")
    }

    @Test func `a moment for programs has a fraction only where there is one`() throws {
        #expect(Moments.utc(try Self.date("2026-11-21T09:40Z")) == "2026-11-21T09:40:00Z")
        #expect(Moments.utc(try Self.date("2026-11-21T09:40:00.25Z")) == "2026-11-21T09:40:00.250Z")
    }
}
