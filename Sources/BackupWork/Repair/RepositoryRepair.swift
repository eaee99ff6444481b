public import BackupRepository
public import Catalog
import Connectors
import FileTree
import Foundation
import Logging
import ObjectStorage
import ProtectionRules
import ProtectionService

/// What a repair found, did and could not save.
public struct RepositoryRepairReport: Sendable {
    public var plan: RepairPlan
    /// The points that lost something, with the paths; every item of theirs that is lost.
    public var losses: [PointLoss]
    /// The points whose snapshots another program had removed or rewritten, and
    /// what became of them.
    public var displaced: [DisplacedPoint] = []
    /// Whether anything was changed.
    public var wasExecuted: Bool

    /// What one point lost.
    public struct PointLoss: Sendable, Hashable {
        public var point: RestorePoint
        /// Paths from the root of the drive; `/` for all of it.
        public var items: [LostItem]
    }

    /// How many points cannot give back everything that they should.
    public var damagedPoints: Int {
        Set(losses.map(\.point.id)).union(displaced.filter { !$0.isWhole }.map(\.point.id)).count
    }
}

extension RepositoryOperations {
    /// What a repair of a unit's repository would do now.
    public func planRepair(unitID: String) async throws -> RepositoryRepairReport {
        let row = try await context.units.repositoryRow(unitID: unitID)
        let repository = try await openForRepair(row, mending: false)
        let plan = try await Repairer(repository: repository).plan()
        var report = RepositoryRepairReport(
            plan: plan, losses: try await losses(plan, unitID: row.id), wasExecuted: false)
        if let unit = try await catalog.find(ProtectionUnit.self, id: row.id) {
            let keeper = LedgerKeeper(dependencies, unit: unit, repository: repository, location: row.location)
            report.displaced = try await displaced(
                try await keeper.fates(unreadable: plan.unreadableSnapshots), unitID: row.id)
            let elsewhere = Set(report.displaced.map(\.point.id))
            report.losses.removeAll { elsewhere.contains($0.point.id) }
        }
        return report
    }

    /// Makes a unit's repository whole again: index from packs, what opens is kept, what the source
    /// still has is stored again, and only what is then still lost is taken out of the snapshots
    /// that had it; their points are marked as damaged. Points whose snapshots another program
    /// removed or rewrote are led to what holds their content now, where that is still there.
    ///
    /// Everything that is removed is copied to the quarantine beside the repository first.
    /// - Throws: `protectionUnitNotFound`; `RepositoryError.Code.locked` while
    ///   another program uses the repository.
    public func repair(unitID: String) async throws -> RepositoryRepairReport {
        let row = try await context.units.repositoryRow(unitID: unitID)
        guard let unit = try await catalog.find(ProtectionUnit.self, id: row.id) else {
            throw ServiceError(.protectionUnitNotFound, "There is no unit '\(unitID)'.")
        }
        _ = try await change(makesDue: false) { try RepositoryRows($0).forgetView(unitID: row.id) }
        let repository = try await openForRepair(row, mending: true)
        let keeper = LedgerKeeper(dependencies, unit: unit, repository: repository, location: row.location)
        let repairer = Repairer(repository: repository)
        let password = dependencies.secrets.repositoryPassword(unitID: row.id)
        let first = try await repairer.repair(keepsSnapshots: true, password: password, quarantine: quarantine(row))
        if !first.plan.damagedSnapshots.isEmpty { try await storeAgain(unit, repository, keeper) }
        if try await !repository.opens(with: password) { try await repository.addPassword(password, origin: .derived) }
        let fates = try await keeper.fates(unreadable: first.plan.unreadableSnapshots)
        let displaced = try await displaced(fates, unitID: row.id)
        try await lead(fates, of: unit, in: repository, keeper: keeper)
        let last = try await repairer.repair(password: password, quarantine: quarantine(row)) { plan, new in
            let gone = Set(plan.damagedSnapshots + plan.unreadableSnapshots)
            try await keeper.append(
                .repaired, snapshots: Set(try await repository.snapshotIDs()).subtracting(gone).union(new).sorted())
        }
        let missing = try await keeper.relied().subtracting(last.dropped + last.replaced.keys).subtracting(
            try await repository.snapshotIDs())
        let present = try await repository.snapshotIDs()
        // From here on the ledger says what is there: what was missing or put back is accepted by
        // whoever ran the repair.
        try await keeper.append(.repaired, snapshots: present)
        try await keeper.writeOpening()
        let losses = try await losses(last.plan, unitID: row.id)
        try await record(last, missing: missing, storedBytes: try await repository.packBytes(), unitID: row.id)
        var plan = first.plan
        plan.adopt(last.plan)
        return RepositoryRepairReport(plan: plan, losses: losses, displaced: displaced, wasExecuted: true)
    }

