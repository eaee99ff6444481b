import BackupRepository
import Catalog
import Connectors
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

/// Writes a repository's ledger: first into the catalogue, where the sequence number makes writers
/// queue, then beside the repository. A crash between the two leaves the catalogue one entry ahead;
/// the next call writes what is missing.
struct LedgerKeeper: Sendable {
    let dependencies: ServiceDependencies
    let unit: ProtectionUnit
    let repository: Repository
    private let position: LedgerPosition
    let beside: any ObjectStore

    /// - Parameter position: what is known of the entries beside the repository.
    init(
        _ dependencies: ServiceDependencies, unit: ProtectionUnit, repository: Repository, location: String? = nil,
        position: LedgerPosition = LedgerPosition(nil)
    ) {
        self.position = position
        self.dependencies = dependencies
        self.unit = unit
        self.repository = repository
        beside = dependencies.repositoryStore(BesideRepository.location(location ?? unit.id))
    }

    /// Adds an entry; both copies are durable when this returns. The first one begins the ledger
    /// with the snapshots that are there.
    /// - Parameter trees: the root trees of the snapshots that come, by the snapshots' IDs.
    /// - Parameter snapshots: for a repair, every snapshot that will be there.
    func append(
        _ event: LedgerEntry.Event, added: [String] = [], removed: [String] = [], trees: [String: String]? = nil,
        snapshots: [String]? = nil
    ) async throws {
        let head: (entry: LedgerEntry, code: String)
        if let known = try await knownHead() {
            head = known
        } else if let found = try await reconcile() {
            head = found
        } else {
            head = try await begin()
            if event == .began { return }
        }
        let removed = try await removed + neverStored(head.entry)
        var entry = try await entry(event, after: head)
        entry.added = added
        entry.removed = removed
        entry.snapshots = try await event == .pruned ? repository.snapshotIDs() : snapshots
        entry.trees = trees
        if let all = entry.snapshots { entry.trees = try await self.trees(of: all) }
        try await store(entry)
        if entry.snapshots != nil { try await dropEntries(before: entry.sequence) }
    }

    /// Snapshots that rows of the catalogue name.
    func relied() async throws -> Set<String> {
        try await dependencies.catalog.read { [id = unit.id] in try RepositoryRows($0).snapshotsInUse(unitID: id) }
    }

    /// Snapshots that were announced and never stored: the next entry takes them back. One that the
    /// catalogue knows was stored.
    private func neverStored(_ head: LedgerEntry) async throws -> [String] {
        var announced = Set(head.added)
        let row = try await dependencies.catalog.find(UnitRepository.self, id: unit.id)
        if let last = row?.lastSnapshotId { announced.remove(last) }
        guard !announced.isEmpty else { return [] }
        let lost = announced.subtracting(try await repository.snapshotIDs())
        return lost.isEmpty ? [] : lost.subtracting(try await relied()).sorted()
    }

    private func begin() async throws -> (entry: LedgerEntry, code: String) {
        try await writeOpening()
        var entry = try await entry(.began, after: nil)
        let snapshots = try await repository.snapshotIDs()
        entry.snapshots = snapshots
        entry.trees = try await trees(of: snapshots)
        return try opened(try await store(entry))
    }

    /// The root trees of snapshots as they were stored, by the snapshots' IDs, as far as the
    /// entries in the catalogue tell.
    func knownTrees() async throws -> [String: String] {
        let rows = try await dependencies.catalog.page(
            Query<LedgerRow>(where: .equal("unitId", unit.id), order: [.init("sequence")]))
        return rows.reduce(into: [:]) { trees, row in
            let entry = SealedText.open(row.entry, as: LedgerEntry.self, unitID: unit.id, dependencies.secrets)?.value
            trees.merge(entry?.trees ?? [:]) { first, _ in first }
        }
    }

    /// The root trees of snapshots: from the ledger where it tells, from their own descriptions
    /// otherwise. One that cannot be read has none.
    private func trees(of snapshots: [String]) async throws -> [String: String] {
        let known = try await knownTrees()
        var trees: [String: String] = [:]
        for id in snapshots {
            if let tree = known[id] { trees[id] = tree } else { trees[id] = try await treeInDescription(id) }
        }
        return trees
    }

    private func treeInDescription(_ id: String) async throws -> String? {
        do {
            return try await repository.snapshot(id).tree
        } catch let error as RepositoryError where !error.isRetryable {
            return nil
        }
    }

    /// The newest sequence number in the catalogue, 0 for none, and all beside the repository.
    ///
    /// Writers come to the catalogue first. So what lies beside is looked at before it: whatever is
    /// seen there is in a catalogue that is whole.
    private func sequences() async throws -> (known: Int, stored: [Int]) {
        let stored = try await beside.list(prefix: BesideRepository.ledger).compactMap {
            BesideRepository.sequence($0.name)
        }
        return (try await newestRow()?.sequence ?? 0, stored.sorted())
    }

    private func newestRow() async throws -> LedgerRow? {
        let newest = Query<LedgerRow>(
            where: .equal("unitId", unit.id), order: [.init("sequence", ascending: false)], limit: 1)
        return try await dependencies.catalog.page(newest).first
    }

    /// The newest entry, where the catalogue's is known to lie beside the repository as the newest.
    private func knownHead() async throws -> (entry: LedgerEntry, code: String)? {
        guard let sequence = position.sequence, let row = try await newestRow(), row.sequence == sequence else {
            return nil
        }
        return try opened(row)
    }

