import BackupTesting
import Catalog
import Concurrency
import FileTree
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

/// What the checks of a server's health come to.
@Suite struct HealthFindingTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    static let rooms: [(UInt64, HealthStatus)] = [
        (1000, .ok), (100, .ok), (99, .warning), (20, .warning), (19, .failing), (0, .failing),
    ]
    static let standings: [([ProtectionState: Int], HealthStatus)] = [
        ([.protected: 100], .ok), ([.protected: 99, .late: 1], .warning),
        ([.protected: 95, .failing: 5], .warning), ([.protected: 94, .failing: 6], .failing),
        ([.excluded: 1000, .protected: 94, .failing: 6], .failing), ([.failing: 1], .failing),
    ]

    private func surroundings(_ change: (inout ServiceFigures) -> Void = { _ in }) -> HealthSurroundings {
        var surroundings = HealthSurroundings(now: Self.now)
        var figures = ServiceFigures(now: Self.now)
        change(&figures)
        surroundings.figures = figures
        return surroundings
    }

    private func finding(_ name: String, _ surroundings: HealthSurroundings) throws -> HealthFinding {
        try #require(surroundings.findings.first { $0.name == name })
    }

    /// Figures of one workload with so many units in each state.
    private func states(_ counts: [ProtectionState: Int]) -> HealthSurroundings {
        surroundings { figures in
            var known = ServiceFigures.OfWorkload()
            for (state, count) in counts { known.states[state] = count }
            figures.workloads[.sharePoint] = known
        }
    }

    @Test func `where nothing is wrong every check is ok, and nothing is to be done`() {
        for finding in surroundings().findings {
            #expect(finding.verdict == .ok, "\(finding)")
            #expect(finding.action == nil, "\(finding)")
        }
    }

    @Test func `a check that is not ok says what is so and what to do`() {
        var all = states([.notProtected: 1, .failing: 1])
        all.isStorageUsable = false
        all.certificateExpiry = Self.now
        all.parts = [(.scheduler, nil, true), (.worker, nil, true)]
        all.figures?.workloads[.sharePoint]?.damagedPoints = 1
        all.figures?.jobs = [
            .init(kind: "backup", state: .waiting, count: 1, firstDue: Self.now.addingTimeInterval(-1801))
        ]
        let findings = all.findings
        for finding in findings where finding.name != "catalog" {
            #expect(finding.verdict > .unknown, "\(finding)")
            #expect(!finding.message.isEmpty, "\(finding)")
            #expect(!(finding.action ?? "").isEmpty, "\(finding)")
        }
        #expect(findings.count == 9)
    }

    @Test(arguments: rooms)
    func `little room is a warning, and hardly any a failure`(free: UInt64, status: HealthStatus) throws {
        let full = surroundings { $0.storage = TreeSpace(fileSystem: 1, availableBytes: free, capacityBytes: 1000) }
        let finding = try finding("storage", full)
        #expect(finding.verdict == status)
        #expect(finding.figures.freeBytes == Int(free))
        #expect(finding.figures.capacityBytes == 1000)
    }

    @Test(arguments: standings)
    func `late and failing units are told, and many that fail are a failure`(
        counts: [ProtectionState: Int], status: HealthStatus
    ) throws {
        #expect(try finding("points", states(counts)).verdict == status)
    }

    @Test func `units in no policy are a warning, and those left out on purpose are none`() throws {
        #expect(try finding("protection", states([.notProtected: 2])).verdict == .warning)
        #expect(try finding("protection", states([.notProtected: 2])).figures.units == 2)
        #expect(try finding("protection", states([.excluded: 2])).verdict == .ok)
    }

    @Test(arguments: [
        ("backup", 1800.0, HealthStatus.ok), ("backup", 1801, .warning), ("verify", 90_000, .ok), ("prune", -60, .ok),
    ])
    func `jobs that wait for long are told, but for verifications`(
        kind: String, age: Double, status: HealthStatus
    ) throws {
        let waiting = surroundings {
            $0.jobs = [.init(kind: kind, state: .waiting, count: 3, firstDue: Self.now.addingTimeInterval(-age))]
        }
        #expect(try finding("queue", waiting).verdict == status)
    }

    @Test(arguments: [(15.0, HealthStatus.ok), (14, .ok), (13.9, .warning), (0, .warning), (-0.1, .failing)])
    func `a certificate is told two weeks before it expires`(days: Double, status: HealthStatus) throws {
        var expiring = surroundings()
        expiring.certificateExpiry = Self.now.addingTimeInterval(days * 86_400)
        #expect(try finding("certificate", expiring).verdict == status)
    }

    @Test func `without a certificate there is no check of it`() {
        #expect(!surroundings().findings.contains { $0.name == "certificate" })
    }

    @Test func `what needs the catalogue is not known without it`() throws {
        let findings = HealthSurroundings(now: Self.now).findings
        #expect(try #require(findings.first { $0.name == "catalog" }).verdict == .failing)
        for name in ["damage", "points", "protection", "queue"] {
            #expect(findings.first { $0.name == name }?.verdict == .unknown)
        }
    }
}

