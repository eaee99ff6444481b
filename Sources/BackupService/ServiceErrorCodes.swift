// MARK: Policies

extension ServiceErrorCode {
    /// 400: the body that creates a policy makes no sense.
    public static let invalidCreateRequest = ServiceErrorCode("InvalidCreateRequest")
    /// 400: the name is missing, empty or too long.
    public static let invalidDisplayName = ServiceErrorCode("InvalidDisplayName")
    /// 413: too many units in one request.
    public static let protectionUnitsLimitBreached = ServiceErrorCode("ProtectionUnitsLimitBreached")
    /// 409: the workload already has an active policy.
    public static let policyCreationNotAllowed = ServiceErrorCode("PolicyCreationNotAllowed")
    /// 409, or in an entry of a delta answer: another policy holds the artifact.
    public static let protectionUnitAlreadyExists = ServiceErrorCode("ProtectionUnitAlreadyExists")
    /// 500: storing the policy failed; the request may be repeated.
    public static let policySaveFailed = ServiceErrorCode("PolicySaveFailed")
    /// 400: the id is not a GUID.
    public static let invalidPolicyID = ServiceErrorCode("InvalidPolicyId")
    /// 404: there is no such policy.
    public static let policyNotFound = ServiceErrorCode("PolicyNotFound")
    /// 403: the policy's status does not allow the action.
    public static let policyActionNotAllowed = ServiceErrorCode("PolicyActionNotAllowed")
    /// Inside `PolicyActionNotAllowed`: the code that the action pages show.
    public static let invalidStateForActivation = ServiceErrorCode("invalidStateForActivation")
    /// 400: a request names an artifact twice.
    public static let duplicateProtectionUnitInList = ServiceErrorCode("DuplicateProtectionUnitInList")
    /// 400: a rule protects the unit, so it cannot be removed by hand.
    public static let protectionUnitActionNotAllowed = ServiceErrorCode("ProtectionUnitActionNotAllowed")
}

// MARK: Units

extension ServiceErrorCode {
    /// 400: the id is not a GUID, or the directory does not know it.
    public static let invalidProtectionUnitID = ServiceErrorCode("InvalidProtectionUnitId")
    /// 404, or in an entry of a delta answer: there is no such unit.
    public static let protectionUnitNotFound = ServiceErrorCode("ProtectionUnitNotFound")
    /// In a unit or a delta entry: the directory does not know the id behind the unit.
    public static let invalidArtifactID = ServiceErrorCode("InvalidArtifactId")
    /// In a unit: the place for backups is full.
    public static let quotaExceeded = ServiceErrorCode("QuotaExceeded")
    /// In a unit or an artifact: any other failure.
    public static let unknownError = ServiceErrorCode("UnknownError")
    /// 403: the unit's status does not allow the action.
    public static let operationNotAllowed = ServiceErrorCode("OperationNotAllowed")
}

// MARK: Inclusion rules, lists of units and exclusions

extension ServiceErrorCode {
    /// 400: the body that creates a rule makes no sense.
    public static let invalidInclusionRuleCreateRequest = ServiceErrorCode("InvalidInclusionRuleCreateRequest")
    /// 400: the expression of a rule is missing or not understood.
    public static let invalidRuleExpression = ServiceErrorCode("InvalidRuleExpression")
    /// 413: the expression of a rule names too many groups.
    public static let invalidRuleExpressionGroupLimitExceeded = ServiceErrorCode(
        "InvalidRuleExpressionGroupLimitExceeded")
    /// 400: the body that changes a rule names what cannot be changed.
    public static let invalidProtectionRulePatchRequest = ServiceErrorCode("InvalidProtectionRulePatchRequest")
    /// 400: the rule's status does not allow a new expression.
    public static let invalidProtectionRuleStatusForUpdation = ServiceErrorCode(
        "InvalidProtectionRuleStatusForUpdation")
    /// 400: a static rule has one expression for ever.
    public static let patchNotAllowedForStaticRule = ServiceErrorCode("PatchNotAllowedForStaticRule")
    /// 422: the rule is being deleted.
    public static let invalidProtectionRuleStatusForDynamicRuleEdit = ServiceErrorCode(
        "InvalidProtectionRuleStatusForDynamicRuleEdit")
    /// 400: the id is not a GUID.
    public static let invalidInclusionRuleID = ServiceErrorCode("InvalidInclusionRuleId")
    /// 404: there is no such rule.
    public static let protectionRuleNotFound = ServiceErrorCode("ProtectionRuleNotFound")
    /// 400: a static rule is still at work.
    public static let invalidProtectionRuleStatusForDeletion = ServiceErrorCode(
        "InvalidProtectionRuleStatusForDeletion")
    /// 422: a dynamic rule is still at work.
    public static let invalidProtectionRuleStatusForDynamicRuleDeletion = ServiceErrorCode(
        "InvalidProtectionRuleStatusForDynamicRuleDeletion")
    /// 422: the rule is static, or still at work.
    public static let invalidProtectionRuleStatusForDeleteAndUnprotect =
        ServiceErrorCode("InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll")
    /// 400: the rule's status does not allow another run.
    public static let protectionRuleActionNotAllowed = ServiceErrorCode("ProtectionRuleActionNotAllowed")
    /// 400: a dynamic rule runs by itself.
    public static let runNotAllowedForDynamicRule = ServiceErrorCode("RunNotAllowedForDynamicRule")
    /// In a job or rule: the directory does not know everything that it names.
    public static let protectionResourcesNotFound = ServiceErrorCode("ProtectionResourcesNotFound")
    /// In a detail: nobody has this mail address.
    public static let emailNotFound = ServiceErrorCode("EmailNotFound")
    /// In a detail: nobody, and no group, has this id.
    public static let directoryObjectIDNotFound = ServiceErrorCode("DirectoryObjectIdNotFound")
    /// In a detail: no site has this id.
    public static let siteIDNotFound = ServiceErrorCode("SiteIdNotFound")
    /// In a detail: no site has this address.
    public static let siteWebURLNotFound = ServiceErrorCode("SiteWebUrlNotFound")
    /// 400: an exclusion from a policy over chosen units, or a list that is empty, too long
    /// or names something twice.
    public static let invalidExclusionRequest = ServiceErrorCode("InvalidExclusionRequest")
}

