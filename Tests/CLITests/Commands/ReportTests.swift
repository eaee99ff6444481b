import ArgumentParser
import Foundation
import Testing

@testable import CLI

/// What commands say about what the API answered.
@Suite struct ReportTests {
    private static func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    private static func session() throws -> ServerSession {
        let now = try #require(Moments.date("2026-11-21T12:00:00Z"))
        return ServerSession(client: APIClient(address: "http://127.0.0.1:1", token: "t"), now: now, zone: .gmt)
    }

    // MARK: Status

    private static func overview(_ states: String, incidents: Int = 0, damaged: Int = 0) throws -> StatusReport {
        let overview = try json(
            """
            {"sentence":"All but 3 of 450 are protected.","damagedPoints":\(damaged),\
            "workloads":[{"workload":"oneDriveForBusiness","states":{\(states)}},\
            {"workload":"sharePoint","states":{"protected":38}}],\
            "toDo":[{"kind":"failing","severity":"error","unitId":"u-1","message":"bob: QuotaExceeded",\
            "action":"free space"}]}
            """)
        let incident = try json(#"{"id":"7","sentence":"3 accounts are hit."}"#)
        return StatusReport(overview, incidents: Array(repeating: incident, count: incidents))
    }

    @Test func `the status begins with its sentence and counts the states of all workloads`() throws {
        let report = try Self.overview(#""protected":1407,"late":2,"failing":1,"notProtected":0"#)
        #expect(
            report.lines(width: nil, try Self.session()) == [
                "All but 3 of 450 are protected.", "", "  ● 1,445 protected   ◐ 2 late   ▲ 1 failing",
                "  ▲ bob: QuotaExceeded free space     holdfast unit show u-1",
            ])
    }

    @Test func `an incident comes before all other tasks`() throws {
        let report = try Self.overview(#""protected":5"#, incidents: 1)
        let lines = report.lines(width: nil, try Self.session())
        #expect(lines[3] == "  ▲ incident 7: 3 accounts are hit.     holdfast incident show 7")
        #expect(report.document.int("openIncidents") == 1)
    }

    @Test(
        arguments: [
            (#""protected":5"#, 0, 0, true), (#""protected":5,"excluded":2,"paused":1"#, 0, 0, true),
            (#""late":1"#, 0, 0, false), (#""failing":1"#, 0, 0, false), (#""notProtected":1"#, 0, 0, false),
            (#""requested":1"#, 0, 0, false), (#""protected":5"#, 1, 0, false), (#""protected":5"#, 0, 1, false),
        ] as [(String, Int, Int, Bool)])
    func `it is healthy where everyone has a new point, and nothing is damaged or attacked`(
        states: String, incidents: Int, damaged: Int, isHealthy: Bool
    ) throws {
        #expect(try Self.overview(states, incidents: incidents, damaged: damaged).isHealthy == isHealthy)
    }

    @Test func `what does not fit a terminal has its command on a line of its own`() throws {
        let lines = try Self.overview(#""protected":5"#, incidents: 1).lines(width: 40, try Self.session())
        #expect(lines[3...4] == ["  ▲ incident 7: 3 accounts are hit.", "    holdfast incident show 7"])
        #expect(lines.allSatisfy { $0.displayWidth <= 40 })
    }

    @Test func `moments of the server's sentences are those of the zone`() throws {
        #expect(
            try Self.session().localized("between 2026-11-21T09:40:00Z and 2026-11-21T10:00:00.5Z.")
                == "between Sat 21 Nov 09:40 and Sat 21 Nov 10:00.")
    }

    // MARK: Plans

    private static let plan = """
        {"id":"4f2a0000-0000-4000-8000-000000000001","status":"ready","destinationType":"inPlace",\
        "excluded":[{"unitId":"nobody@x","reason":"No account has this address."}],\
        "sums":{"units":213,"create":81402,"overwrite":0,"delete":90701,"newerLost":2,"bytesToRead":"687194767360",\
        "bytesToWrite":"227633266688","estimatedSeconds":540}}
        """

    @Test func `a plan says what comes back, what goes, and that nothing has changed`() throws {
        let report = PlanReport(try Self.json(Self.plan), session: try Self.session())
        #expect(
            report.lines == [
                "Plan 4f2a0000 for 213 accounts in place. Nothing has been changed.", "", "  come back   81402 files",
                "  go          90701 files", "  to read     640.0 GiB", "  to write    212.0 GiB",
                "  takes       about 9 minutes", "  ▲ newer     2 files of today would be lost", "",
            ])
    }

    @Test func `a plan that was started says how it is`() throws {
        let text = Self.plan.replacing(#""status":"ready""#, with: #""status":"completed""#)
        let report = PlanReport(try Self.json(text), session: try Self.session())
        #expect(report.lines.first == "Plan 4f2a0000 for 213 accounts in place. It is completed.")
    }

    @Test(arguments: [
        (#"{"kind":"lastClean"}"#, ", each at its last clean moment"),
        (#"{"kind":"at","dateTime":"2026-11-21T09:40:00Z"}"#, ", as of Sat 21 Nov 09:40"), ("null", ""),
    ])
    func `a plan says to which moment it leads`(moment: String, words: String) throws {
        let text = Self.plan.replacing(#""status":"ready""#, with: #""status":"ready","moment":\#(moment)"#)
        let report = PlanReport(try Self.json(text), session: try Self.session())
        #expect(report.lines.first == "Plan 4f2a0000 for 213 accounts in place\(words). Nothing has been changed.")
    }

    @Test func `a dry run ends with the command that does it`() throws {
        let report = PlanReport(try Self.json(Self.plan), session: try Self.session())
        #expect(
            report.closing(([], true), dryRun: true) == [
                "… more: holdfast session show 4f2a0000 --accounts", "1 account left out:",
                "  ○ nobody@x: No account has this address.",
                "To do it: holdfast restore --plan 4f2a0000 --yes 213",
            ])
        #expect(report.closing(([], false), dryRun: false).count == 2)
    }

    @Test func `the sums of a plan stand beside its members in JSON, as numbers`() throws {
        let json = PlanReport(try Self.json(Self.plan), session: try Self.session()).json
        #expect(json.text("type") == "plan")
        #expect(json["bytesToRead"] == .integer(687_194_767_360))
        #expect(json.int("newerLost") == 2)
        #expect(json["sums"] == nil)
    }

    @Test func `an account of a plan says what is special about it`() throws {
        let units = try Self.json(
            """
            [{"displayName":"Ada","protectionDateTime":"2026-11-21T09:40:00Z","create":3981,"overwrite":0,\
            "delete":4001,"newerLost":2,"status":"ready","pointHealth":"unreadItems"},\
            {"email":"bob@x.example","status":"noPoint"}]
            """)
        let table = PlanReport(try Self.json(Self.plan), session: try Self.session()).table(units.elements)
        #expect(
            table.lines(width: nil, hasHeads: false) == [
                "Ada\tSat 21 Nov 09:40\t3,981\t0\t4,001\t2\t▲ not everything was read",
                "bob@x.example\t-\t-\t-\t-\t-\t✕ no point: left out",
            ])
    }

    @Test(arguments: [
        ("completed", CommandExit.done), ("completedWithError", .doneInPart), ("failed", .failed),
        ("cancelled", .failed),
    ])
    func `a restore's end is the end of the command that watched it`(status: String, expected: CommandExit) {
        #expect(SessionWatch.exitStatus(status) == expected)
    }

    // MARK: Policies

    @Test func `a policy says how long it keeps both kinds of points`() throws {
        let policy = try Self.json(
            """
            {"displayName":"Everyone","status":"active","workload":"oneDriveForBusiness","protectionMode":\
            "fullServiceBackup","protectionPolicyArtifactCount":{"total":4,"completed":3,"failed":1},\
            "retentionSettings":[{"interval":"PT10M","period":"P14D"},{"interval":"R/P1W","period":"P1D"}]}
            """)
        let lines = PolicyReport(policy, session: try Self.session()).lines
        #expect(lines.contains("  protects   all accounts, also new ones: 3 of 4, 1 failed"))
        #expect(lines.contains("  keeps      points for 14 days, weekly ones for 1 day"))
    }

    @Test func `a preview counts what it is about, and names what is unknown`() throws {
        let preview = try Self.json(
            """
            {"workload":"sharePoint","matching":{"accounts":0,"sites":2},"alreadyElsewhere":[{}],"wouldLeave":[],\
            "unknown":[{"name":"x","message":"No site has this address."}],\
            "sample":[{"siteWebUrl":"https://a/sites/t"}]}
            """)
        #expect(
            PolicyPreviewCommand.lines(preview) == [
                "2 sites would be protected.", "1 of them is in another policy.",
                "  ✕ x: No site has this address.", "  https://a/sites/t",
            ])
    }

    // MARK: Lists

    private static let listing = Listing(
        type: "unitState",
        columns: [
            .init(name: "name", member: "name") { $0.text("name") ?? "-" },
            .init(name: "points", isNumber: true, member: "points") { $0.int("points").map(Measures.count) ?? "-" },
        ])

    private func list(_ words: String...) throws -> [[String]] {
        let entries = try Self.json(#"[{"name":"b","points":10},{"name":"a","points":9},{"name":"c"}]"#).elements
        return try Self.listing.rows(entries, list: try ListOptions.parse(words))
    }

    @Test func `a list is sorted by the column that was named, what is missing last`() throws {
        #expect(try list("--sort", "points").map(\.[0]) == ["a", "b", "c"])
        #expect(try list("--sort", "-name").map(\.[0]) == ["c", "b", "a"])
    }

    @Test func `a list shows the columns and the number that were asked for`() throws {
        #expect(try list("--columns", "points,name", "--limit", "1") == [["10", "b"]])
    }

    @Test func `an unknown column is refused with the known ones`() {
        let failure = #expect(throws: CommandFailure.self) { try list("--columns", "size") }
        #expect(failure?.description == "There is no column 'size'. The columns are: name, points.")
    }
}
