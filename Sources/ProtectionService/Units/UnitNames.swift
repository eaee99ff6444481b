public import Catalog
import Connectors
import Foundation
import ProtectionRules
import Texts

extension ProtectionUnit {
    /// The name from which a new site is named where the tenant has forgotten the source: a sign-in
    /// name, or the last part of a site's address.
    package var lastKnownName: String? {
        switch workload {
        case .oneDriveForBusiness, .exchange: signInName
        case .sharePoint: siteWebUrl?.split(separator: "/").last.flatMap { String($0).removingPercentEncoding }
        }
    }

    /// What people know it by: the sign-in name of a person, the name of a site; where neither
    /// is known, its id.
    public var knownName: String { lastKnownName ?? ownerEmail ?? ownerName ?? id }

    /// Its name as the host of snapshots, which terminals show as it is: without controls
    /// and marks of direction.
    package var hostname: String {
        var text = ""
        for scalar in knownName.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: text += "_"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

/// Finds units by what people call them.
struct UnitNames {
    private let units: [ProtectionUnit]
    /// The names that the directory has now, by the id of their owner.
    private let current: [String: [String]]

    /// - Parameters:
    ///   - units: those to choose from.
    ///   - users: whose present names count too; a unit has those of the last
    ///     look at the directory.
    ///   - sites: likewise.
    init(_ units: [ProtectionUnit], users: [DirectoryUser], sites: [DirectorySite]) {
        self.units = units
        let names =
            users.map { ($0.id, [$0.userPrincipalName, $0.mail].compactMap { $0 }) }
            + sites.map { ($0.id, [$0.name, $0.displayName]) }
        current = Dictionary(names) { $0 + $1 }
    }

    private func names(of unit: ProtectionUnit) -> [String] {
        let kept = [
            unit.sourceId, unit.ownerEmail, unit.lastKnownName, unit.siteName,
        ]
        return kept.compactMap { $0 } + (current[unit.sourceId] ?? [])
    }

    /// How a name can fit, the closest way first: by its bytes, in another letter case,
    /// however it is composed.
    private static let closeness: [@Sendable (String, String) -> Bool] = [
        { $0.isExactly($1) }, { NameRule.anyCase.key($0) == NameRule.anyCase.key($1) },
        { $0.lowercased() == $1.lowercased() },
    ]

    /// The unit with an id, or of a source with an id, a sign-in name, a mail address or a site's
    /// name, in any letter case.
    /// - Throws: `protectionUnitNotFound` where none fits, `badRequest` with the
    ///   ids where several do.
    func unit(_ name: String) throws(ServiceError) -> ProtectionUnit {
        if let unit = units.first(where: { $0.id.isExactly(name.lowercased()) }) { return unit }
        let found =
            Self.closeness.lazy.map { fits in units.filter { unit in names(of: unit).contains { fits($0, name) } } }
            .first { !$0.isEmpty } ?? []
        // A person's drive goes before the mailbox of the same name, which holds nothing yet.
        let candidates = found.contains { $0.workload != .exchange } ? found.filter { $0.workload != .exchange } : found
        guard let unit = candidates.first else {
            throw ServiceError(
                .protectionUnitNotFound,
                """
                No unit fits '\(name)'. Give a sign-in name, the name of a site, or a unit's id; 'holdfast \
                repository list' shows all three.
                """
            )
        }
        guard candidates.count == 1 else {
            let list = candidates.map { "\($0.id) (\($0.workload.noun) of \($0.knownName))" }.joined(separator: ", ")
            throw ServiceError(.badRequest, "'\(name)' fits several units; give the id of one: \(list)")
        }
        return unit
    }
}

extension UnitOperations {
    /// Names as the tenant has them now, over some units. A tenant that cannot be read leaves the
    /// names that the units keep.
    func names(of units: [ProtectionUnit]) -> UnitNames {
        UnitNames(
            units, users: (try? dependencies.tenant.users()) ?? [], sites: (try? dependencies.tenant.sites()) ?? [])
    }

    /// The unit that a person names.
    /// - Parameter name: a unit's id, or a sign-in name, a mail address, the name of a site, a
    ///   directory id, in any letter case.
    /// - Throws: `protectionUnitNotFound`; `badRequest` where several units fit.
    public func find(named name: String) async throws -> ProtectionUnit {
        if let unit = try await catalog.find(ProtectionUnit.self, id: name.lowercased()) { return unit }
        return try names(of: try await catalog.page(Query<ProtectionUnit>(order: [.init("createdDateTime")]))).unit(
            name)
    }

    /// Every unit that has a repository or shall have one, sorted by name, each with its
    /// repository and its points.
    public func overview() async throws -> [UnitOverview] {
        let (units, rows) = try await look { reader in
            (try reader.page(Query<ProtectionUnit>()), try reader.page(Query<UnitRepository>()))
        }
        let repositories = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        var overview: [UnitOverview] = []
        for unit in units where repositories[unit.id] != nil || unit.policyId != nil {
            let points = Query<RestorePoint>(
                where: .equal("unitId", unit.id), order: [.init("protectionDateTime", ascending: false)], limit: 1)
            let (count, newest) = try await look { reader in (try reader.count(points), try reader.first(points)) }
            overview.append(UnitOverview(unit: unit, repository: repositories[unit.id], points: count, newest: newest))
        }
        return overview.sorted {
            (ExactText($0.unit.knownName), $0.unit.id) < (ExactText($1.unit.knownName), $1.unit.id)
        }
    }
}

/// A unit, for a list that people read.
public struct UnitOverview: Sendable {
    public var unit: ProtectionUnit
    /// Its repository; nil before the first backup and after the last.
    public var repository: UnitRepository?
    /// How many restore points there are.
    public var points: Int
    /// The newest of them.
    public var newest: RestorePoint?
}

extension UnitOperations {

    /// Units in some statuses, oldest first.
    /// - Parameter names: unit ids, or the sign-in names, mail addresses or directory ids of their
    ///   owners; empty for every unit.
    /// - Throws: `protectionUnitNotFound` for a name that fits none.
    package func all(named names: [String], statuses: [ProtectionUnitStatus]) async throws -> [ProtectionUnit] {
        let units = try await catalog.page(
            Query<ProtectionUnit>(where: .oneOf("status", statuses), order: [.init("createdDateTime")]))
        guard !names.isEmpty else { return units }
        let known = self.names(of: units)
        return try names.map { name in
            do {
                return try known.unit(name)
            } catch let error as ServiceError
                where error.code == .protectionUnitNotFound && statuses.count < ProtectionUnitStatus.allCases.count
            {
                throw ServiceError(
                    .protectionUnitNotFound,
                    """
                    No protected unit fits '\(name)'. Give a unit id, a site, or a user whose drive is in an \
                    active policy.
                    """
                )
            }
        }
    }
}
