public import BackupRepository
import Catalog
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

extension RepositoryOperations {
    /// Reads and verifies a unit's repository, and compares it with its ledger.
    /// - Parameter readsData: whether every byte of every pack is read, too.
    /// - Throws: `protectionUnitNotFound`; `RepositoryError` where the store fails or the
    ///   repository cannot be opened.
    public func check(unitID: String, readsData: Bool) async throws -> CheckReport {
        let row = try await context.units.repositoryRow(unitID: unitID)
        guard let open = try await RepositoryOpener(dependencies).open(unitID: row.id)
        else {
            throw ServiceError(.protectionUnitNotFound, "There is no repository of a unit '\(unitID)'.")
        }
        var report = try await Checker(repository: open.repository).check(readsData: readsData)
        report.problems += try await ledgerProblems(row, open.repository)
        report.problems += try await UnitLocks(dependencies, unitID: row.id, open, cache: nil).problems()
        report.problems += try await passwordProblems(row, open.repository) + markedPoints(unitID: row.id)
        if let unit = try await catalog.find(ProtectionUnit.self, id: row.id) {
            report.problems += try await LedgerKeeper(
                dependencies, unit: unit, repository: open.repository, location: row.location
            ).openingProblems()
        }
        return report
    }

    /// Whether stock restic, and a rebuild of the catalogue, would get in with the
    /// password that Holdfast tells.
    func passwordProblems(_ row: UnitRepository, _ repository: Repository) async throws -> [CheckProblem] {
        guard try await !repository.opens(with: dependencies.secrets.repositoryPassword(unitID: row.id)) else {
            return []
        }
        return [
            CheckProblem(
                .error, object: "keys",
                message:
                    """
                    no key opens with the password of 'holdfast repository password': it was removed or changed \
                    ('restic key'); 'holdfast repository repair' adds it again
                    """
            )
        ]
    }

    /// Points that an earlier look found to be damaged: told, so that a sound repository
    /// does not hide them.
    private func markedPoints(unitID: String) async throws -> [CheckProblem] {
        let marked = Query<RestorePoint>(where: .and([.equal("unitId", unitID), .equal("isDamaged", true)]))
        let count = try await catalog.count(marked)
        guard count > 0 else { return [] }
        return [
            CheckProblem(
                .note, object: "restore points",
                message: "\(count) restore points are marked as damaged: no search finds them and no session takes them"
            )
        ]
    }

    /// Compares a repository with its ledger. A backup that runs meanwhile moves both, so the
    /// ledger is read until it stood still.
    func ledgerProblems(_ row: UnitRepository, _ repository: Repository) async throws -> [CheckProblem] {
        var last = try await readLedger(row)
        for _ in 0..<8 {
            let present = Set(try await repository.snapshotIDs())
            let relied = try await look {
                try RepositoryRows($0).snapshotsInUse(unitID: row.id, includingDamaged: false)
            }
            let next = try await readLedger(row)
            if next.ledger.head?.code == last.ledger.head?.code {
                let problems =
                    next.ledger.problems(present: present, relied: relied)
                    + missing(relied.subtracting(present), next.ledger)
                return try await next.faults + explained(problems, row, repository)
            }
            last = next
        }
        return [
            CheckProblem(
                .note, object: "ledger", message: "the ledger changed all the time and was not compared; check again")
        ]
    }

