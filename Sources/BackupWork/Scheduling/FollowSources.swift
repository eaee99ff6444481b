import Catalog
import Connectors
import Foundation
import Logging
import ProtectionRules
import ProtectionService
import Synchronization
import Texts

/// What a scheduler knows of the drives and sites of the tenant.
struct SourcesSeen: Sendable {
    /// When they were listed last.
    var moment: Date
    /// What was listed, once every row agreed with it, and how many rows there were.
    var content: Int
    var rows: Int
}

extension Scheduler {
    /// Gives each drive and site of the tenant that has no unit a row in the unit states, with the
    /// names of the directory, at most once a cadence.
    func followSources(_ now: Date) async throws {
        let cadence = Double(service.intervals.cadenceSeconds)
        let seen = sourcesSeen.withLock { $0 }
        // A clock that was put back must not keep the rows for as long.
        if let seen, seen.moment <= now, now < seen.moment.addingTimeInterval(cadence) { return }
        let sources: [ProtectionSource]
        do throws(TenantError) {
            sources = try service.dependencies.tenant.sources()
        } catch {
            service.dependencies.logger.warning(
                "The drives and sites of the tenant could not be listed.", metadata: ["cause": "\(error)"])
            return
        }
        // A tenant without anything is one that is not there, and tells nothing.
        guard !sources.isEmpty else { return }
        let content = sources.hashValue
        let rows = try await service.catalog.count(Query<UnitState>())
        if content != seen?.content || rows != seen?.rows {
            try await SourcesWithoutUnit(service.catalog, piece: Self.rowsPerChange).follow(sources, now)
        }
        let after = try await service.catalog.count(Query<UnitState>())
        sourcesSeen.withLock { $0 = SourcesSeen(moment: now, content: content, rows: after) }
    }
}

/// The rows of sources that have no unit.
struct SourcesWithoutUnit {
    private let catalog: CatalogStore
    private let piece: Int

    /// - Parameter piece: how many rows one transaction changes at most.
    init(_ catalog: CatalogStore, piece: Int) {
        self.catalog = catalog
        self.piece = piece
    }

    /// Adds, renames and removes rows, so that there is one for each source without a unit.
    func follow(_ sources: [ProtectionSource], _ now: Date) async throws {
        let known = try await catalog.read { reader in
            let rows = try reader.page(Query<UnitState>(where: .isNull("unitId")))
            let units = try reader.page(Query<UnitState>(where: .not(.isNull("unitId"))))
            let excluded = try reader.page(Query<ExclusionUnit>())
            return (
                rows: Dictionary(rows.map { ($0.id, $0) }) { first, _ in first },
                units: Set(units.map { UnitState.id(ofSource: $0.sourceId, $0.workload) }),
                excluded: Set(excluded.map { UnitState.id(ofSource: $0.sourceId, $0.workload) })
            )
        }
        var wanted: [String: UnitState] = [:]
        for source in sources {
            guard let workload = source.id.kind.workload else { continue }
            let id = UnitState.id(ofSource: source.id.objectID, workload)
            guard !known.units.contains(id) else { continue }
            var row =
                known.rows[id] ?? UnitState(sourceWithoutUnit: source.id.objectID, workload, since: now)
            row.describe(source)
            if known.rows[id] == nil { row.isExcluded = known.excluded.contains(id) }
            row.standing = UnitStanding(UnitCircumstances(unitStatus: nil, isExcluded: row.isExcluded))
            wanted[id] = row
        }
        let changed = wanted.values.filter { known.rows[$0.id] != $0 }.sorted { $0.id < $1.id }
        try await inPieces(of: changed) { rows, writer in
            for row in rows { try Self.save(row, writer) }
        }
        try await inPieces(of: known.rows.keys.filter { wanted[$0] == nil }.sorted()) { ids, writer in
            try writer.delete(UnitState.self, where: .and([.oneOf("id", ids), .isNull("unitId")]))
        }
    }

    /// Adds or renames a row, unless the source got a unit meanwhile.
    private static func save(_ row: UnitState, _ writer: CatalogWriter) throws {
        let same = RowPredicate.and([.equal("workload", row.workload), .equal("sourceId", row.sourceId)])
        guard let present = try writer.first(Query<UnitState>(where: same)) else { return try writer.insert(row) }
        guard present.unitId == nil else { return }
        try writer.update(
            UnitState.self, where: .equal("id", present.id),
            set: [
                "displayName": row.displayName.sqlValue, "email": row.email.sqlValue,
                "siteWebUrl": row.siteWebUrl.sqlValue, "searchText": row.searchText.sqlValue,
            ])
    }

    private func inPieces<Row: Sendable>(
        of rows: [Row], _ change: @escaping @Sendable ([Row], CatalogWriter) throws -> Void
    ) async throws {
        for part in rows.pieces(of: piece).map(Array.init) {
            try await catalog.write { try change(part, $0) }
        }
    }
}

extension SourceKind {
    /// The workload that protects it; nil for what cannot be backed up yet.
    fileprivate var workload: Workload? {
        switch self {
        case .drive: .oneDriveForBusiness
        case .site: .sharePoint
        case .mailbox: nil
        }
    }
}

extension UnitState {
    /// Takes over what the directory says.
    fileprivate mutating func describe(_ source: ProtectionSource) {
        displayName = source.displayName
        email = source.id.kind == .site ? nil : source.mail ?? source.userPrincipalName
        siteWebUrl = source.id.kind == .site ? source.webURL : nil
        searchText = source.searchText
    }
}
