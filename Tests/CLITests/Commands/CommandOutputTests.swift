import ArgumentParser
import Catalog
import Foundation
import Testing

@testable import BackupRepository
@testable import CLI
@testable import ProtectionService

/// The lines that commands print, for people and for scripts.
@Suite struct CommandOutputTests {
    private static let unitID = "0a1b2c3d-0001-4000-8000-000000000001"
    /// 2026-03-02T00:00:00Z: `date -u -d 2026-03-02 +%s`.
    private static let moment = Date(timeIntervalSince1970: 1_772_409_600)

    private static func point(failures: Int = 0, isDamaged: Bool = false) -> RestorePoint {
        var point = RestorePoint()
        point.id = "p-1"
        point.unitId = unitID
        point.protectionDateTime = moment
        point.expirationDateTime = moment + 86_400
        point.snapshotId = "5f0c"
        point.failureCount = failures
        point.isDamaged = isDamaged
        return point
    }

    private static func unit(_ workload: Workload = .oneDriveForBusiness) -> ProtectionUnit {
        var unit = ProtectionUnit()
        unit.id = unitID
        unit.workload = workload
        unit.status = .protected
        return unit
    }

    private static func hold(left: Int = 1) -> PointHold {
        var hold = PointHold()
        hold.unitId = unitID
        hold.sinceDateTime = moment
        hold.untilDateTime = moment + 172_800
        hold.files = 60
        hold.filesLeft = left
        return hold
    }

    private static func unread(kept: Bool) -> UnreadItemRow {
        var item = UnreadItemRow()
        item.path = Array("folder/a \"b\".txt".utf8)
        item.code = "accessDenied"
        item.message = "Permission denied"
        item.sinceDateTime = moment
        item.keptFromDateTime = kept ? moment - 86_400 : nil
        return item
    }

    // MARK: Points

    private static func report(
        failures: Int = 0, isDamaged: Bool = false, hold: PointHold? = nil, unread: [UnreadItemRow]? = []
    ) -> PointReport {
        PointReport(
            PointDetails(point: point(failures: failures, isDamaged: isDamaged), unit: unit(), hold: hold),
            unread: unread)
    }

    private static func lines(_ report: PointReport) -> [String] { report.lines(now: moment, zone: .gmt) }

    @Test func `a backup prints unit, point, time and name`() {
        let line = UnitBackupCommand.line(Self.report().entity, isForPeople: false)
        #expect(line == "\(Self.unitID) p-1 2026-03-02T00:00:00Z \(Self.unitID)")
    }

    @Test func `a backup that could not read everything says how much`() {
        let line = UnitBackupCommand.line(Self.report(failures: 3).entity, isForPeople: false)
        #expect(line.hasSuffix(" \(Self.unitID) 3 unread"))
    }

    @Test func `a point in the list has its marks in the last column`() throws {
        let listing = PointReport.listing(now: Self.moment, zone: .gmt)
        let plain = try listing.rows([Self.report().entity], list: ListOptions.parse([]))
        #expect(plain == [["p-1", "Mon 2 Mar 00:00", Self.unitID, "", "Tue 3 Mar 00:00"]])
        let marked = Self.report(failures: 2, isDamaged: true, hold: Self.hold()).entity
        #expect(try listing.rows([marked], list: ListOptions.parse([]))[0][3] == "✕ damaged, ▲ 2 items unread, held")
    }

