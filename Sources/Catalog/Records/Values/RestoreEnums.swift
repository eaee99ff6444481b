/// Whether a browse session can be browsed. Source: Graph `browseSessionStatus`.
public enum BrowseSessionStatus: String, SQLEnum, CaseIterable {
    /// It is being prepared.
    case creating
    /// It can be browsed.
    case created
    /// It could not be prepared.
    case failed
}

/// How far a bulk restore request is. Source: Graph `restoreArtifactsBulkRequestStatus`.
public enum BulkRequestStatus: String, SQLEnum, CaseIterable {
    /// Its session was not activated yet, or it is being resolved.
    case active
    /// Every entry has become an artifact.
    case completed
    /// Some entries have not.
    case completedWithErrors
}

/// Which point of a period a bulk restore request takes. Source: Graph `restorePointPreference`.
public enum BulkPointPreference: String, SQLEnum, CaseIterable {
    /// The newest.
    case latest
    /// The oldest.
    case oldest
}

/// What happens where a granular restore finds an item of the same
/// name. Source: Graph `@microsoft.graph.conflictBehavior`.
public enum ConflictBehavior: String, SQLEnum, CaseIterable {
    /// The artifact fails, and what is there stays.
    case fail
    /// Files are overwritten; what else a folder holds stays.
    case replace
    /// The restored item gets another name.
    case rename
}
