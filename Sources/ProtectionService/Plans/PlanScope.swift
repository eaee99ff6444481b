import Catalog
import Connectors
import Foundation
import ProtectionRules
import Texts

/// What a scope chooses: units, what is left out, and points where the scope itself knows them.
struct ChosenUnits {
    var units: [ProtectionUnit] = []
    var excluded: [PlanExclusion] = []
    /// The points of a draft or an undo, by unit.
    var points: [String: String] = [:]
    /// The points that the moment names, by unit.
    var named: [String: String] = [:]
    /// By unit the moment after which changes are people's own work again; for an incident.
    var newerAfter: [String: Date] = [:]
    /// The last clean points of an incident's units, by unit; nil for other scopes.
    var lastClean: [String: String]?

    private var ids = Set<String>()
    private static let restorable: [Workload] = [.oneDriveForBusiness, .sharePoint]

    /// Takes a unit in, once.
    mutating func add(_ unit: ProtectionUnit) {
        guard ids.insert(unit.id).inserted else { return }
        if Self.restorable.contains(unit.workload) {
            units.append(unit)
        } else {
            exclude(unit.id, "Mailboxes cannot be restored yet.")
        }
    }

    mutating func exclude(_ name: String, _ reason: String) {
        excluded.append(PlanExclusion(unitId: name, reason: reason))
    }
}

/// What the directory says, read before the transaction, where a scope needs it.
struct PlanDirectory: Sendable {
    /// Names by which people know sources now.
    var names: [(sourceID: String, name: String)] = []
    /// Ids of the members of each group that the scope names; nil for one that is not there.
    var members: [String: [String]?] = [:]

    /// Reads what a scope needs. Blocks.
    init(_ scope: RestorePlanScope, _ tenant: any Tenant) throws(ServiceError) {
        do throws(TenantError) {
            if scope.list != nil {
                for user in try tenant.users() {
                    names.append((user.id, user.userPrincipalName))
                    if let mail = user.mail { names.append((user.id, mail)) }
                }
                for site in try tenant.sites() { names.append((site.id, site.webURL)) }
            }
            guard let groupIDs = scope.groupIds else { return }
            let groups = Dictionary(try tenant.groups().map { ($0.id, $0.members) }) { first, _ in first }
            for id in groupIDs { members[id] = .some(groups[id.lowercased()]) }
        } catch {
            throw ServiceError(readingDirectory: error)
        }
    }
}

/// Resolves scopes, within one transaction.
struct PlanScopeRows<Rows: CatalogAccess> {
    private let rows: Rows
    private let directory: PlanDirectory

    init(_ rows: Rows, directory: PlanDirectory) {
        self.rows = rows
        self.directory = directory
    }

    /// Units that a scope chooses, and those that it names in vain.
    /// - Throws: `incidentNotFound`, `restoreSessionNotFound`, `restorePlanNotFound`, `noUndoPoint`.
    func units(of draft: RestorePlanDraft, _ now: Date) throws -> ChosenUnits {
        var chosen = ChosenUnits()
        let scope = draft.scope
        for id in scope.unitIds ?? [] { try addUnit(id, &chosen) }
        if scope.filter != nil {
            for unit in try rows.page(Query<ProtectionUnit>(where: draft.filter ?? .false)) { chosen.add(unit) }
        }
        if let list = scope.list { try addNamed(list, &chosen) }
        for id in scope.groupIds ?? [] { try addMembers(of: id, &chosen) }
        if let id = scope.incidentId { try addHit(id, &chosen) }
        if let id = scope.sessionId { try addDraft(id.lowercased(), &chosen) }
        if let id = scope.undoOf { try addUndone(id.lowercased(), now, &chosen) }
        return chosen
    }

    private func addUnit(_ id: String, _ chosen: inout ChosenUnits) throws {
        if let unit = try rows.find(ProtectionUnit.self, id: id.lowercased()) {
            chosen.add(unit)
        } else {
            chosen.exclude(id, "There is no such account.")
        }
    }

