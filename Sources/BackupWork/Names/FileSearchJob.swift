import BackupRepository
import Catalog
import Concurrency
import Foundation
import ProtectionRules
import ProtectionService

/// Looks through the names of the units of a search, and notes how much each has of what it looks for.
///
/// Units whose names have to be read first get a job of their own, and the search comes back to
/// them at its end.
struct FileSearchJob: JobRunner {
    /// Units whose counts one transaction notes.
    private static let unitsPerChange = 32
    /// Units that are looked through at once.
    private static let width = 4

    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        while true {
            try Task.checkCancellation()
            guard let search = try await context.catalog.find(FileSearchRecord.self, id: job.subjectId),
                search.status == .running
            else { return .nothing }
            let units = try await next(of: search, context)
            if !units.isEmpty {
                let found = try await look(through: units, search, context)
                let jobs = units.map { context.service.job(.indexNames, $0) }
                let makeID = context.dependencies.makeID
                let goesOn = try await context.catalog.write { writer in
                    try FileSearchRows(writer).note(found, of: search, jobs, makeID: makeID)
                }
                guard goesOn else { return .nothing }
                context.service.signal.notify()
                continue
            }
            let waiting = try await waiting(of: search, context)
            guard !waiting.isEmpty else { return .done(result: nil) { try FileSearchRows($0).end(search, .searched) } }
            let found = try await look(through: waiting.map(\.unitId), search, context)
            let left = try await context.catalog.write { try FileSearchRows($0).settle(waiting, found, of: search) }
            if left == waiting.count { return .postponed(until: context.now.addingTimeInterval(1)) }
        }
    }

    /// The units that come next.
    private func next(of search: FileSearchRecord, _ context: JobContext) async throws -> [String] {
        var condition = search.unitsCondition
        if let reached = search.reachedUnitId {
            condition = .and([condition, .compare("id", .greater, reached.sqlValue)])
        }
        return try await context.catalog.page(
            Query<UnitRepository>(where: condition, order: [.init("id")], limit: Self.unitsPerChange)
        ).map(\.id)
    }

    /// How many results each unit has; nil where its names have to be read first.
    private func look(
        through units: [String], _ search: FileSearchRecord, _ context: JobContext
    ) async throws -> [String: Int?] {
        try await WorkerPool.withThreads(Self.width) {
            try await withThrowingTaskGroup(of: (String, Int?).self) { group in
                var waiting = units[...]
                func add() {
                    guard let unit = waiting.popFirst() else { return }
                    group.addTask { (unit, try await count(in: unit, search, context)) }
                }
                for _ in 0..<Self.width { add() }
                var found: [String: Int?] = [:]
                while let (unit, count) = try await group.next() {
                    found.updateValue(count, forKey: unit)
                    add()
                }
                return found
            }
        }
    }

    private func count(in unitID: String, _ search: FileSearchRecord, _ context: JobContext) async throws -> Int? {
        do {
            return try await FileCounting(context.dependencies).count(in: unitID, search, width: Self.width)
        } catch let error as RepositoryError where error.code == .damaged {
            return nil
        }
    }

    /// The units whose names had to be read first.
    private func waiting(of search: FileSearchRecord, _ context: JobContext) async throws -> [FileSearchUnit] {
        try await context.catalog.page(
            Query<FileSearchUnit>(
                where: FileSearchUnit.condition(ofSearch: search.id, waiting: true), order: [.init("number")],
                limit: Self.unitsPerChange))
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        guard let search = try writer.find(FileSearchRecord.self, id: job.subjectId) else { return }
        try FileSearchRows(writer).end(search, .givenUp)
    }
}
