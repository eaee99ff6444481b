/// The columns by which an index orders a long list under every condition. `ListOrderTests`
/// checks the query plans.
enum ListOrders {
    /// All units, those of a workload, and those of a policy.
    static let units: Set<String> = [
        "id", "createdDateTime", "lastModifiedDateTime", "status", "policyId", "sourceId", "displayName", "email",
        "siteName",
    ]
    /// All sessions, and those of a workload.
    static let sessions: Set<String> = [
        "id", "createdDateTime", "lastModifiedDateTime", "completedDateTime", "status", "restoreJobType",
    ]
    /// Everything that can be protected.
    static let unitStates: Set<String> = [
        "id", "displayName", "email", "newestPointDateTime", "sizeInBytes", "storedInBytes", "verifiedDateTime",
    ]
    /// All points, and those of a unit.
    static let points: Set<String> = ["id", "protectionDateTime", "expirationDateTime"]
}
