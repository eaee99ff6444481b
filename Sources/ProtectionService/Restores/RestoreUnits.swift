public import Catalog
import Foundation
import ProtectionRules

/// One unit of a running or ended session: a whole drive or site, or all single items of one.
public struct RestoreUnitProgress: Sendable, Hashable, Identifiable {
    /// The artifact, or the first of the unit's items.
    public var id: String
    public var unitID: String
    public var status: ArtifactRestoreStatus
    /// nil before it begins.
    public var phase: RestorePhase?
    public var progress: ArtifactProgress
    public var bytesPerSecond: Int
    /// Why it failed, or what it waits for.
    public var error: PublicError?
    /// nil where it is gone.
    public var unit: ProtectionUnit?
    /// The point from before the restore; nil where there is none.
    public var undoRestorePointID: String?
    /// How many items could not be done.
    public var errorCount = 0

    fileprivate init(_ artifact: RestoreArtifact, _ now: Date) {
        (id, unitID, status) = (artifact.id, artifact.unitId, artifact.status)
        (phase, error) = (artifact.phase, artifact.error)
        progress = artifact.progress ?? ArtifactProgress()
        bytesPerSecond = Self.rate(
            of: progress, from: artifact.startDateTime, to: artifact.completionDateTime, now: now)
        if !artifact.status.isRunning { progress.currentPath = nil }
    }

    /// - Parameter written: what their job shows.
    fileprivate init(_ items: SessionItems, written: ArtifactProgress, _ now: Date) {
        (id, unitID, status) = (items.leader.id, items.leader.unitId, items.status)
        let running = items.all.first { $0.status == .inProgress }
        phase = status == .inProgress ? .writing : status.isRunning ? nil : .done
        progress = written
        (progress.itemsPlanned, progress.itemsDone) = (items.all.count, items.all.count { !$0.status.isRunning })
        progress.bytesPlanned = written.bytesDone
        progress.currentPath = running.map { String(decoding: $0.itemPath, as: UTF8.self) }
        error = (running ?? items.all.first { $0.error != nil })?.error
        let times = items.all.compactMap(\.startDateTime)
        let end = status.isRunning ? nil : items.all.compactMap(\.completionDateTime).max()
        bytesPerSecond = Self.rate(of: written, from: times.min(), to: end, now: now)
    }

    /// The rate of the last while; of what has ended, the average.
    private static func rate(of written: ArtifactProgress, from start: Date?, to end: Date?, now: Date) -> Int {
        guard let start, let end else {
            let course = RestoreCourse(written, start: start, end: nil)
            return RestorePace([course], bytesLeft: nil, now: now).bytesPerSecond
        }
        return RestorePace(bytesDone: written.bytesDone, seconds: end.timeIntervalSince(start)).bytesPerSecond
    }
}

extension RestoreOperations {
    /// Some of the units of a session, from a place on, and how many there are.
    /// - Throws: `restoreSessionNotFound` where there is none.
    public func units(
        ofSession id: String, from start: Int, limit: Int
    ) async throws -> (units: [RestoreUnitProgress], count: Int) {
        let (id, now) = (id.lowercased(), now)
        return try await look { try RestoreUnitRows($0).units(ofSession: id, from: start, limit: limit, now) }
    }

    /// Some of the items that an artifact, or the single items of a unit, could not do, from a place on,
    /// and how many there are.
    /// - Parameter id: of an artifact, or of one of the items.
    public func itemErrors(
        ofArtifact id: String, from start: Int, limit: Int
    ) async throws -> (errors: [RestoreItemError], count: Int) {
        let id = id.lowercased()
        return try await look { try RestoreUnitRows($0).errors(ofArtifact: id, from: start, limit: limit) }
    }

    /// A whole artifact, or the single items of a unit as one.
    /// - Throws: `itemNotFound` where there is none.
    public func artifact(id: String) async throws -> RestoreArtifact {
        let id = id.lowercased()
        return try await look { reader in
            if let artifact = try reader.find(RestoreArtifact.self, id: id) { return artifact }
            guard let items = try RestoreUnitRows(reader).items(with: id) else {
                throw ServiceError(.itemNotFound, "There is no such restore artifact.")
            }
            return items.artifact
        }
    }
}

/// The single items of one unit that a session restores.
private struct SessionItems {
    /// The first one, by whose id they are known.
    var leader: GranularRestoreArtifact
    /// All, in their order.
    var all: [GranularRestoreArtifact]

    /// - Returns: nil where there are none.
    init?(_ items: [GranularRestoreArtifact]) {
        guard let first = items.first else { return nil }
        (leader, all) = (first, items)
    }

    /// How far they are together.
    var status: ArtifactRestoreStatus {
        let statuses = Set(all.map(\.status))
        guard statuses.contains(where: \.isRunning) || statuses == [.added] else {
            return statuses.contains(.failed) ? .failed : .succeeded
        }
        return statuses.count == 1 ? leader.status : .inProgress
    }

    var failed: [GranularRestoreArtifact] { all.filter { $0.status == .failed } }

    /// Them as one artifact.
    var artifact: RestoreArtifact {
        var artifact = RestoreArtifact(
            id: leader.id, sessionId: leader.sessionId, workload: leader.workload, ordinal: leader.ordinal,
            restorePointId: leader.restorePointId, unitId: leader.unitId, destinationType: leader.destinationType,
            status: status)
        artifact.error = all.first { $0.error != nil }?.error
        return artifact
    }
}

