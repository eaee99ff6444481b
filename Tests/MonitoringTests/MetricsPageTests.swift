import BackupTesting
import BackupWork
import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import Monitoring

/// The whole page, over a service whose drives are backed up.
@Suite struct MetricsPageTests {
    private let registry = MetricRegistry()
    private let tenant = MemoryTenant()
    private let fixture: ServiceFixture
    private static let drive = "oneDriveForBusiness"

    init() async throws {
        let registry = registry
        fixture = try await ServiceFixture(tenant: tenant) { dependencies in
            dependencies.observer = WorkCounts(registry)
            let store = dependencies.repositoryStore
            dependencies.repositoryStore = { MeasuredStore(store($0), registry) }
            dependencies.repositorySpace = {
                TreeSpace(fileSystem: 1, availableBytes: 300, capacityBytes: 1000)
            }
        }
        try await fixture.enable(Caller(application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000aa")))
    }

    private var page: MetricsPage {
        MetricsPage(
            registry, service: fixture.service, surroundings: .init(version: "1.2.3"), clock: fixture.clock)
    }

    private func value(_ series: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(series + " ") }.flatMap {
            Double($0.dropFirst(series.count + 1))
        }
    }

    /// Protects drives of which each has one file.
    private func protect(_ count: Int) async throws {
        let now = fixture.clock.now()
        let policy = ProtectionPolicy(
            id: fixture.service.dependencies.makeID(), workload: .oneDriveForBusiness, displayName: "P",
            status: .active, retentionDays: 365, createdDateTime: now
        ).with { $0.activatedDateTime = now }
        let makeID = fixture.service.dependencies.makeID
        let units = (0..<count).map { number in
            ProtectionUnit(
                id: makeID(), workload: .oneDriveForBusiness, sourceId: makeID(), status: .protectRequested,
                protectionSources: [], createdDateTime: now
            ).with {
                $0.policyId = policy.id
                $0.signInOrSiteName = "secret\(number)@contoso.example"
                $0.nextBackupDateTime = now
            }
        }
        for unit in units {
            let tree = MemoryTree()
            try tree.put("secret-file.txt", Array("some content".utf8))
            tenant.add(userID: unit.sourceId, drive: tree)
        }
        try await fixture.catalog.write { writer in
            try writer.insert(policy)
            try writer.insert(contentsOf: units)
        }
    }

    @Test func `an installation without units has zeros, and no time of a point`() async throws {
        let text = await page.text()
        #expect(value(#"holdfast_units{workload="oneDriveForBusiness",state="protected"}"#, in: text) == 0)
        #expect(value(#"holdfast_points{workload="oneDriveForBusiness"}"#, in: text) == 0)
        #expect(!text.contains("holdfast_oldest_newest_point_timestamp_seconds"))
        #expect(!text.contains("holdfast_scheduler_last_tick_timestamp_seconds"))
        #expect(!text.contains("holdfast_certificate_expiry_timestamp_seconds"))
        #expect(value("holdfast_storage_free_bytes{store=\"repositories\"}", in: text) == 300)
        #expect(value("holdfast_storage_capacity_bytes{store=\"repositories\"}", in: text) == 1000)
    }

    @Test func `backups are counted, and the state of their units is read`() async throws {
        try await protect(3)
        try await fixture.settle()
        let taken = fixture.clock.now().timeIntervalSince1970
        let text = await page.text()
        #expect(value(#"holdfast_units{workload="\#(Self.drive)",state="protected"}"#, in: text) == 3)
        #expect(value(#"holdfast_points{workload="\#(Self.drive)"}"#, in: text) == 3)
        #expect(value(#"holdfast_backups_total{workload="\#(Self.drive)",outcome="changed"}"#, in: text) == 3)
        #expect(value(#"holdfast_source_files_total{workload="\#(Self.drive)",change="added"}"#, in: text) == 3)
        #expect(value(#"holdfast_protected_bytes{workload="\#(Self.drive)"}"#, in: text) == 36)
        #expect(
            value(#"holdfast_oldest_newest_point_timestamp_seconds{workload="\#(Self.drive)"}"#, in: text) == taken)
        #expect(value(#"holdfast_job_attempts_total{kind="backup",outcome="done"}"#, in: text) == 3)
        #expect(
            try #require(
                value(
                    #"holdfast_storage_request_duration_seconds_count{store="repositories",operation="write"}"#,
                    in: text)
            ) > 3)
    }