    private func addNamed(_ list: [String], _ chosen: inout ChosenUnits) throws {
        let units = try rows.page(
            Query<ProtectionUnit>(where: .compare("workload", .notEqual, Workload.exchange.sqlValue)))
        var names = NameTable<Set<String>>(.anyCase)
        var known: [ExactText: Set<String>] = [:]
        let bySource = Dictionary(grouping: units, by: \.sourceId)
        func note(_ name: String?, _ id: String) {
            guard let name, !name.isEmpty else { return }
            known[NameRule.anyCase.key(Self.bare(name)), default: []].insert(id)
        }
        for unit in units {
            for name in [unit.ownerEmail, unit.signInName, unit.siteWebUrl, unit.id] { note(name, unit.id) }
        }
        for entry in directory.names { for unit in bySource[entry.sourceID] ?? [] { note(entry.name, unit.id) } }
        for (key, ids) in known { names.insert(ids, for: key.string) }
        let byID = Dictionary(uniqueKeysWithValues: units.map { ($0.id, $0) })
        for name in list {
            let ids: Set<String> =
                switch names.find(Self.bare(name)) {
                case .none: []
                case .one(let ids): ids
                case .several(let sets): sets.reduce(into: []) { $0.formUnion($1) }
                }
            if ids.count == 1, let unit = ids.first.flatMap({ byID[$0] }) {
                chosen.add(unit)
            } else {
                chosen.exclude(
                    name,
                    ids.isEmpty
                        ? "No account has this address."
                        : "Several accounts have this address; give the id of one.")
            }
        }
    }

    private static func bare(_ name: String) -> String {
        name.endsExactly(with: "/") ? String(name.unicodeScalars.dropLast()) : name
    }

    private func addMembers(of groupID: String, _ chosen: inout ChosenUnits) throws {
        guard let members = directory.members[groupID] ?? nil else {
            return chosen.exclude(groupID, "The directory has no such group.")
        }
        for member in members {
            let theirs = RowPredicate.and([
                .equal("sourceId", member), .equal("workload", Workload.oneDriveForBusiness),
            ])
            // A member without a protected drive is no fault of the plan.
            if let unit = try rows.first(Query<ProtectionUnit>(where: theirs)) { chosen.add(unit) }
        }
    }

    private func addHit(_ incidentID: String, _ chosen: inout ChosenUnits) throws {
        guard try rows.find(Incident.self, id: incidentID) != nil else {
            throw ServiceError(.incidentNotFound, "There is no incident '\(incidentID)'.")
        }
        chosen.lastClean = [:]
        let hits = Query<IncidentUnit>(where: .equal("incidentId", incidentID), order: [.init("beganBefore")])
        for hit in try rows.page(hits) {
            try addUnit(hit.unitId, &chosen)
            chosen.lastClean?[hit.unitId] = hit.lastCleanPointId
            chosen.newerAfter[hit.unitId] = hit.lastActivityDateTime
        }
    }

    private func addDraft(_ id: String, _ chosen: inout ChosenUnits) throws {
        guard let session = try rows.find(RestoreSession.self, id: id), session.status == .draft,
            session.restoreJobType == .standard
        else {
            throw ServiceError(
                .restoreSessionNotFound, "There is no draft of a restore session of whole drives or sites with this id."
            )
        }
        for artifact in try rows.page(
            Query<RestoreArtifact>(where: .equal("sessionId", session.id), order: [.init("ordinal")]))
        {
            try addUnit(artifact.unitId, &chosen)
            chosen.points[artifact.unitId] = artifact.restorePointId
        }
    }

    private func addUndone(_ id: String, _ now: Date, _ chosen: inout ChosenUnits) throws {
        let points = try UndoPointRows(rows).points(undoing: id, now)
        for point in points {
            try addUnit(point.unitId, &chosen)
            chosen.points[point.unitId] = point.id
        }
    }
}
