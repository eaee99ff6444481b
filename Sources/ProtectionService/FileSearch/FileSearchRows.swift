package import Catalog
package import ProtectionRules

/// Rows of searches for files, within one transaction.
package struct FileSearchRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Notes what was found in the units that came next.
    /// - Parameter found: how many results each unit has; nil where its names have to be read first.
    /// - Parameter search: as it was when the search of these units began.
    /// - Parameter jobs: for each unit the job that reads its names.
    /// - Returns: false where another worker has gone on meanwhile, or the search is gone.
    package func note(
        _ found: [String: Int?], of search: FileSearchRecord, _ jobs: [Job], makeID: () -> String
    ) throws -> Bool {
        guard var present = try rows.find(FileSearchRecord.self, id: search.id), present == search else { return false }
        var number = try nextNumber(of: search)
        for unitID in found.keys.sorted() {
            let count = found[unitID] ?? nil
            if let count { add(count, to: &present) }
            guard count != 0 else { continue }
            var unit = FileSearchUnit()
            (unit.id, unit.searchId, unit.unitId, unit.number) = (makeID(), search.id, unitID, number)
            (unit.isWaiting, unit.resultCount) = (count == nil, count ?? 0)
            try rows.insert(unit)
            number += 1
        }
        for job in jobs where found[job.subjectId] == .some(nil) { _ = try rows.addJob(job) }
        present.reachedUnitId = jobs.map(\.subjectId).max()
        try rows.update(present)
        return true
    }

    /// Notes what was found in units whose names have been read meanwhile, and gives those up whose
    /// names could not be.
    /// - Returns: how many still wait.
    package func settle(
        _ waiting: [FileSearchUnit], _ found: [String: Int?], of search: FileSearchRecord
    ) throws -> Int {
        guard var present = try rows.find(FileSearchRecord.self, id: search.id) else { return 0 }
        var (left, number) = (0, try nextNumber(of: search))
        for var unit in waiting {
            if let count = found[unit.unitId] ?? nil {
                add(count, to: &present)
                (unit.isWaiting, unit.resultCount, unit.number) = (false, count, number)
                number += 1
                try rows.update(unit)
            } else if try JobRows(rows).isOpen([.indexNames], unit.unitId, .open) {
                left += 1
            } else {
                try rows.delete(FileSearchUnit.self, id: unit.id)
            }
        }
        try rows.update(present)
        return left
    }

    /// Moves the status of a search, if it is still there.
    package func end(_ search: FileSearchRecord, _ event: FileSearchEvent) throws {
        guard var present = try rows.find(FileSearchRecord.self, id: search.id), present.advance(event) else { return }
        try rows.update(present)
    }

    private func add(_ count: Int, to search: inout FileSearchRecord) {
        search.searchedUnits += 1
        search.resultCount += count
    }

    private func nextNumber(of search: FileSearchRecord) throws -> Int {
        let units = Query<FileSearchUnit>(
            where: .equal("searchId", search.id), order: [.init("number", ascending: false)])
        return try rows.first(units).map { $0.number + 1 } ?? 0
    }
}