    @Test func `units are counted by the age of their newest point`() async throws {
        try await protect(2)
        try await fixture.settle()
        fixture.clock.turn(seconds: 700)
        let text = await page.text()
        func bucket(_ bound: String) -> Double? {
            value(#"holdfast_point_age_seconds_bucket{workload="\#(Self.drive)",le="\#(bound)"}"#, in: text)
        }
        #expect(bucket("600") == 0)
        #expect(bucket("1200") == 2)
        #expect(bucket("+Inf") == 2)
        #expect(value(#"holdfast_point_age_seconds_sum{workload="\#(Self.drive)"}"#, in: text) == 1400)
        #expect(value(#"holdfast_point_age_seconds_count{workload="\#(Self.drive)"}"#, in: text) == 2)
    }

    @Test func `points that lack items are counted, and units that were read in full`() async throws {
        try await protect(3)
        try await fixture.settle()
        let now = fixture.clock.now()
        let point = try #require(try await fixture.catalog.page(Query<RestorePoint>()).first)
        var item = UnreadItemRow()
        (item.id, item.unitId, item.fromDateTime) = ("i1", point.unitId, point.protectionDateTime)
        try await fixture.catalog.write { [item] writer in
            try writer.update(point.with { $0.failureCount = 2 })
            try writer.insert(item)
            // All three repositories are new; one was then not read for too long.
            let health = try #require(try writer.first(Query<RepositoryHealth>(order: [.init("id")])))
            try writer.update(health.with { $0.verifiedDateTime = now.addingTimeInterval(-46 * 86_400) })
        }
        let text = await page.text()
        #expect(value(#"holdfast_points_with_unread_items{workload="\#(Self.drive)"}"#, in: text) == 1)
        #expect(value(#"holdfast_points_with_unread_items{workload="sharePoint"}"#, in: text) == 0)
        #expect(value(#"holdfast_verified_units{workload="\#(Self.drive)"}"#, in: text) == 2)
        fixture.clock.jump(seconds: 46 * 86_400)
        #expect(value(#"holdfast_verified_units{workload="\#(Self.drive)"}"#, in: await page.text()) == 0)
    }

    // MARK: Single units

    private var pageOfUnits: MetricsPage {
        var surroundings = MetricsPage.Surroundings(version: "1.2.3")
        surroundings.hasUnits = true
        return MetricsPage(registry, service: fixture.service, surroundings: surroundings, clock: fixture.clock)
    }

    @Test func `each unit has three series where that is asked for, by its id`() async throws {
        try await protect(2)
        try await fixture.settle()
        let text = await pageOfUnits.text()
        let units = try await fixture.catalog.page(Query<ProtectionUnit>())
        #expect(units.count == 2)
        for unit in units {
            let labels = #"{unit="\#(unit.id)",workload="\#(Self.drive)"}"#
            #expect(value("holdfast_unit_points" + labels, in: text) == 1)
            #expect(value("holdfast_unit_protected_bytes" + labels, in: text) == 12)
            #expect(
                value("holdfast_unit_newest_point_timestamp_seconds" + labels, in: text)
                    == fixture.clock.now().timeIntervalSince1970)
        }
        #expect(!text.contains("secret"))
        #expect(!(await page.text()).contains("holdfast_unit_points{"))
    }

    @Test func `too many units have no series of their own, and the rest is told`() async throws {
        try await protect(2001)
        let text = await pageOfUnits.text()
        #expect(!text.contains("holdfast_unit_points{"))
        #expect(value(#"holdfast_units{workload="\#(Self.drive)",state="requested"}"#, in: text) == 2001)
    }

    // MARK: Jobs

