import Foundation

/// One entry of a repository's ledger. Source: docs/ledger.md.
struct LedgerEntry: Codable, Hashable, Sendable {
    /// What is about to be done, or was done.
    enum Event: String, Codable, Hashable, Sendable {
        /// The ledger begins; the snapshots that are there are taken as they are.
        case began
        /// A snapshot is about to be stored.
        case archived
        /// Snapshots are about to be deleted.
        case forgot
        /// Space was freed; the entry lists every snapshot, and older entries may go.
        case pruned
        /// A repair is about to replace and delete snapshots; the entry lists every snapshot
        /// that will be there.
        case repaired
    }

    /// The form of the entry; a greater number is of a newer program.
    var format = 1
    var unitID: String
    /// The repository's own ID.
    var repositoryID: String
    /// From 1, without gaps.
    var sequence: Int
    /// The authentication code of the entry before; empty for the first.
    var previous: String
    /// Milliseconds since 1970.
    var timeMilliseconds: Int
    var event: Event
    /// Snapshots that come.
    var added: [String] = []
    /// Snapshots that go.
    var removed: [String] = []
    /// Every snapshot after this entry, where the entry can begin a chain.
    var snapshots: [String]?
    /// The root trees of snapshots that come or are listed, by the snapshots' IDs: what they
    /// held, whoever removes or rewrites their descriptions. nil in entries of programs that
    /// did not keep them.
    var trees: [String: String]?
    /// Packs that the index named at that time.
    var packCount: Int
    /// A digest over their IDs.
    var packsDigest: String
}

extension LedgerEntry {
    /// The snapshots that are there after some entries in order, as far as these tell.
    static func snapshots(after entries: some Sequence<LedgerEntry>) -> Set<String> {
        entries.reduce(into: []) { snapshots, entry in
            if let all = entry.snapshots { snapshots = Set(all) }
            snapshots.formUnion(entry.added)
            snapshots.subtract(entry.removed)
        }
    }
}