/// How far the units of sessions are, within one transaction.
private struct RestoreUnitRows<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// Whole artifacts first, then the units of which single items are restored.
    func units(
        ofSession id: String, from start: Int, limit: Int, _ now: Date
    ) throws -> (units: [RestoreUnitProgress], count: Int) {
        guard try rows.find(RestoreSession.self, id: id) != nil else {
            throw ServiceError(.restoreSessionNotFound, "There is no restore session '\(id)'.")
        }
        let whole = Query<RestoreArtifact>(
            where: .equal("sessionId", id), order: [.init("ordinal")], offset: start, limit: limit)
        let count = try rows.count(whole)
        let groups = try items(ofSession: id)
        var units = try rows.page(whole).map { RestoreUnitProgress($0, now) }
        let shown = groups.dropFirst(max(0, start - count)).prefix(max(0, limit - units.count))
        let written = try written(by: shown.flatMap(\.all))
        for items in shown {
            let jobs = items.all.compactMap { written[$0.id] }
            let newest = jobs.max { $0.createdDateTime < $1.createdDateTime }
            let progress = newest?.progress.flatMap { ArtifactProgress(sqlValue: .text($0)) } ?? ArtifactProgress()
            units.append(RestoreUnitProgress(items, written: progress, now))
        }
        return (try describe(units, groups, inSession: id), count + groups.count)
    }

    /// Adds whose they are, what they can be undone by, and how much failed.
    private func describe(
        _ units: [RestoreUnitProgress], _ groups: [SessionItems], inSession id: String
    ) throws -> [RestoreUnitProgress] {
        let known = try rows.records(ProtectionUnit.self, ids: units.map(\.unitID))
        let undoPoints = Dictionary(
            try UndoPointRows(rows).points(ofSession: id).map { ($0.unitId, $0.id) }
        ) { first, _ in first }
        let items = Dictionary(groups.map { ($0.leader.id, $0) }) { first, _ in first }
        func ids(_ unit: RestoreUnitProgress) -> [String] { items[unit.id]?.all.map(\.id) ?? [unit.id] }
        let errors = try rows.groupedCount(
            Query<RestoreItemError>(where: .oneOf("artifactId", units.flatMap(ids))), by: "artifactId")
        return units.map { unit in
            var unit = unit
            unit.unit = known[unit.unitID]
            unit.undoRestorePointID = undoPoints[unit.unitID]
            unit.errorCount = ids(unit).reduce(items[unit.id]?.failed.count ?? 0) { $0 + (errors[$1.sqlValue] ?? 0) }
            return unit
        }
    }

    /// The single items of a session by their units, in the order of the first of each.
    private func items(ofSession id: String) throws -> [SessionItems] {
        let all = try rows.page(
            Query<GranularRestoreArtifact>(where: .equal("sessionId", id), order: [.init("ordinal")]))
        return Dictionary(grouping: all, by: \.unitId).values.compactMap { SessionItems($0) }.sorted {
            $0.leader.ordinal < $1.leader.ordinal
        }
    }

    /// The single items of the session and unit of one of them; nil where it is none.
    func items(with id: String) throws -> SessionItems? {
        guard let item = try rows.find(GranularRestoreArtifact.self, id: id) else { return nil }
        return SessionItems(
            try rows.page(
                Query<GranularRestoreArtifact>(
                    where: .and([.equal("sessionId", item.sessionId), .equal("unitId", item.unitId)]),
                    order: [.init("ordinal")])))
    }

    /// The newest job of each item that has one, by the item's id: it shows what was written.
    private func written(by items: [GranularRestoreArtifact]) throws -> [String: Job] {
        let jobs = Query<Job>(
            where: .and([.equal("kind", JobKind.restoreItems.rawValue), .oneOf("subjectId", items.map(\.id))]),
            order: [.init("createdDateTime")])
        return Dictionary(try rows.page(jobs).map { ($0.subjectId, $0) }) { $1 }
    }

    /// Items that failed as a whole first, then what of them failed by itself.
    func errors(ofArtifact id: String, from start: Int, limit: Int) throws -> (errors: [RestoreItemError], count: Int) {
        let items = try items(with: id)
        let failed = try items.map { try failures(of: $0) } ?? []
        let query = Query<RestoreItemError>(
            where: .oneOf("artifactId", items?.all.map(\.id) ?? [id]),
            order: [.init("artifactId"), .init("ordinal")])
        var errors = Array(failed.dropFirst(start).prefix(limit))
        var rest = query
        (rest.offset, rest.limit) = (max(0, start - failed.count), max(0, limit - errors.count))
        errors += try rows.page(rest)
        return (errors, failed.count + (try rows.count(query)))
    }

    private func failures(of items: SessionItems) throws -> [RestoreItemError] {
        let replaces = try rows.find(RestoreSession.self, id: items.leader.sessionId)?.conflictBehavior == .replace
        return items.failed.enumerated().map { ordinal, item in
            var error = RestoreItemError()
            (error.id, error.sessionId, error.artifactId) = (item.id, item.sessionId, item.id)
            (error.ordinal, error.path) = (ordinal, item.itemPath)
            error.action = replaces && item.destinationType == .inPlace ? "overwrite" : "create"
            error.code = item.error?.code ?? ServiceErrorCode.unknownError.rawValue
            error.message = item.error?.message ?? "It could not be restored."
            error.isRetryable = true
            return error
        }
    }
}
