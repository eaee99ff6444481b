import BackupRepository
import Foundation
import ProtectionService

/// A verified chain of ledger entries: what a repository must hold. A value; reading
/// and writing is `LedgerKeeper`'s.
struct Ledger: Sendable {
    /// The entries with their codes, in order; the first lists every snapshot.
    private(set) var entries: [(entry: LedgerEntry, code: String)] = []
    /// What is wrong with the chain itself.
    private(set) var faults: [String] = []

    /// The newest entry.
    var head: (entry: LedgerEntry, code: String)? { entries.last }

    /// Verifies texts by sequence number: codes, links, no gap, a beginning that lists everything.
    init(_ texts: [Int: String], unitID: String, secrets: TenantSecrets) {
        for sequence in texts.keys.sorted() {
            guard let text = texts[sequence],
                let (entry, code) = SealedText.open(text, as: LedgerEntry.self, unitID: unitID, secrets)
            else {
                faults.append("entry \(sequence) of the ledger was changed or cut off")
                continue
            }
            guard entry.sequence == sequence, entry.unitID == unitID else {
                faults.append(
                    "entry \(sequence) of the ledger is another entry, \(entry.sequence) of unit \(entry.unitID)")
                continue
            }
            link(entry, code)
        }
    }

    private mutating func link(_ entry: LedgerEntry, _ code: String) {
        if let head {
            if entry.sequence != head.entry.sequence + 1 {
                faults.append("entries \(head.entry.sequence + 1) to \(entry.sequence - 1) of the ledger are missing")
            } else if entry.previous != head.code {
                faults.append(
                    """
                    entry \(entry.sequence) of the ledger does not follow entry \(head.entry.sequence): one of \
                    them was put back from another time
                    """
                )
            }
        } else if entry.snapshots == nil {
            faults.append("the beginning of the ledger, before entry \(entry.sequence), is missing")
        }
        entries.append((entry, code))
    }

    /// The snapshots that must be there.
    var snapshots: Set<String> { LedgerEntry.snapshots(after: entries.map(\.entry)) }

    /// The snapshots that must have been there before the newest entry.
    var snapshotsBefore: Set<String> { LedgerEntry.snapshots(after: entries.dropLast().map(\.entry)) }

    /// Compares the ledger with what is there.
    ///
    /// The newest entry is written before what it tells is done, so it may be unfinished: that is a
    /// note, unless a row counts on it.
    /// - Parameter relied: snapshots that rows of the catalogue name.
    func problems(present: Set<String>, relied: Set<String>) -> [CheckProblem] {
        guard head != nil else { return [] }
        var problems: [CheckProblem] = []
        let expected = snapshots
        let before = snapshotsBefore
        for id in expected.subtracting(present).sorted() {
            let isUnfinished = !before.contains(id) && !relied.contains(id)
            problems.append(
                CheckProblem(
                    isUnfinished ? .note : .error, object: "snapshots/\(id)",
                    message: isUnfinished
                        ? "the snapshot was announced and never stored: a backup was interrupted"
                        : "the snapshot is missing, but the ledger says that it was stored and never removed"))
        }
        for id in present.subtracting(expected).sorted() {
            let isUnfinished = before.contains(id)
            problems.append(
                CheckProblem(
                    isUnfinished ? .note : .error, object: "snapshots/\(id)",
                    message: isUnfinished
                        ? "the snapshot was to be removed and is still there: the removal was interrupted"
                        : """
                        the snapshot is not in the ledger: it was put back after its removal, or written by \
                        another program
                        """
                ))
        }
        return problems
    }
}
