import BackupRepository
package import Catalog

/// Counts what a search finds in one unit.
package struct FileCounting: Sendable {
    private let dependencies: ServiceDependencies

    package init(_ dependencies: ServiceDependencies) { self.dependencies = dependencies }

    /// How many results a unit has; nil where its names have to be read first.
    /// - Parameter width: how many parts of its names are looked through at once.
    /// - Throws: `RepositoryError`: `damaged` also where the index was changed meanwhile.
    package func count(in unitID: String, _ search: FileSearchRecord, width: Int) async throws -> Int? {
        let indexes = NameIndexReading(dependencies)
        guard let query = search.nameQuery, let unit = try await indexes.unit(id: unitID) else { return 0 }
        guard unit.isCurrent else { return nil }
        guard let index = unit.index else { return 0 }
        let scope = ResultScope(
            unit.numbers, from: search.startDateTime, until: search.endDateTime, includesDeleted: search.includeDeleted)
        return try await indexes.reading(index, of: unit.row) {
            var (found, count) = (try await NameSearch(index, query, width: width), 0)
            while let history = try await found.next() {
                if scope.result(of: history, unitID: unitID) != nil { count += 1 }
            }
            return count
        }
    }
}