    private func opened(_ row: LedgerRow) throws -> (entry: LedgerEntry, code: String) {
        guard let opened = SealedText.open(row.entry, as: LedgerEntry.self, unitID: unit.id, dependencies.secrets)
        else {
            throw JobFailure(
                .unknownError,
                """
                Entry \(row.sequence) of the ledger of unit \(unit.id) in the catalogue was changed. Run \
                'holdfast repository check'.
                """
            )
        }
        return (opened.value, opened.code)
    }

    /// The entries beside the repository that the catalogue lacks, because it was put back
    /// from an older copy.
    func missed() async throws -> [(row: LedgerRow, entry: LedgerEntry)] {
        let (known, stored) = try await sequences()
        var missed: [(row: LedgerRow, entry: LedgerEntry)] = []
        for sequence in stored where sequence > known {
            let text = String(decoding: try await beside.read(BesideRepository.entry(sequence)), as: UTF8.self)
            guard let entry = SealedText.open(text, as: LedgerEntry.self, unitID: unit.id, dependencies.secrets)?.value
            else {
                throw JobFailure(
                    .unknownError,
                    "Entry \(sequence) of the ledger of unit \(unit.id) was changed. Run 'holdfast repository check'.")
            }
            missed.append((LedgerRow(unitId: unit.id, sequence: sequence, entry: text), entry))
        }
        return missed
    }

    /// Gives a catalogue that was put back from an older copy the entries that it lacks, together
    /// with the restore points that went with them: otherwise their snapshots, which no point
    /// names, would go with the next prune. Returns how many points are back.
    func catchUp() async throws -> Int {
        let missed = try await missed()
        guard !missed.isEmpty else { return 0 }
        let present = Set(try await repository.snapshotIDs())
        let named = try await relied()
        var snapshots: [SnapshotInfo] = []
        for id in LedgerEntry.snapshots(after: missed.map(\.entry)).intersection(present).subtracting(named).sorted() {
            snapshots.append(try await repository.snapshot(id))
        }
        let rows = missed.map(\.row)
        let unread = try await repository.unreadItems(of: snapshots)
        let found = RebuiltPoint.inOrder(
            snapshots.map {
                RebuiltPoint(.made(from: $0, of: unit, dependencies), $0, unread: unread[$0.id] ?? [])
            })
        return try await dependencies.catalog.write { [makeID = dependencies.makeID] writer in
            try writer.insert(contentsOf: rows)
            let new = try found.filter { try writer.find(RestorePoint.self, id: $0.point.id) == nil }
            try RebuiltPointRows(writer).insert(new, makeID: makeID)
            return new.count
        }
    }

    private func entry(
        _ event: LedgerEntry.Event, after head: (entry: LedgerEntry, code: String)?
    ) async throws -> LedgerEntry {
        let packs = try await repository.packsFingerprint()
        return LedgerEntry(
            unitID: unit.id, repositoryID: repository.id, sequence: (head?.entry.sequence ?? 0) + 1,
            previous: head?.code ?? "",
            timeMilliseconds: Int(dependencies.clock.now().timeIntervalSince1970 * 1000), event: event,
            packCount: packs.count, packsDigest: packs.digest)
    }

    @discardableResult
    private func store(_ entry: LedgerEntry) async throws -> LedgerRow {
        let row = LedgerRow(
            unitId: unit.id, sequence: entry.sequence,
            entry: SealedText.seal(entry, unitID: unit.id, dependencies.secrets))
        position.sequence = nil
        try await dependencies.catalog.write { try $0.insert(row) }
        try await beside.write(BesideRepository.entry(entry.sequence), Array(row.entry.utf8))
        position.sequence = entry.sequence
        return row
    }

    private func dropEntries(before sequence: Int) async throws {
        let unitID = unit.id
        try await dependencies.catalog.write { writer in
            try writer.delete(
                LedgerRow.self, where: .and([.equal("unitId", unitID), .compare("sequence", .less, sequence.sqlValue)]))
        }
        for object in try await beside.list(prefix: BesideRepository.ledger) {
            if let number = BesideRepository.sequence(object.name), number < sequence {
                try await beside.delete(object.name)
            }
        }
    }

    /// Makes both copies equally long and returns the newest entry; nil where there is no ledger yet.
    ///
    /// The catalogue lacks entries where it was put back from an older copy; the repository's side
    /// where a write was interrupted.
    private func reconcile() async throws -> (entry: LedgerEntry, code: String)? {
        _ = try await catchUp()
        let (known, stored) = try await sequences()
        let last = stored.last ?? 0
        // The newest entry, and those before it that the repository's side lacks.
        let from = RowPredicate.compare("sequence", .greater, min(last, max(last, known) - 1).sqlValue)
        let rows = try await dependencies.catalog.page(
            Query<LedgerRow>(where: .and([.equal("unitId", unit.id), from]), order: [.init("sequence")]))
        for row in rows where row.sequence > last {
            try await beside.write(BesideRepository.entry(row.sequence), Array(row.entry.utf8))
        }
        return try rows.last.map(opened)
    }
}

extension LedgerKeeper {
    /// The keeper of a unit's ledger; nil where the unit is gone.
    static func find(
        unitID: String, repository: Repository, _ dependencies: ServiceDependencies
    ) async throws -> LedgerKeeper? {
        guard let unit = try await dependencies.catalog.find(ProtectionUnit.self, id: unitID) else { return nil }
        return LedgerKeeper(dependencies, unit: unit, repository: repository)
    }
}