    @Test func `a job that waits is told with its age, and one that waits for its moment is not late`() async throws {
        let now = fixture.clock.now()
        let due = fixture.service.job(.backup, "u1")
        let later = fixture.service.job(.prune, "u1", runAfter: now.addingTimeInterval(3600))
        try await fixture.catalog.write { writer in
            _ = try writer.addJob(due)
            _ = try writer.addJob(later)
        }
        fixture.clock.turn(seconds: 90)
        let text = await page.text()
        #expect(value(#"holdfast_jobs{kind="backup",state="waiting"}"#, in: text) == 1)
        #expect(value(#"holdfast_oldest_waiting_job_age_seconds{kind="backup"}"#, in: text) == 90)
        #expect(value(#"holdfast_oldest_waiting_job_age_seconds{kind="prune"}"#, in: text) == 0)
        #expect(value(#"holdfast_jobs{kind="verify",state="waiting"}"#, in: text) == 0)
    }

    @Test func `the catalogue is asked once in ten seconds, and counters are always new`() async throws {
        let page = page
        _ = await page.text()
        try await protect(1)
        registry.add(to: .plans)
        let soon = await page.text()
        #expect(value(#"holdfast_units{workload="\#(Self.drive)",state="requested"}"#, in: soon) == 0)
        #expect(value("holdfast_plans_total", in: soon) == 1)
        fixture.clock.turn(seconds: 11)
        let later = await page.text()
        #expect(value(#"holdfast_units{workload="\#(Self.drive)",state="requested"}"#, in: later) == 1)
    }

    @Test func `without the catalogue the rest is told`() async throws {
        try await fixture.catalog.close()
        let text = await page.text()
        #expect(!text.contains("holdfast_units"))
        #expect(text.contains("holdfast_backups_total"))
        #expect(text.contains("process_resident_memory_bytes"))
        #expect(value("holdfast_plans_total", in: text) == 0)
    }

    @Test func `the page names no person, drive or file`() async throws {
        try await protect(2)
        try await fixture.settle()
        #expect(!(await page.text()).contains("secret"))
    }

    @Test func `the program says which it is`() async throws {
        let schema = CatalogStore.schemaVersion
        #expect(schema > 20)
        #expect(
            (await page.text()).contains(
                #/holdfast_build_info\{version="1\.2\.3",swift="6\.\d",catalog_schema="\d+"\} 1\n/#))
    }
}

@Suite struct KeptValueTests {
    @Test func `a value is made once for callers at once, and anew after its time`() async {
        let clock = ManualClock()
        let made = Mutex(0)
        let value = KeptValue(seconds: 10, clock: clock) {
            made.withLock { made in
                made += 1
                return made
            }
        }
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { await value.value() } }
            for await known in group { #expect(known == 1) }
        }
        clock.turn(seconds: 9)
        #expect(await value.value() == 1)
        clock.jump(seconds: 86_400)
        #expect(await value.value() == 1)
        clock.turn(seconds: 1)
        #expect(await value.value() == 2)
    }
}

@Suite struct ProcessFiguresTests {
    private static let stat =
        "4711 (a) (b c) S 1 1 1 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 9 0 1000 104857600 2560 18446744073709551615"
    private static let limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max open files            1024                 524288               files
        """

    private func figures(_ stat: String) -> ProcessFigures? {
        ProcessFigures(
            stat: stat, limits: Self.limits, bootSeconds: 1_764_458_000, openFiles: 12,
            ticksPerSecond: 100, pageBytes: 4096)
    }

    @Test func `a name with brackets moves no field`() throws {
        let figures = try #require(self.figures(Self.stat))
        #expect(figures.cpuSeconds == 3)
        #expect(figures.virtualBytes == 104_857_600)
        #expect(figures.residentBytes == 2560 * 4096)
        #expect(figures.startSeconds == 1_764_458_010)
        #expect(figures.maximumFiles == 1024)
        #expect(figures.openFiles == 12)
    }

    @Test(arguments: [
        "", "4711", "4711 (a", "4711 (a) S 1 2 3", "4711 (a) S 1 1 1 0 -1 4 1 0 0 0 x y 0 0 20 0 9 0 1 2 3",
    ])
    func `a text of another form says nothing`(stat: String) { #expect(figures(stat) == nil) }

    @Test func `this process is known to the system`() throws {
        let now = try #require(ProcessFigures.current())
        #expect(now.residentBytes > 1 << 20)
        #expect(try #require(now.openFiles) > 2)
        let start = try #require(now.startSeconds)
        #expect(start < Date().timeIntervalSince1970 + 2)
        #expect(start > Date().timeIntervalSince1970 - 86_400)
    }
}
