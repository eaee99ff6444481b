import Catalog
import Foundation
import ProtectionService

/// Packs that are deleted later, within one transaction.
struct DoomedRows<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// The packs of a unit's repository that were unneeded at a moment already, the oldest first.
    func due(unitID: String, since moment: Date) throws -> [DoomedObject] {
        let isDue = RowPredicate.and([
            .equal("unitId", unitID), .compare("sinceDateTime", .lessOrEqual, moment.sqlValue),
        ])
        return try rows.page(Query<DoomedObject>(where: isDue, order: [.init("sinceDateTime")], limit: Self.perSweep))
    }

    /// A sweep deletes so many at most, and the next one the rest.
    static var perSweep: Int { 10_000 }
}

extension DoomedRows where Rows == CatalogWriter {
    /// Adds what a prune found to be unneeded. What an earlier one found keeps its time.
    func add(_ names: [String], unitID: String, at moment: Date) throws {
        guard !names.isEmpty else { return }
        let known = Set(try rows.page(Query<DoomedObject>(where: .equal("unitId", unitID))).map(\.name))
        try rows.insert(
            contentsOf: names.filter { !known.contains($0) }.map {
                DoomedObject(unitId: unitID, name: $0, sinceDateTime: moment)
            })
    }

    /// Removes what a sweep dealt with.
    func remove(_ objects: [DoomedObject]) throws {
        for start in stride(from: 0, to: objects.count, by: 500) {
            let ids = objects[start..<min(start + 500, objects.count)].map(\.id)
            try rows.delete(DoomedObject.self, where: .oneOf("id", ids))
        }
    }
}