    /// Says what became of snapshots that are missing, and what the unannounced ones are.
    private func explained(
        _ problems: [CheckProblem], _ row: UnitRepository, _ repository: Repository
    ) async throws -> [CheckProblem] {
        guard problems.contains(where: { $0.severity == .error }),
            let unit = try await catalog.find(ProtectionUnit.self, id: row.id)
        else {
            return problems
        }
        let fates = try await LedgerKeeper(dependencies, unit: unit, repository: repository, location: row.location)
            .fates()
        let told = Dictionary(
            fates.map { ("snapshots/\($0.key.id)", $0.value) }, uniquingKeysWith: { first, _ in first })
        let successors = Set(fates.values.compactMap(\.successor).map { "snapshots/\($0)" })
        let foreign = try await repository.readableSnapshots().filter { !$0.isOf(unitID: unit.id) }.map {
            "snapshots/\($0.id)"
        }
        return problems.map { problem in
            var problem = problem
            if let fate = told[problem.object] {
                problem.message = "the snapshot is missing: \(fate.explanation)"
            } else if successors.contains(problem.object) {
                problem = CheckProblem(
                    .note, object: problem.object,
                    message: "another program stored this snapshot in the place of one of ours")
            } else if foreign.contains(problem.object) {
                problem = CheckProblem(
                    .note, object: problem.object,
                    message: "another program stored this snapshot for itself; Holdfast leaves it alone")
            }
            return problem
        }
    }

    /// Snapshots that points name and that do not exist, where the ledger does not tell it already.
    private func missing(_ ids: Set<String>, _ ledger: Ledger) -> [CheckProblem] {
        ids.subtracting(ledger.snapshots).sorted().map {
            CheckProblem(
                .error, object: "snapshots/\($0)", message: "the snapshot is missing, but a restore point needs it")
        }
    }

    /// Both copies of a ledger, merged, with what is wrong between them.
    private func readLedger(_ row: UnitRepository) async throws -> (ledger: Ledger, faults: [CheckProblem]) {
        let rows = try await dependencies.catalog.page(
            Query<LedgerRow>(where: .equal("unitId", row.id), order: [.init("sequence")]))
        let beside = dependencies.storeBeside(row)
        var stored: [Int: String] = [:]
        for object in try await beside.list(prefix: BesideRepository.ledger) {
            guard let number = BesideRepository.sequence(object.name) else { continue }
            stored[number] = String(decoding: try await beside.read(object.name), as: UTF8.self)
        }
        let kept = Dictionary(rows.map { ($0.sequence, $0.entry) }, uniquingKeysWith: { first, _ in first })
        var faults = Self.differences(kept: kept, stored: stored)
        // Entries from before the catalogue's beginning were dropped; a crash may have left
        // them beside the repository.
        let first = kept.keys.min() ?? 0
        let ledger = Ledger(
            stored.filter { $0.key >= first }.merging(kept) { $1 }, unitID: row.id, secrets: dependencies.secrets)
        faults += ledger.faults.map { CheckProblem(.error, object: "ledger", message: $0) }
        if ledger.head == nil {
            faults.append(
                CheckProblem(.note, object: "ledger", message: "there is no ledger yet: the next backup begins it"))
        }
        return (ledger, faults)
    }

    /// How the two copies differ. The catalogue may be ahead by the one entry
    /// that was being written.
    static func differences(kept: [Int: String], stored: [Int: String]) -> [CheckProblem] {
        let (keptLast, storedLast) = (kept.keys.max() ?? 0, stored.keys.max() ?? 0)
        var problems: [CheckProblem] = []
        if storedLast > keptLast {
            problems.append(
                CheckProblem(
                    .error, object: "ledger",
                    message:
                        """
                        the catalogue knows \(keptLast) entries of the ledger, the copy beside the repository \
                        \(storedLast): the catalogue was put back from an older copy
                        """
                ))
        } else if keptLast > storedLast + 1 {
            problems.append(
                CheckProblem(
                    .error, object: "ledger",
                    message:
                        """
                        the copy of the ledger beside the repository ends at entry \(storedLast), the catalogue's \
                        at \(keptLast): the repository's folder was put back from an older copy
                        """
                ))
        }
        for sequence in kept.keys.sorted()
        where stored[sequence].map({ $0 != kept[sequence] }) ?? (sequence < storedLast) {
            problems.append(
                CheckProblem(
                    .error, object: "ledger",
                    message:
                        "entry \(sequence) of the ledger is not the same in the catalogue and beside the repository"))
        }
        return problems
    }
}
