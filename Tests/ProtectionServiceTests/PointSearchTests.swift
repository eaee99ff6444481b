import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct PointSearchTests {
    /// A console with points of Adele's drive that are 30, 20 and 10 minutes old.
    private func console(
        limits: (inout ServiceLimits) -> Void = { _ in }
    ) async throws -> (console: Console, unit: ProtectionUnit, points: [RestorePoint]) {
        let console = try await Console(limits: limits)
        let unit = try await console.insertUnit(.protected)
        var points: [RestorePoint] = []
        for minutes in [30.0, 20, 10] {
            points.append(try await console.insertPoint(of: unit, secondsAgo: minutes * 60))
        }
        return (console, unit, points)
    }

    private func search(
        _ console: Console, _ unit: ProtectionUnit, from start: Double? = 3600, to end: Double? = nil,
        change: (inout PointSearch) -> Void = { _ in }
    ) async throws -> [String] {
        var search = PointSearch(
            unitIDs: [unit.id], start: start.map { console.now.addingTimeInterval(-$0) },
            end: end.map { console.now.addingTimeInterval(-$0) })
        change(&search)
        return try await console.service.points.search(search).found.map(\.point.id)
    }

    @Test(arguments: [(PointSearch.Preference.latest, 2), (.oldest, 0)])
    func `a search finds the newest or the oldest point`(preference: PointSearch.Preference, number: Int) async throws {
        let (console, unit, points) = try await console()
        #expect(try await search(console, unit) { $0.preference = preference } == [points[number].id])
    }

    @Test(arguments: [
        (1800.0, 1800.0, 0), (1799, 1200, 1), (1800, 1201, 0), (3600, 600, 2), (3600, 601, 1), (600, 0, 2),
    ])
    func `a period includes its start and its end`(start: Double, end: Double, number: Int) async throws {
        let (console, unit, points) = try await console()
        #expect(try await search(console, unit, from: start, to: end) == [points[number].id])
    }

    @Test(arguments: [(1199.0, 601.0), (599, 0), (7200, 1801)])
    func `where the period has no point the unit is without a result`(start: Double, end: Double) async throws {
        let (console, unit, _) = try await console()
        let period = PointSearch(
            unitIDs: [unit.id], start: console.now.addingTimeInterval(-start), end: console.now.addingTimeInterval(-end)
        )
        let result = try await console.service.points.search(period)
        #expect(result.found.isEmpty)
        #expect(result.noResultUnitIDs == [unit.id])
    }

    @Test func `a period without an end goes up to now, one without a start begins at the beginning`() async throws {
        let (console, unit, points) = try await console()
        #expect(try await search(console, unit, from: 1300) == [points[2].id])
        #expect(try await search(console, unit, from: nil, to: 1300) == [points[0].id])
    }

    @Test func `a damaged or expired point is never found`() async throws {
        let (console, unit, points) = try await console()
        var damaged = points[2]
        damaged.isDamaged = true
        try await console.update(damaged)
        var expired = points[1]
        expired.expirationDateTime = console.now
        try await console.update(expired)
        #expect(try await search(console, unit) == [points[0].id])
    }

    @Test func `a point has the tags that are asked for`() async throws {
        let (console, unit, points) = try await console()
        var slow = points[2]
        slow.tags = []
        try await console.update(slow)
        #expect(try await search(console, unit) == [points[2].id])
        #expect(try await search(console, unit) { $0.tags = .fastRestore } == [points[1].id])
    }

    @Test func `units keep the order of the request, and one that is named twice is found once`() async throws {
        let (console, unit, _) = try await console()
        let second = try await console.insertUnit(.protected, of: "diego")
        _ = try await console.insertPoint(of: second, secondsAgo: 60)
        let ids = [second.id.uppercased(), Console.unknownID, unit.id, second.id]
        let result = try await console.service.points.search(
            PointSearch(unitIDs: ids, start: console.now.addingTimeInterval(-3600), end: nil))
        #expect(result.found.map(\.unit.id) == [second.id, unit.id])
        #expect(result.noResultUnitIDs == [Console.unknownID])
        #expect(UUID(uuidString: result.searchResponseID) != nil)
    }

    @Test func `a search in a policy finds its own units`() async throws {
        let (console, unit, points) = try await console()
        let policy = try await console.policy()
        #expect(try await search(console, unit) { $0.policyID = policy } == [])
        var member = unit
        member.policyId = policy
        try await console.update(member)
        #expect(try await search(console, unit) { $0.policyID = policy.uppercased() } == [points[2].id])
    }

    @Test func `a search takes as many units as it may, and none or one more are refused`() async throws {
        let (console, unit, _) = try await console { $0.unitsPerSearch = 2 }
        for ids in [[], [unit.id, unit.id, unit.id]] {
            try await console.expectRefused(.invalidSearchRequest) {
                try await search(console, unit) { $0.unitIDs = ids }
            }
        }
        #expect(try await search(console, unit) { $0.unitIDs = [unit.id, unit.id] }.count == 1)
    }

    @Test func `a search needs a period that does not end before it starts`() async throws {
        let (console, unit, _) = try await console()
        try await console.expectRefused(.invalidSearchRequest) { try await search(console, unit, from: nil) }
        try await console.expectRefused(.invalidSearchRequest) {
            try await search(console, unit, from: 600, to: 601)
        }
        // Without an end it ends now.
        try await console.expectRefused(.invalidSearchRequest) { try await search(console, unit, from: -1) }
        #expect(try await search(console, unit, from: 0).isEmpty)
    }

    @Test func `ids of units and policies are GUIDs`() async throws {
        let (console, unit, _) = try await console()
        try await console.expectRefused(.invalidProtectionUnitID) {
            try await search(console, unit) { $0.unitIDs = [unit.id, "x"] }
        }
        try await console.expectRefused(.invalidPolicyID) {
            try await search(console, unit) { $0.policyID = "x" }
        }
    }
}
