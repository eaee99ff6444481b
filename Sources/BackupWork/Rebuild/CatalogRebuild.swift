import BackupRepository
public import Catalog
import Connectors
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

/// What a rebuild of the catalogue brought back.
public struct CatalogRebuildReport: Sendable {
    /// A unit that is in the catalogue again.
    public struct Unit: Sendable {
        public var unit: ProtectionUnit
        /// How many points it has.
        public var points: Int
        /// What could not be brought back as it was, for a person.
        public var notes: [String]
    }

    /// Units that are there again.
    public var units: [Unit] = []
    /// Locations whose unit the catalogue has already.
    public var known: [String] = []
    /// Of those, how many points came back that the catalogue did not know, because it was put back
    /// from an older copy.
    public var caughtUp: [String: Int] = [:]
    /// Locations that could not be read, with the reason.
    public var failures: [(location: String, reason: String)] = []
}

extension RepositoryOperations {
    /// Makes units and restore points again from repositories alone. What the catalogue has is left
    /// as it is, so a second call does nothing.
    ///
    /// Policies, sessions and clients are not in repositories and do not come back. Units come back
    /// `unprotected`: put them into a policy. Points come back for every snapshot, with the id that
    /// they had and the time of the snapshot, which is another one only where a clock was wrong;
    /// those that shared it do not. All are kept for the default retention, and at least for 30
    /// days from now, so that housekeeping does not take them away before a user has looked.
    /// - Parameter locations: as `UnitRepository.location` has them; places that hold
    ///   no repository are failures.
    public func rebuildCatalog(locations: [String]) async throws -> CatalogRebuildReport {
        var report = CatalogRebuildReport()
        for location in locations.sorted() where !location.hasSuffix(BesideRepository.suffix) {
            let isKnown = try await catalog.find(UnitRepository.self, id: location) != nil
            if isKnown { report.known.append(location) }
            do {
                if isKnown {
                    let points = try await catchUp(unitID: location)
                    if points > 0 { report.caughtUp[location] = points }
                    continue
                }
                report.units.append(try await rebuildUnit(location))
            } catch {
                report.failures.append((location, JobFailure(error).logText))
            }
        }
        return report
    }

    private func rebuildUnit(_ location: String) async throws -> CatalogRebuildReport.Unit {
        guard UUID(uuidString: location) != nil else {
            throw JobFailure(.unknownError, "'\(location)' is not the id of a unit.")
        }
        var notes: [String] = []
        let unit = try await rebuiltUnit(location, &notes)
        let repository = try await openByPassword(location, &notes)
        let ledger = try await rebuiltLedger(unit, &notes)
        let points = try await rebuiltPoints(unit, repository, knownTrees: trees(in: ledger), &notes)
        let key = try dependencies.secrets.seal(repository.masterKey.secretBytes, context: unit.id)
        let last = points.last { !$0.point.isDamaged }?.point.snapshotId
        let row = UnitRepository(
            id: unit.id, createdDateTime: now, sealedMasterKey: key, location: location
        ).with {
            $0.lastSnapshotId = last
            $0.pruneNeeded = false
        }
        // Not verified since then: the verification of a rebuilt repository is due first.
        let health = RepositoryHealth(id: unit.id, verifiedDateTime: Date(timeIntervalSince1970: 0))
        _ = try await change { [makeID = dependencies.makeID] writer in
            if try writer.find(ProtectionUnit.self, id: unit.id) == nil { try writer.insert(unit) }
            try writer.insert(row)
            try writer.delete(RepositoryCreation.self, id: unit.id)
            try writer.insert(health)
            try RebuiltPointRows(writer).insert(points, makeID: makeID)
            try writer.insert(contentsOf: ledger)
        }
        return CatalogRebuildReport.Unit(unit: unit, points: points.count, notes: notes)
    }

    /// The unit as its identity beside the repository tells it. Without one it stands for itself
    /// and can be restored to new places only.
    private func rebuiltUnit(_ location: String, _ notes: inout [String]) async throws -> ProtectionUnit {
        let beside = dependencies.repositoryStore(BesideRepository.location(location))
        var unit = ProtectionUnit(
            id: location, workload: .oneDriveForBusiness, sourceId: location, status: .initial, protectionSources: [],
            createdDateTime: now
        ).with {
            $0.signInOrSiteName = location
        }
        let text = (try? await beside.read(BesideRepository.identity)).map { String(decoding: $0, as: UTF8.self) }
        if let text,
            let identity = SealedText.open(text, as: RepositoryIdentity.self, unitID: location, dependencies.secrets)?
                .value
        {
            guard identity.tenantID == tenantID else {
                throw JobFailure(
                    .unknownError, "The repository belongs to tenant \(identity.tenantID), not to \(tenantID).")
            }
            unit.workload = Workload(rawValue: identity.workload) ?? .oneDriveForBusiness
            unit.sourceId = identity.sourceID
            unit.displayName = identity.displayName
            unit.email = identity.email
            unit.signInOrSiteName = identity.siteName
            unit.siteWebUrl = identity.siteWebURL
        } else {
            notes.append(
                """
                the identity beside the repository is \(text == nil ? "missing" : "not authentic"): the unit is \
                known by its id only and can be restored to a new place
                """
            )
        }
        let (workload, source) = (unit.workload, unit.sourceId)
        let same = Query<ProtectionUnit>(where: .and([.equal("workload", workload), .equal("sourceId", source)]))
        if let other = try await catalog.page(same).first, other.id != unit.id {
            notes.append(
                """
                unit \(other.id) protects the same source now; this one keeps the old points and can be restored \
                to a new place
                """
            )
            unit.sourceId = location
        }
        return unit
    }

