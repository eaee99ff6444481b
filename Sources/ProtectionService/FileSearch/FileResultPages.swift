import BackupRepository
import Catalog
import Concurrency
import FileTree
import Foundation
import ProtectionRules

/// Some results of a search.
public struct FileResultPage: Sendable {
    /// The results in order: by unit as the search came to them, then by path.
    public var results: [FileResult]
    /// Where the next page begins, opaque; nil on the last page. While the search runs there is always
    /// one: it gives what has been found since.
    public var next: String?
}

extension FileSearchOperations {
    /// The results of a search from `position` on, as the page before gave it; nil begins.
    ///
    /// Nothing is kept of results: a page looks for them again in the names of the
    /// units that have some.
    /// - Throws: `fileSearchNotFound`, `badRequest` for a wrong position, `serviceNotAvailable`.
    public func results(id: String, from position: String?, pageSize: Int) async throws -> FileResultPage {
        let search = try await search(id: id)
        guard let place = position.map({ ResultPosition($0) }) ?? ResultPosition(unit: 0) else {
            throw ServiceError(.badRequest, "The token for the next page is not valid.")
        }
        let units = try await look { reader in
            try reader.page(
                Query<FileSearchUnit>(
                    where: .and([
                        FileSearchUnit.condition(ofSearch: search.id, waiting: false),
                        .compare("number", .greaterOrEqual, place.unit.sqlValue),
                    ]), order: [.init("number")]))
        }
        return try await reading {
            var collector = ResultCollector(search, place, pageSize: max(1, pageSize))
            for unit in units where unit.resultCount > 0 {
                guard try await collector.collect(unit, dependencies) else { break }
            }
            return collector.page(isRunning: search.status == .running, behind: units.last?.number)
        }
    }

    /// Runs on the threads that read snapshots for requests, and translates failures.
    func reading<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await withTaskExecutorPreference(OpenRepositories.threads) { try await body() }
        } catch let error as RepositoryError {
            guard error.isRetryable || error.code == .damaged else { throw ServiceError(reporting: error) }
            throw ServiceError(
                .serviceNotAvailable, "The names in the backups cannot be read now; try again a little later.",
                detail: error.description, isRetryable: true)
        } catch let failure as JobFailure {
            throw ServiceError(reporting: failure)
        }
    }
}

/// Where a page of results begins: at a unit by its number, behind an item.
struct ResultPosition: Codable, Hashable {
    var unit: Int
    /// The path of the item.
    var after: Data?

    init(unit: Int, after: NameKey? = nil) {
        self.unit = unit
        self.after = after?.path.map { Data($0.bytes) }
    }

    init?(_ text: String) {
        guard let position = try? JSONDecoder().decode(ResultPosition.self, from: Data(text.utf8)),
            position.unit >= 0, position.after == nil || position.key != nil
        else { return nil }
        self = position
    }

    var key: NameKey? { after.flatMap { TreePath(bytes: Array($0)) }.flatMap { NameKey($0) } }

    var text: String {
        guard let data = try? JSONEncoder().encode(self) else { preconditionFailure("numbers and bytes always encode") }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Fills a page with the results of one unit after the other.
private struct ResultCollector {
    private let search: FileSearchRecord
    private let start: ResultPosition
    private let pageSize: Int
    private var results: [FileResult] = []
    private var next: ResultPosition?
    private var last: ResultPosition?

    init(_ search: FileSearchRecord, _ start: ResultPosition, pageSize: Int) {
        (self.search, self.start, self.pageSize) = (search, start, pageSize)
    }

    /// - Returns: whether there is room for the results of further units.
    mutating func collect(_ place: FileSearchUnit, _ dependencies: ServiceDependencies) async throws -> Bool {
        let indexes = NameIndexReading(dependencies)
        guard let unit = try await indexes.unit(id: place.unitId), let index = unit.index, let query = search.nameQuery
        else { return true }
        let scope = ResultScope(
            unit.numbers, from: search.startDateTime, until: search.endDateTime,
            includesDeleted: search.includeDeleted)
        let after = place.number == start.unit ? start.key : nil
        let room = pageSize - results.count
        let found = try await indexes.reading(index, of: unit.row) {
            var (found, items) = (
                try await NameSearch(index, query, after: after, width: OpenRepositories.threads.width),
                [(NameKey, FileResult)]()
            )
            while items.count <= room, let history = try await found.next() {
                guard let result = scope.result(of: history, unitID: place.unitId) else { continue }
                items.append((history.key, result))
            }
            return items
        }
        for (key, result) in found.prefix(room) {
            results.append(result)
            last = ResultPosition(unit: place.number, after: key)
        }
        guard found.count > room else { return true }
        next = last ?? start
        return false
    }

    /// - Parameter number: the number of the last unit that was looked at.
    func page(isRunning: Bool, behind number: Int?) -> FileResultPage {
        if let next { return FileResultPage(results: results, next: next.text) }
        guard isRunning else { return FileResultPage(results: results) }
        return FileResultPage(results: results, next: ResultPosition(unit: number.map { $0 + 1 } ?? start.unit).text)
    }
}
