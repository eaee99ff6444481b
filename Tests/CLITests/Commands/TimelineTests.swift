import Foundation
import Testing

@testable import CLI

/// What changed over time, as rows and sentences.
@Suite struct TimelineTests {
    /// 2026-11-23T12:00:00Z: `date -u -d 2026-11-23T12:00Z +%s`.
    private static let start = 1_795_435_200.0
    private static let now = Date(timeIntervalSince1970: start + 6 * 3600)

    private static func session() -> ServerSession {
        ServerSession(client: APIClient(address: "http://127.0.0.1:1", token: "t"), now: now, zone: .gmt)
    }

    /// Twelve parts of half an hour from noon on: everyday work, an attack at 14:20, and quiet.
    private static func timeline(
        notable: String = """
        [{"from":"2026-11-23T13:50:00Z","to":"2026-11-23T14:20:00Z","pointBefore":"p","pointAfter":"q",\
        "share":0.94,"text":"3957 of 4210 files were changed or replaced, 1 added, 0 removed"}]
        """,
        missed: [Int] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    ) throws -> Timeline {
        let text = """
            {"start":"2026-11-23T12:00:00Z","bucketSeconds":1800,"added":[900,2,0,0,3958,0,0,0,0,0,0,0],\
            "changed":[0,8,15,0,0,0,1,0,0,0,0,0],"removed":[0,0,0,0,3957,0,0,0,0,0,0,0],\
            "replaced":[0,0,0,0,3957,0,0,0,0,0,0,0],"files":[900,902,902,902,903,903,903,903,903,903,903,903],\
            "storedBytes":["0","2048","1024","0","1048576","0","10","0","0","0","0","0"],\
            "maxShare":[0,0.01,0.02,0,0.94,0,0,0,0,0,0,0],"points":[3,3,3,3,1,3,3,3,3,3,3,3],\
            "missed":\(missed),"flags":[1,0,0,0,12,0,0,0,0,0,0,0],"notable":\(notable)}
            """
        return Timeline(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    @Test func `an unusual change has its own row with the moment of its point`() throws {
        let rows = try Self.timeline().table(Self.session(), parts: 2).rows
        #expect(
            rows.map(\.[0]) == ["Mon 23 Nov 12:00–13:30", "Mon 23 Nov 14:20", "Mon 23 Nov 15:00–15:30"])
        #expect(rows[0] == ["Mon 23 Nov 12:00–13:30", "902", "23", "0", "0", "902", "3.0 KiB", "  2 % █"])
        #expect(rows[1][4] == "3,957")
        #expect(rows[1].last == " 94 % █████████")
    }

    @Test func `what was unusual is listed with both moments`() throws {
        #expect(
            try Self.timeline().notableLines(Self.session()) == [
                "", "unusual:",
                "  ▲ Mon 23 Nov 13:50–14:20  3957 of 4210 files were changed or replaced, 1 added, 0 removed",
            ])
        #expect(try Self.timeline(notable: "[]").notableLines(Self.session()).isEmpty)
    }

    private static func sentence(_ timeline: Timeline, _ ages: PointAges) -> String {
        TimelineSentence(timeline, ages: ages, zone: .gmt, now: now).text
    }

    private static let ages = PointAges(
        frequentSince: Date(timeIntervalSince1970: start - 9 * 86_400),
        weeklySince: Date(timeIntervalSince1970: start - 358 * 86_400))

    @Test func `a few sentences say what is usual, what was not, and which points exist`() throws {
        let timeline = try Self.timeline(missed: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0])
        #expect(
            Self.sentence(timeline, Self.ages) == """
                Usually up to 15 files an hour. On Mon 23 Nov between 13:50 and 14:20, 3957 of 4210 files were changed \
                or replaced, 1 added, 0 removed. Last point before: 13:50. Points exist every ten minutes since Sat 14 \
                Nov and weekly since Sun 30 Nov 2025; 2 were missed on Mon 23 Nov.
                """)
    }

    @Test func `a quiet unit says so`() throws {
        let series = #"{"start":"2026-11-23T12:00:00Z","bucketSeconds":1800,"added":[0],"notable":[]}"#
        let timeline = Timeline(try JSONDecoder().decode(JSONValue.self, from: Data(series.utf8)))
        #expect(Self.sentence(timeline, PointAges()) == "Usually nothing changes. There is no restore point yet.")
        #expect(timeline.table(Self.session(), parts: 24).rows.isEmpty)
    }

    @Test func `one other change is one, and a missed point is one`() throws {
        let two = """
            [{"from":"2026-11-23T13:50:00Z","to":"2026-11-23T14:20:00Z","pointBefore":"p",\
            "pointAfter":"q","share":0.9,"text":"much"},\
            {"from":"2026-11-23T12:30:00Z","to":"2026-11-23T12:30:00Z","share":0.2,"text":"less"}]
            """
        let timeline = try Self.timeline(notable: two, missed: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let text = Self.sentence(timeline, Self.ages)
        #expect(text.contains("much. Last point before: 13:50. 1 other change is marked below."))
        #expect(text.hasSuffix("; 1 was missed on Mon 23 Nov."))
    }

    @Test(arguments: [
        (0.0, 600.0, "Mon 23 Nov 12:00–12:10"), (0, 0, "Mon 23 Nov 12:00"),
        (0, 86_400, "Mon 23 Nov 12:00–Tue 24 Nov 12:00"),
    ])
    func `a span names its day once`(from: Double, to: Double, expected: String) {
        let moments = (Date(timeIntervalSince1970: Self.start + from), Date(timeIntervalSince1970: Self.start + to))
        #expect(Moments.span(moments.0, moments.1, zone: .gmt, now: Self.now) == expected)
    }
}
