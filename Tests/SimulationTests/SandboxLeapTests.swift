@testable import ProtectionRules
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService
@testable import BackupWork
@testable import Sandbox

/// A sandbox whose clock is moved in leaps.
@Suite struct SandboxLeapTests {
    /// A sandbox with one drive, whose worker runs while the body does.
    private func withSandbox(
        _ configure: (inout ServiceDependencies) -> Void = { _ in },
        _ body: (World, SandboxControl, String, MemoryTree) async throws -> Void
    ) async throws {
        let world = try await World(seed: 5)
        let clock = SandboxClock(machine: world.clock)
        try clock.freeze(true)
        var dependencies = world.start().dependencies
        dependencies.clock = clock
        dependencies.worker.leaseSeconds = 100 * 366 * 86_400
        dependencies.intervals.verifyPeriodDays = 0
        configure(&dependencies)
        let service = ServiceContext(dependencies: dependencies)
        let tree = MemoryTree()
        let unit = try #require(try await world.protect([tree]).first)
        let folder = FileManager.default.temporaryDirectory.appending(path: "leaps-" + UUID().uuidString)
        let control = SandboxControl(
            service: service, clock: clock, faults: FaultBook(),
            tenant: SandboxTenant(
                folder: folder, tenant: world.tenant, clock: clock, makeID: world.makeID,
                openTenant: { [tenant = world.tenant] _ in tenant }),
            removeRepositories: {})
        let working = Task { try await Worker(service).run() }
        try await body(world, control, unit.id, tree)
        working.cancel()
        _ = await working.result
    }

    @Test(.timeLimit(.minutes(3))) func `leaps of a day bring a point a day, also where a prune is due with each`()
        async throws
    {
        try await withSandbox({ $0.intervals.pruneDelaySeconds = 60 }) { world, control, unitID, tree in
            _ = try await control.idle()
            for day in 1...60 {
                try tree.put("file", Array("day \(day)".utf8))
                let idle = try await control.advance(
                    to: control.clock.now().addingTimeInterval(86_400), stepSeconds: nil)
                #expect(try await world.points(unitID).last?.protectionDateTime == control.clock.now(), "day \(day)")
                #expect(idle.waitingJobs <= 1, "a prune for the point that expired today")
            }
            let prunes = Query<Job>(where: .and([.equal("kind", "prune"), .equal("state", JobState.done)]))
            #expect(
                try await world.catalog.count(prunes) >= 3, "one every other day, of which those of a week are kept")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1e17, 1e300, .infinity])
    func `an advance beyond the end of the calendar is refused`(seconds: Double) async throws {
        try await withSandbox { _, control, _, _ in
            let before = control.clock.now()
            let error = await #expect(throws: ODataError.self) {
                _ = try await control.advance(to: before.addingTimeInterval(seconds), stepSeconds: nil)
            }
            #expect(error?.status == 400)
            #expect(control.clock.now() == before)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [0.0, 0.1234567, 0.9999999])
    func `now that is read and used again finds the point of that moment`(
        fraction: Double
    ) async throws {
        try await withSandbox { world, control, unitID, _ in
            _ = try await control.advance(to: Date(timeIntervalSince1970: 1_800_000_700 + fraction), stepSeconds: nil)
            let point = try #require(try await world.points(unitID).last)
            let read = try #require(SandboxDates.date(SandboxDates.text(control.clock.now())))
            #expect(read.sqlValue == point.protectionDateTime.sqlValue)
            let service = ServiceContext(dependencies: world.start().dependencies)
            let found = try await service.points.search(PointSearch(unitIDs: [unitID], start: nil, end: read))
            #expect(found.found.first?.point.id == point.id)
            let onWire = try #require(DateTimeOffset.parse(SandboxDates.text(control.clock.now())))
            #expect(onWire.sqlValue == point.protectionDateTime.sqlValue)
        }
    }
}