/// Looking at the health of a service.
@Suite struct HealthLookTests {
    private func fixture() async throws -> ServiceFixture { try await ServiceFixture(tenant: MemoryTenant()) }

    private func check(_ name: String, _ fixture: ServiceFixture) async throws -> HealthCheck {
        try #require(await fixture.service.health.look().first { $0.name == name })
    }

    @Test func `a part that does not go on is failing, since it is seen`() async throws {
        let fixture = try await fixture()
        let (beats, clock) = (fixture.service.dependencies.heartbeats, fixture.clock)
        beats.beat(.worker, clock)
        #expect(try await check("worker", fixture).status == .ok)
        clock.turn(seconds: 301)
        let seen = clock.now()
        #expect(try await check("worker", fixture).status == .failing)
        clock.turn(seconds: 60)
        #expect(try await check("worker", fixture).since == seen)
        beats.beat(.worker, clock)
        #expect(try await check("worker", fixture).status == .ok)
    }

    @Test func `checks of other parts get what to do, where they say only what is so`() async throws {
        let fixture = try await fixture()
        fixture.service.dependencies.health.set("clock", to: .warning, message: "It jumped.", at: fixture.clock.now())
        let check = try await check("clock", fixture)
        #expect(check.message == "It jumped.")
        #expect(check.action?.contains("timedatectl") == true)
    }

    @Test func `numbers are for those with a token, and wake nobody`() async throws {
        let fixture = try await fixture()
        let report = fixture.service.dependencies.health
        _ = await fixture.service.health.look()
        let seen = report.changed.generation
        fixture.service.dependencies.heartbeats.beat(.worker, fixture.clock)
        _ = await fixture.service.health.look()
        let woken = report.changed.generation
        #expect(woken > seen)
        fixture.clock.turn(seconds: 5)
        fixture.service.dependencies.heartbeats.beat(.worker, fixture.clock)
        let worker = try await check("worker", fixture)
        #expect(worker.figures?.dateTime == fixture.clock.now())
        #expect(report.changed.generation == woken)
        #expect(!String(decoding: report.json, as: UTF8.self).contains("figures"))
    }

    @Test func `a service is ready where catalogue, storage and work are there`() async throws {
        let fixture = try await ServiceFixture(tenant: MemoryTenant()) { $0.isStorageUsable = { false } }
        #expect(await fixture.service.readiness.failing() == ["storage", "scheduler", "worker"])
        for part in Heartbeats.Part.allCases {
            fixture.service.dependencies.heartbeats.beat(part, fixture.clock)
        }
        #expect(await fixture.service.readiness.failing() == ["storage"])
        try await fixture.catalog.close()
        #expect(await fixture.service.readiness.failing() == ["catalog", "storage"])
    }
}