// MARK: Restore points

extension ServiceErrorCode {
    /// 400: a search without units, with too many, or with a bad period.
    public static let invalidSearchRequest = ServiceErrorCode("InvalidSearchRequest")
}

// MARK: Restore sessions and artifacts

extension ServiceErrorCode {
    /// 400: the destination type is missing or unknown.
    public static let invalidPathType = ServiceErrorCode("InvalidPathType")
    /// 400: the list of artifacts is empty, or does not fit the session.
    public static let invalidArtifactRequest = ServiceErrorCode("InvalidArtifactRequest")
    /// 400: there is no such restore point for this workload.
    public static let invalidRestorePoint = ServiceErrorCode("InvalidRestorePoint")
    /// 400: artifacts of one session differ in their destination type.
    public static let differentRestoreDestinationType = ServiceErrorCode("DifferentRestoreDestinationType")
    /// Too many artifacts in one request: 413 when a session is created, 400 when it is changed.
    public static let restoreArtifactsLimitBreached = ServiceErrorCode("RestoreArtifactsLimitBreached")
    /// 400: an artifact is named twice or is in the session already.
    public static let duplicateArtifactInList = ServiceErrorCode("DuplicateArtifactInList")
    /// 400: the body that changes a session makes no sense.
    public static let invalidPatchRequest = ServiceErrorCode("InvalidPatchRequest")
    /// 400: the id is not a GUID.
    public static let invalidRestoreSessionID = ServiceErrorCode("InvalidRestoreSessionId")
    /// 404: there is no such session.
    public static let restoreSessionNotFound = ServiceErrorCode("RestoreSessionNotFound")
    /// 403: the session is not a draft.
    public static let restoreSessionActionNotAllowed = ServiceErrorCode("RestoreSessionActionNotAllowed")
    /// 500: too many sessions are active; the request may be repeated later.
    public static let tooManyActiveRestoreSessions = ServiceErrorCode("TooManyActiveRestoreSessions")
    /// In an artifact: there is nothing to restore, or nowhere to restore it to.
    public static let artifactNotFound = ServiceErrorCode("ArtifactNotFound")
    /// In an artifact: the point lies beyond the retention period.
    public static let invalidRestoreTime = ServiceErrorCode("InvalidRestoreTime")
    /// In an artifact: the destination does not let us.
    public static let artifactCannotBeRestored = ServiceErrorCode("ArtifactCannotBeRestored")
    /// In an artifact: another session is restoring the same.
    public static let duplicateArtifactRestoreRequest = ServiceErrorCode("DuplicateArtifactRestoreRequest")
}

// MARK: Service and applications

extension ServiceErrorCode {
    /// 400: the owner tenant is not known.
    public static let invalidAppOwnerTenantID = ServiceErrorCode("InvalidAppOwnerTenantId")
    /// 403: the application's status does not allow the action.
    public static let serviceAppActionNotAllowed = ServiceErrorCode("ServiceAppActionNotAllowed")
    /// 400: the hand-over must lie 7 to 30 days ahead.
    public static let invalidEffectiveDateTime = ServiceErrorCode("InvalidEffectiveDateTime")
    /// 403: the calling application is not the active controller.
    public static let appNotController = ServiceErrorCode("AppNotController")
    /// 400: a recipient without a mail address, or recipients without the role that takes them.
    public static let invalidRecipients = ServiceErrorCode("InvalidRecipients")
    /// 403: the service is not enabled.
    public static let serviceNotEnabled = ServiceErrorCode("ServiceNotEnabled")
}

// MARK: General

extension ServiceErrorCode {
    /// 403: the caller may not do this.
    public static let accessDenied = ServiceErrorCode("accessDenied")
    /// 404: there is no such entity.
    public static let itemNotFound = ServiceErrorCode("itemNotFound")
    /// 400: an argument cannot be used.
    public static let badRequest = ServiceErrorCode("BadRequest")
    /// 501: the feature is not there yet.
    public static let notImplemented = ServiceErrorCode("notImplemented")
    /// 503: too busy, or the tenant does not answer; the request may be repeated later.
    public static let serviceNotAvailable = ServiceErrorCode("serviceNotAvailable")
    /// 500: an outage of our own.
    public static let internalServerError = ServiceErrorCode("InternalServerError")
}
