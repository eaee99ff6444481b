/// What of a repository, and of what lies beside it, is locked where the store locks.
public enum LockedObjects {
    /// The first parts of the names that are not locked. Everything else is: `data`, `index`, `snapshots`,
    /// `keys` and `config`, which a restore needs, and `identity`, `opening` and `ledger` beside them,
    /// which a rebuild of the catalogue needs.
    public static let unlocked: Set<String> = [
        // Each run makes one of these and deletes it at its end.
        "locks",
        // Beside: copies and indexes that can be made again.
        "folders", "names", "drive-index", "mail-index", "mail-state",
        // Beside: what has its end with the work that it is for.
        "plans", "redo", "redo-damaged", "mail-restore", "quarantine",
        // Beside: what has to go at once where a repository is made unreadable.
        "salt",
    ]
}
