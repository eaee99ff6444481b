import BackupTesting
import Catalog
import FileTree
import Foundation
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

/// What lists of states and the overview cost, and what the overview says of the storage.
@Suite struct UnitStateCostTests {
    /// A service with protected units, some of which have had no point for a day.
    private func service(
        _ count: Int, late: (Int) -> Bool, space: TreeSpace? = nil
    ) async throws -> (fixture: ServiceFixture, file: TemporaryCatalog) {
        let file = try await TemporaryCatalog.make()
        let fixture = try await ServiceFixture(tenant: MemoryTenant(), catalogFile: file) {
            $0.repositorySpace = { space }
        }
        let now = fixture.clock.now()
        let rows = (0..<count).map { number in
            var state = UnitState(sourceWithoutUnit: "s\(number)", .oneDriveForBusiness, since: now)
            (state.displayName, state.standing) = ("Person \(number)", .protected)
            state.newestPointDateTime = late(number) ? now.addingTimeInterval(-86_400) : now
            return state
        }
        try await fixture.catalog.write { writer in for row in rows { try writer.insert(row) } }
        return (fixture, file)
    }

    @Test(arguments: [0, 40, 4_000]) func `a page of late units costs the same however many are late`(
        number: Int
    ) async throws {
        let most = 8_000
        let (fixture, file) = try await service(most) { number > 0 && $0.isMultiple(of: most / number) }
        let states = fixture.service.unitStates
        let before = file.stepsTaken
        let late = try await states.lateCondition(oldestInTime: states.oldestInTime)
        let page = try await fixture.catalog.page(
            Query<UnitState>(where: late, order: [.init("displayName")], limit: 200))
        #expect(page.count == min(number, 200))
        #expect(file.stepsTaken - before < 40_000, "\(file.stepsTaken - before)")
        // The usual condition finds the same.
        let usual = try await fixture.catalog.page(
            Query<UnitState>(
                where: UnitStateOperations.condition(.late, oldestInTime: states.oldestInTime),
                order: [.init("displayName")], limit: 200))
        #expect(page.map(\.id) == usual.map(\.id))
    }

    @Test func `the overview says for how long the storage lasts`() async throws {
        let (fixture, _) = try await service(
            1, late: { _ in false }, space: TreeSpace(fileSystem: 1, availableBytes: 910))
        let now = fixture.clock.now()
        func daysLeft() async throws -> Int? { try await fixture.service.unitStates.overview().daysLeft }
        func add(_ bytes: Int, daysAgo: Double, flags: ChangeFlags = []) async throws {
            var total = ChangeTotal(dateTime: now.addingTimeInterval(-daysAgo * 86_400), seconds: 600)
            (total.storedBytes, total.flags) = (bytes, flags)
            try await fixture.catalog.write { [total] in try $0.insert(total) }
        }
        #expect(try await daysLeft() == nil)
        try await add(100, daysAgo: 1)
        #expect(try await daysLeft() == nil)
        // Three days: 300 bytes, and a first backup, which is no growth.
        try await add(200, daysAgo: 2)
        try await add(1_000_000, daysAgo: 3, flags: .first)
        #expect(try await daysLeft() == 9)
        // What lies longer ago than two weeks does not count.
        try await add(1_000_000, daysAgo: 15)
        #expect(try await daysLeft() == 42)
    }
}
