import BackupWork
import OData
import ProtectionRules
import ProtectionService

/// The documented codes that can be ordered. Source: contract errors.md.
enum FaultCodes {
    /// What a unit shows in its `error`.
    static let ofUnits = spellings([.protectionUnitNotFound, .invalidArtifactID, .quotaExceeded, .unknownError])

    /// What a restore artifact shows in its `error`.
    static let ofArtifacts = spellings([
        .unknownError, .artifactNotFound, .invalidRestoreTime, .artifactCannotBeRestored,
        .duplicateArtifactRestoreRequest,
    ])

    /// The status of each code that a request can be refused with although nothing is wrong with it.
    static let ofRequests: [String: Int] = {
        var statuses: [String: Int] = [:]
        for code in protocolCodes + onlyOrdered { statuses[code.rawValue] = code.status }
        statuses[ServiceErrorCode.activityLimitReached.rawValue] = 429
        // Graph's surface never sends it by itself; the additions do.
        statuses[ServiceErrorCode.insufficientStorage.rawValue] = 507
        for code in spellings([.policySaveFailed, .incompleteArtifactDeletion, .tooManyActiveRestoreSessions]) {
            statuses[code] = 500
        }
        return statuses
    }()

    private static let protocolCodes: [ODataErrorCode] = [
        .invalidAuthenticationToken, .accessDenied, .conflict, .tooManyRequests, .internalServerError, .notImplemented,
        .serviceNotAvailable,
    ]

    /// What the service never sends by itself.
    private static let onlyOrdered = [
        ODataErrorCode("InvalidBillingProfile", status: 402), ODataErrorCode("paymentRequired", status: 402),
        ODataErrorCode("UnableToReadBillingProfile", status: 403), ODataErrorCode("gone", status: 410),
        ODataErrorCode("locked", status: 423), ODataErrorCode("generalException", status: 500),
        ODataErrorCode("timeout", status: 504),
        ODataErrorCode("bandwidthLimitExceeded", status: 509),
    ]

    private static func spellings(_ codes: [ServiceErrorCode]) -> Set<String> { Set(codes.map(\.rawValue)) }

    /// Statuses that tell the client to come back, with `Retry-After`.
    static let waitStatuses: Set<Int> = [429, 503]
}
