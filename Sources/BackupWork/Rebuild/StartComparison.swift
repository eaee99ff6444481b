import BackupRepository
import Catalog
import Foundation
import ObjectStorage
import ProtectionService

/// Where the catalogue and the repositories do not agree, as a starting server sees it.
public struct StartComparison: Sendable {
    /// Units whose repository is not where the catalogue says.
    public var missing: [String] = []
    /// Locations of repositories whose unit the catalogue does not know.
    public var unknown: [String] = []
    /// Units of which the catalogue had lost entries of the ledger, because it was put back from an
    /// older copy; with the points that are back.
    public var caughtUp: [(unitID: String, points: Int)] = []
    /// Units that could not be compared, with the reason.
    public var failures: [(unitID: String, reason: String)] = []
}

extension StartComparison {
    /// Whether nobody needs to hear of it.
    public var isEmpty: Bool { missing.isEmpty && unknown.isEmpty && caughtUp.isEmpty && failures.isEmpty }
}

extension RepositoryOperations {
    /// Compares the catalogue with what lies beside the repositories, and brings back the points
    /// that an older copy of the catalogue does not know.
    ///
    /// Opens only repositories whose ledger is longer than the catalogue's, so that a start costs
    /// two looks at each unit's folders.
    /// - Parameter locations: the repositories that are there,
    ///   as `UnitRepository.location` has them.
    public func compare(locations: [String]) async throws -> StartComparison {
        let rows = try await catalog.page(Query<UnitRepository>(order: [.init("id")]))
        var report = StartComparison()
        report.unknown = try await unknown(among: locations, besides: rows)
        for row in rows { await compare(row, &report) }
        return report
    }

    /// Compares only which repositories are there: what one list of their places tells. The rest is
    /// left to `RepositoryWatch`: two requests for each unit would delay the start for minutes.
    public func compareNames(locations: [String]) async throws -> StartComparison {
        let rows = try await catalog.page(Query<UnitRepository>(order: [.init("id")]))
        let there = Set(locations)
        var report = StartComparison()
        report.unknown = try await unknown(among: locations, besides: rows)
        report.missing = rows.filter { !there.contains($0.location) }.map(\.id)
        return report
    }

    /// The places of repositories that the catalogue does not know.
    private func unknown(among locations: [String], besides rows: [UnitRepository]) async throws -> [String] {
        // One whose making was interrupted is finished by the next backup.
        let known = Set(rows.map(\.location)).union(try await catalog.page(Query<RepositoryCreation>()).map(\.id))
        var unknown: [String] = []
        for location in locations.sorted() where !known.contains(location) {
            if try await dependencies.repositoryStore(location).stat("config") != nil { unknown.append(location) }
        }
        return unknown
    }

    /// Compares one repository, and brings back the points that the catalogue does not know.
    func compare(_ row: UnitRepository, _ report: inout StartComparison) async {
        do {
            if try await dependencies.repositoryStore(row.location).stat("config") == nil {
                report.missing.append(row.id)
            } else if try await isBehind(row) {
                report.caughtUp.append((row.id, try await catchUp(unitID: row.id)))
            }
        } catch {
            report.failures.append((row.id, JobFailure(error).logText))
        }
    }

    /// Whether the ledger beside a repository goes on where the catalogue's ends. Writers come to
    /// the catalogue first, so it is looked at last.
    private func isBehind(_ row: UnitRepository) async throws -> Bool {
        let beside = dependencies.storeBeside(row)
        let stored =
            try await beside.list(prefix: BesideRepository.ledger).compactMap { BesideRepository.sequence($0.name) }
            .max() ?? 0
        let newest = Query<LedgerRow>(
            where: .equal("unitId", row.id), order: [.init("sequence", ascending: false)], limit: 1)
        return try await stored > catalog.page(newest).first?.sequence ?? 0
    }

    /// Gives the catalogue the entries of a unit's ledger that it lacks, with their points. Gives
    /// how many points are back.
    func catchUp(unitID: String) async throws -> Int {
        guard let open = try await RepositoryOpener(dependencies).open(unitID: unitID) else { return 0 }
        return try await LedgerKeeper.find(
            unitID: unitID, repository: open.repository, dependencies)?.catchUp() ?? 0
    }
}
