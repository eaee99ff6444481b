import BackupTesting
import SampleData
import CatalogSQLite
import Foundation
import Testing

@testable import Catalog

@Suite struct PagingTests {
    private static let columns = ["displayName", "email", "createdDateTime", "nextBackupDateTime", "status"]

    private func orders(_ random: inout SeededGenerator) -> [[Query<ProtectionUnit>.Order]] {
        var orders: [[Query<ProtectionUnit>.Order]] = [[], [.init("id", ascending: false)]]
        for first in Self.columns {
            for ascending in [true, false] {
                orders.append([.init(first, ascending: ascending)])
                let second = random.choice(Self.columns.filter { $0 != first })
                let third = random.choice(Self.columns.filter { $0 != first && $0 != second })
                orders.append([.init(first, ascending: ascending), .init(second, ascending: !ascending)])
                orders.append([
                    .init(first, ascending: ascending), .init(second, ascending: !ascending), .init(third),
                    .init("id", ascending: false),
                ])
            }
        }
        return orders
    }

    @Test(arguments: [11, 12] as [UInt64], CatalogEngine.allCases)
    func `pages by key are the sorted rows, whatever the order and whatever is missing`(
        seed: UInt64, engine: CatalogEngine
    ) async throws {
        var random = SeededGenerator(seed: seed)
        let units = (0..<90).map { RandomUnits.unit($0, &random) }
        let catalog = try await engine.make()
        try await catalog.store.write {
            try $0.insert(contentsOf: RandomUnits.policyRecords())
            try $0.insert(contentsOf: units)
        }
        for order in orders(&random) {
            var query = Query<ProtectionUnit>(
                where: .not(.equal("status", ProtectionUnitStatus.protected)), order: order, limit: 7)
            let expected = Naive.sorted(units.filter { $0.status != .protected }, by: query.totalOrder)
            var found: [ProtectionUnit] = []
            while case let page = try await catalog.store.page(query), let last = page.last {
                #expect(page.count == min(7, expected.count - found.count))
                found += page
                query.after = query.key(of: last)
            }
            #expect(found == expected, "order \(order)")
        }
    }

    @Test(arguments: CatalogEngine.allCases)
    func `offsets count from the position`(engine: CatalogEngine) async throws {
        var random = SeededGenerator(seed: 5)
        let units = (0..<60).map { RandomUnits.unit($0, &random) }
        let catalog = try await engine.make()
        try await catalog.store.write {
            try $0.insert(contentsOf: RandomUnits.policyRecords())
            try $0.insert(contentsOf: units)
        }
        for order in orders(&random) {
            var query = Query<ProtectionUnit>(order: order)
            let expected = Naive.sorted(units, by: query.totalOrder)
            for (start, offset, limit) in [
                (0, 0, 5), (0, 7, 5), (0, 58, 5), (0, 70, 5), (10, 0, nil), (10, 13, 9), (30, 29, nil), (30, 40, 2),
                (3, 0, 0),
            ] as [(Int, Int, Int?)] {
                query.after = start == 0 ? nil : query.key(of: expected[start - 1])
                query.offset = offset
                query.limit = limit
                let rest = expected.dropFirst(start + offset)
                #expect(
                    try await catalog.store.page(query) == Array(limit.map { rest.prefix($0) } ?? rest),
                    "order \(order), \(start), \(offset)")
            }
        }
    }

    @Test(arguments: CatalogEngine.allCases)
    func `pages lose and repeat nothing while rows are added and removed`(engine: CatalogEngine) async throws {
        var random = SeededGenerator(seed: 21)
        for order in orders(&random) {
            let catalog = try await engine.make()
            let units = (0..<50).map { RandomUnits.unit($0, &random) }
            try await catalog.store.write {
                try $0.insert(contentsOf: RandomUnits.policyRecords())
                try $0.insert(contentsOf: units)
            }
            var query = Query<ProtectionUnit>(order: order, limit: 4)
            var seen: [ProtectionUnit] = []
            while case let page = try await catalog.store.page(query), let last = page.last, seen.count < 500 {
                seen += page
                query.after = query.key(of: last)
                guard seen.count < 100 else { continue }
                let added = RandomUnits.unit(1_000 + seen.count, &random)
                let removed = page[0].id
                try await catalog.store.write {
                    try $0.insert(added)
                    try $0.delete(ProtectionUnit.self, id: removed)
                }
            }
            let ids = seen.map(\.id)
            #expect(Set(ids).count == ids.count, "order \(order) repeated a row")
            #expect(Set(units.map(\.id)).isSubset(of: ids), "order \(order) lost a row")
            #expect(seen == Naive.sorted(seen, by: query.totalOrder))
        }
    }
}
