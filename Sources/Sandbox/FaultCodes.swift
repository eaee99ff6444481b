/// The documented codes that can be ordered. Source: contract errors.md.
enum FaultCodes {
    /// What a unit shows in its `error`.
    static let ofUnits: Set<String> = ["ProtectionUnitNotFound", "InvalidArtifactId", "QuotaExceeded", "UnknownError"]

    /// What a restore artifact shows in its `error`.
    static let ofArtifacts: Set<String> = [
        "UnknownError", "ArtifactNotFound", "InvalidRestoreTime", "ArtifactCannotBeRestored",
        "DuplicateArtifactRestoreRequest",
    ]

    /// What a request is refused with, though nothing is wrong with it, and the status
    /// that goes with it.
    static let ofRequests: [String: Int] = [
        "InvalidAuthenticationToken": 401, "InvalidBillingProfile": 402, "paymentRequired": 402,
        "UnableToReadBillingProfile": 403,
        "accessDenied": 403, "conflict": 409, "gone": 410, "locked": 423, "TooManyRequests": 429,
        "activityLimitReached": 429,
        "PolicySaveFailed": 500, "IncompleteArtifactDeletion": 500, "TooManyActiveRestoreSessions": 500,
        "InternalServerError": 500,
        "generalException": 500, "notImplemented": 501, "serviceNotAvailable": 503, "timeout": 504,
        "insufficientStorage": 507,
        "bandwidthLimitExceeded": 509,
    ]

    /// Statuses that tell the client to come back, with `Retry-After`.
    static let waitStatuses: Set<Int> = [429, 503]
}