    @Test func `a sound point shows what it is`() {
        #expect(
            Self.lines(Self.report()) == [
                "\(Self.unitID), point of Mon 2 Mar 00:00", "", "  id         p-1", "  unit       \(Self.unitID)",
                "  kept       until Tue 3 Mar 00:00", "  snapshot   5f0c", "", "Everything was read.",
            ])
    }

    @Test func `a damaged point names the command that tells more`() {
        let lines = Self.lines(Self.report(isDamaged: true))
        #expect(
            lines.contains("  ✕          damaged; what is lost: holdfast repository repair \(Self.unitID) --dry-run"))
    }

    @Test(arguments: [(0, "0 are left"), (1, "1 is left"), (2, "2 are left")])
    func `a held point says why, and names the command that ends the hold`(left: Int, words: String) throws {
        let line = try #require(
            Self.lines(Self.report(hold: Self.hold(left: left))).first { $0.contains("HELD since") })
        #expect(line.contains("HELD since Mon 2 Mar 00:00 until Wed 4 Mar 00:00: of its 60 files \(words)"))
        #expect(
            Self.lines(Self.report(hold: Self.hold(left: left)))
                .contains("             To end the hold: holdfast point release \(Self.unitID)"))
    }

    @Test func `an item that could not be read says what of it is kept`() {
        let rows = [Self.unread(kept: true), Self.unread(kept: false)]
        let lines = Self.lines(Self.report(failures: 2, unread: rows)).suffix(3)
        #expect(lines.first == "2 items could not be read:")
        let what = #"  unknown "folder/a \"b\".txt": Permission denied since Mon 2 Mar 00:00, "#
        #expect(lines.dropFirst().first == what + "kept as of Sun 1 Mar 00:00")
        #expect(lines.last == what + "nothing of it is kept")
    }

    @Test func `one item is one item`() {
        let lines = Self.lines(Self.report(failures: 1, unread: [Self.unread(kept: false)]))
        #expect(lines.contains("1 item could not be read:"))
    }

    @Test func `a released point says until when its policy keeps it`() {
        #expect(
            PointReleaseCommand.line(Self.report().entity, now: Self.moment, zone: .gmt)
                == "released p-1; its policy keeps it until Tue 3 Mar 00:00")
    }

    // MARK: JSON

    @Test func `a point as JSON leaves out what was not asked for`() {
        let json = Self.report(failures: 1, unread: nil).json
        #expect(json.text("type") == "restorePoint")
        #expect(json.text("unitId") == Self.unitID)
        #expect(json.text("workload") == "oneDriveForBusiness")
        #expect(json.text("protectionDateTime") == "2026-03-02T00:00:00Z")
        #expect(json.int("unreadCount") == 1)
        #expect(json["unreadItems"] == nil)
        #expect(json["heldUntilDateTime"] == .null)
    }

    @Test func `a point as JSON has its items and its hold`() throws {
        let json = Self.report(failures: 1, hold: Self.hold(), unread: [Self.unread(kept: true)]).json
        #expect(json.text("heldUntilDateTime") == "2026-03-04T00:00:00Z")
        let item = try #require(json.list("unreadItems").first)
        #expect(item.text("path") == #"folder/a "b".txt"#)
        #expect(item.text("code") == "accessDenied")
        #expect(item.text("keptFromDateTime") == "2026-03-01T00:00:00Z")
    }

    // MARK: Repositories

    @Test(arguments: [
        (Workload.oneDriveForBusiness, "drive"), (.sharePoint, "site"), (.exchange, "mailbox"),
    ])
    func `a unit without a repository is listed as such`(workload: Workload, noun: String) {
        let line = RepositoryListCommand.line(Self.unit(workload), points: 0, newest: nil, address: nil)
        #expect(
            line == "\(Self.unitID)  \(Self.unitID)  \(noun), protected  0 points, newest never  (no repository yet)")
    }

    @Test(arguments: [(1, "1 point, "), (2, "2 points, ")])
    func `a unit with a repository is listed with its newest point and its place`(points: Int, words: String) {
        let line = RepositoryListCommand.line(Self.unit(), points: points, newest: Self.moment, address: "/r/x")
        #expect(line.hasSuffix("\(words)newest 2026-03-02T00:00:00Z  /r/x"))
    }

    @Test func `a sound check says so with its counts`() {
        var report = CheckReport()
        (report.snapshots, report.trees, report.packs, report.blobs, report.bytesRead) = (1, 2, 1, 3, 0)
        #expect(
            RepositoryCheckCommand.summary(report)
                == "1 snapshot, 2 trees, 1 pack, 3 blobs, 0 bytes read: no errors")
    }

    @Test(arguments: [
        (0, "no errors"), (1, "1 ERROR; 'holdfast repository repair u' tells what is lost"),
        (2, "2 ERRORS; 'holdfast repository repair u' tells what is lost"),
    ])
    func `a verification that found errors names the command that tells more`(problems: Int, expected: String) {
        #expect(RepositoryVerifyCommand.summary(problems: problems, unitID: "u") == expected)
    }

    // MARK: The catalogue and restores

    @Test(arguments: [
        (0, 0, 0, "0 units with 0 restore points are back, 0 failed."),
        (1, 1, 0, "1 unit with 1 restore point is back, 0 failed."),
        (2, 1, 3, "2 units with 1 restore point are back, 3 failed."),
    ])
    func `a rebuild says what is back`(units: Int, points: Int, failures: Int, expected: String) {
        let line = CatalogCommand.RebuildCommand.summary(units: units, points: points, failures: failures)
        #expect(line == expected)
    }

    @Test(arguments: [
        (0, ""), (1, "; 1 restore point that it did not know is back"),
        (2, "; 2 restore points that it did not know are back"),
    ])
    func `a catalogue that was behind says what it got back`(points: Int, expected: String) {
        #expect(CatalogCommand.RebuildCommand.caughtUp(points) == expected)
    }

    @Test(arguments: [
        (0, "0 items were left alone, are older than their restore point, or are not in it."),
        (1, "1 item was left alone, is older than its restore point, or is not in it."),
        (2, "2 items were left alone, are older than their restore point, or are not in it."),
    ])
    func `a restore ends with what it left alone`(items: Int, expected: String) {
        #expect(SessionNoticesCommand.summary(items) == expected)
    }

    @Test(arguments: [
        (RestoreNoticeKind.leftAlone, "left alone"), (.older, "as of 2026-03-02T00:00:00Z"),
        (.absent, "not in the point"),
    ])
    func `an item of a restore says what became of it`(kind: RestoreNoticeKind, words: String) {
        var notice = RestoreNotice()
        notice.artifactId = "a-1"
        notice.kind = kind
        notice.path = Array("x y".utf8)
        notice.keptFromDateTime = Self.moment
        #expect(SessionNoticesCommand.line(notice) == "a-1 \(words) \"x y\"")
    }

    // MARK: Programs

    private func program(_ id: String, _ name: String) -> ClientApplication {
        var program = ClientApplication()
        program.id = id
        program.displayName = name
        return program
    }

    @Test(arguments: ["id-a", "ID-A", "nightly"])
    func `a program is found by its id in any case, or by its name`(word: String) throws {
        let programs = [program("id-a", "nightly"), program("id-b", "Nightly")]
        #expect(try ProgramCommand.RemoveCommand.one(of: programs, named: word).id == "id-a")
    }

    @Test func `an id wins over a name that looks like it`() throws {
        let programs = [program("id-a", "id-b"), program("id-b", "other")]
        #expect(try ProgramCommand.RemoveCommand.one(of: programs, named: "id-b").id == "id-b")
    }

    @Test func `several programs of one name are refused with their ids`() {
        let programs = [program("id-a", "n"), program("id-b", "n")]
        let error = #expect(throws: UsageError.self) {
            try ProgramCommand.RemoveCommand.one(of: programs, named: "n")
        }
        #expect(error?.description == "There are 2 programs 'n'. Give the id of one: id-a, id-b")
    }

    @Test func `an unknown program is refused with where to look`() {
        let error = #expect(throws: UsageError.self) { try ProgramCommand.RemoveCommand.one(of: [], named: "n") }
        #expect(error?.description.contains("'holdfast program list'") == true)
    }
}