    /// Opens with the derived password; objects that are missing are put back from the
    /// copies beside the repository.
    private func openByPassword(_ location: String, _ notes: inout [String]) async throws -> Repository {
        let store = dependencies.repositoryStore(location)
        let password = dependencies.secrets.repositoryPassword(unitID: location)
        do {
            return try await Repository.open(
                in: store, password: password, environment: dependencies.repositoryEnvironment)
        } catch let error as RepositoryError {
            let copies = PrefixedStore(
                base: dependencies.repositoryStore(BesideRepository.location(location)),
                prefix: BesideRepository.opening)
            let found = try await copies.list(prefix: "")
            guard !found.isEmpty else { throw error }
            for object in found { try await store.write(object.name, try await copies.read(object.name)) }
            notes.append("config and keys were put back from the copies beside the repository (\(error.message))")
            return try await Repository.open(
                in: store, password: password, environment: dependencies.repositoryEnvironment)
        }
    }

    /// Points of the snapshots that are of the unit, in order of their times. What the owner's
    /// restic stored for itself makes none, and what it changed is not trusted.
    private func rebuiltPoints(
        _ unit: ProtectionUnit, _ repository: Repository, knownTrees trees: [String: String], _ notes: inout [String]
    ) async throws -> [RebuiltPoint] {
        var points: [String: (point: RestorePoint, snapshot: SnapshotInfo)] = [:]
        var foreign = 0
        for id in try await repository.snapshotIDs() {
            do {
                let snapshot = try await repository.snapshot(id)
                guard snapshot.isOf(unitID: unit.id) else {
                    foreign += 1
                    continue
                }
                var point = RestorePoint.made(from: snapshot, of: unit, dependencies)
                if snapshot.isChanged(knownTrees: trees) { point.isDamaged = true }
                // `restic rewrite` leaves two snapshots of one point.
                if points[point.id].map({ $0.point.isDamaged && !point.isDamaged }) ?? true {
                    points[point.id] = (point, snapshot)
                }
            } catch let error as RepositoryError where error.code == .damaged {
                notes.append(
                    "snapshot \(id) cannot be read (\(error.message)); run 'holdfast repository repair \(unit.id)'")
            }
        }
        if foreign > 0 { notes.append("\(foreign) snapshots of another program were left out") }
        var unread: [String: [UnreadItem]] = [:]
        do {
            unread = try await repository.unreadItems(of: points.values.map(\.snapshot))
        } catch let error as RepositoryError where error.code == .damaged {
            notes.append(
                """
                what backups could not read is not known (\(error.message)); run 'holdfast repository repair \
                \(unit.id)'
                """
            )
        }
        return RebuiltPoint.inOrder(
            points.values.map { RebuiltPoint($0.point, $0.snapshot, unread: unread[$0.snapshot.id] ?? []) })
    }

    private func trees(in ledger: [LedgerRow]) -> [String: String] {
        ledger.reduce(into: [:]) { trees, row in
            let entry = SealedText.open(row.entry, as: LedgerEntry.self, unitID: row.unitId, dependencies.secrets)?
                .value
            trees.merge(entry?.trees ?? [:]) { first, _ in first }
        }
    }

    /// The entries of the ledger that are authentic, from the copy beside the repository.
    private func rebuiltLedger(_ unit: ProtectionUnit, _ notes: inout [String]) async throws -> [LedgerRow] {
        let beside = dependencies.repositoryStore(BesideRepository.location(unit.id))
        var rows: [LedgerRow] = []
        for object in try await beside.list(prefix: BesideRepository.ledger) {
            guard let sequence = BesideRepository.sequence(object.name) else { continue }
            let text = String(decoding: try await beside.read(object.name), as: UTF8.self)
            if SealedText.open(text, as: LedgerEntry.self, unitID: unit.id, dependencies.secrets) == nil {
                notes.append("entry \(sequence) of the ledger is not authentic and was left out")
            } else {
                rows.append(LedgerRow(unitId: unit.id, sequence: sequence, entry: text))
            }
        }
        return rows
    }
}