    private func quarantine(_ row: UnitRepository) -> any ObjectStore {
        PrefixedStore(
            base: dependencies.storeBeside(row),
            prefix: BesideRepository.quarantine)
    }

    /// Opens a repository whose `config` or keys may be part of the damage.
    func openForRepair(_ row: UnitRepository, mending: Bool) async throws -> Repository {
        do {
            guard let open = try await RepositoryOpener(dependencies).open(unitID: row.id) else {
                throw ServiceError(.protectionUnitNotFound, "There is no repository of a unit '\(row.id)'.")
            }
            return open.repository
        } catch let error as RepositoryError where mending && error.isOfUnopenable {
            let key = try dependencies.secrets.masterKey(sealed: row.sealedMasterKey, unitID: row.id)
            let store = dependencies.repositoryStore(row.location)
            let beside = dependencies.storeBeside(row)
            let copy = try? await beside.read(BesideRepository.opening + "config")
            try await Repository.replaceConfig(
                in: store, masterKey: key, copy: copy, quarantine: quarantine(row),
                environment: dependencies.repositoryEnvironment)
            return try await Repository.open(in: store, masterKey: key, environment: dependencies.repositoryEnvironment)
        }
    }

    /// Stores what the source still has of what was lost: reads all of it, because the index no
    /// longer promises what is not there.
    private func storeAgain(_ unit: ProtectionUnit, _ repository: Repository, _ keeper: LedgerKeeper) async throws {
        let tree: any ReadableTree
        do {
            tree = try dependencies.tenant.tree(of: unit.source)
        } catch {
            return dependencies.logger.warning(
                "The source cannot be read; nothing is stored again.",
                metadata: ["unit": "\(unit.id)", "cause": "\(error)"])
        }
        let request = ArchiveRequest(hostname: unit.hostname, label: unit.id, time: Timestamp(now))
        _ = try await Archiver(repository: repository, options: dependencies.archiveOptions)
            .archive(
                tree, request: request, announcing: { try await keeper.append(.archived, added: [$0], trees: [$0: $1]) }
            )
    }

    /// The points of snapshots that lost something.
    private func losses(_ plan: RepairPlan, unitID: String) async throws -> [RepositoryRepairReport.PointLoss] {
        var lost = Dictionary(grouping: plan.lost, by: \.snapshot)
        for id in plan.unreadableSnapshots { lost[id] = [LostItem(snapshot: id, path: "/", isFolder: true)] }
        let items = lost
        return try await look { reader in
            try items.flatMap { snapshot, items in
                try reader.page(
                    Query<RestorePoint>(where: .and([.equal("unitId", unitID), .equal("snapshotId", snapshot)]))
                )
                .map { RepositoryRepairReport.PointLoss(point: $0, items: items) }
            }.sorted { ($0.point.protectionDateTime, $0.point.id) < ($1.point.protectionDateTime, $1.point.id) }
        }
    }

    /// Brings the catalogue in line with the repository.
    private func record(_ outcome: RepairOutcome, missing: Set<String>, storedBytes: Int, unitID: String) async throws {
        let now = now
        _ = try await change(makesDue: false) { writer in
            for (old, new) in outcome.replaced {
                let points = RowPredicate.and([.equal("unitId", unitID), .equal("snapshotId", old)])
                try writer.update(RestorePoint.self, where: points, set: ["snapshotId": new.sqlValue])
            }
            let incomplete = Set(outcome.replaced.values).union(outcome.plan.mendedSnapshots).union(outcome.dropped)
                .union(missing)
            try DamageRows(writer).mark(DamageVerdict(incomplete: incomplete), unitID: unitID)
            guard var row = try writer.find(UnitRepository.self, id: unitID) else { return }
            // The next backup compares with the newest snapshot of a point that is left, and
            // reads what that lacks.
            if let last = row.lastSnapshotId, incomplete.contains(last) || outcome.replaced[last] != nil {
                row.lastSnapshotId = nil
            }
            try writer.update(row)
            try writer.save(RepositoryHealth(id: unitID, verifiedDateTime: now, storedBytes: storedBytes))
        }
    }
}
