import BackupService
import OData

/// The one table from the service's refusals to HTTP statuses. Source: contract errors.md.
enum ErrorTable {
    private static let statuses: [ServiceErrorCode: Int] = {
        let codes: [(Int, [ServiceErrorCode])] = [
            (
                400,
                [
                    .invalidCreateRequest,
                    .invalidDisplayName,
                    .invalidPolicyID,
                    .duplicateProtectionUnitInList,
                    .protectionUnitActionNotAllowed,
                    .invalidProtectionUnitID,
                    .invalidSearchRequest,
                    .invalidPathType,
                    .invalidArtifactRequest,
                    .invalidRestorePoint,
                    .differentRestoreDestinationType,
                    .duplicateArtifactInList,
                    .invalidPatchRequest,
                    .invalidRestoreSessionID,
                    .invalidAppOwnerTenantID,
                    .invalidEffectiveDateTime,
                    .invalidRecipients,
                    .invalidBulkRestoreArtifactID,
                    .bulkRestoreInvalidCreateRequest,
                    .bulkRestoreCountExceedsLimit,
                    .bulkRestoreInvalidSiteURL,
                    .bulkRestoreInvalidUserEmail,
                    .invalidBrowseRequest,
                    .filterTooLong,
                    .badRequest,
                    .invalidInclusionRuleCreateRequest,
                    .invalidRuleExpression,
                    .invalidProtectionRulePatchRequest,
                    .invalidProtectionRuleStatusForUpdation,
                    .patchNotAllowedForStaticRule,
                    .invalidInclusionRuleID,
                    .invalidProtectionRuleStatusForDeletion,
                    .protectionRuleActionNotAllowed,
                    .runNotAllowedForDynamicRule,
                    .invalidExclusionRequest,
                ]
            ),
            (
                403,
                [
                    .policyActionNotAllowed,
                    .operationNotAllowed,
                    .restoreSessionActionNotAllowed,
                    .invalidStateForBulkRequestDeletion,
                    .serviceAppActionNotAllowed,
                    .appNotController,
                    .serviceNotEnabled,
                    .accessDenied,
                ]
            ),
            (
                404,
                [
                    .policyNotFound, .protectionUnitNotFound, .protectionRuleNotFound, .restoreSessionNotFound,
                    .itemNotFound,
                ]
            ),
            (404, [.bulkRestoreArtifactsNotFound, .browseSessionNotFound]),
            (409, [.policyCreationNotAllowed, .protectionUnitAlreadyExists, .browseSessionNotReady]),
            (
                413,
                [
                    .protectionUnitsLimitBreached, .restoreArtifactsLimitBreached,
                    .invalidRuleExpressionGroupLimitExceeded,
                ]
            ),
            (
                422,
                [
                    .invalidProtectionRuleStatusForDynamicRuleEdit,
                    .invalidProtectionRuleStatusForDynamicRuleDeletion,
                    .invalidProtectionRuleStatusForDeleteAndUnprotect,
                ]
            ),
            (429, [.activityLimitReached]),
            (
                500,
                [.policySaveFailed, .tooManyActiveRestoreSessions, .incompleteArtifactDeletion, .internalServerError]
            ),
            (501, [.notImplemented]),
            (503, [.serviceNotAvailable]),
        ]
        return Dictionary(
            codes.flatMap { status, codes in codes.map { ($0, status) } }, uniquingKeysWith: { first, _ in first })
    }()

    /// Codes that only occur inside of an entity or an entry of an answer, never
    /// as the answer's own.
    static let inside: Set<ServiceErrorCode> = [
        .invalidStateForActivation, .invalidArtifactID, .quotaExceeded, .unknownError, .artifactNotFound,
        .invalidRestoreTime,
        .artifactCannotBeRestored, .duplicateArtifactRestoreRequest, .protectionResourcesNotFound, .emailNotFound,
        .directoryObjectIDNotFound, .siteIDNotFound, .siteWebURLNotFound,
    ]

    /// The status of a code; nil for those that only occur inside.
    static func status(of code: ServiceErrorCode) -> Int? { statuses[code] }

    /// The answer for a refusal. A code without a status is our own bug, and says
    /// no more than that.
    static func error(_ error: ServiceError, isChange: Bool = false) -> ODataError {
        guard let status = statuses[error.code] else { return .internalServerError }
        // One code has two statuses: 413 on create, 400 on patch.
        let isPatchLimit = isChange && error.code == .restoreArtifactsLimitBreached
        let details = error.innerCode.map { [ODataError.Detail(code: $0.rawValue, message: error.message)] } ?? []
        return ODataError(
            status: isPatchLimit ? 400 : status, code: error.code.rawValue, message: error.message, details: details,
            retryAfterSeconds: error.retryAfterSeconds ?? (status == 503 ? 5 : nil))
    }
}
