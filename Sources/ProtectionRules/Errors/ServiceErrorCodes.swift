// MARK: Policies

extension ServiceErrorCode {
    /// The body that creates a policy is malformed.
    public static let invalidCreateRequest = Self("InvalidCreateRequest", .invalid)
    /// The name is missing, empty or too long.
    public static let invalidDisplayName = Self("InvalidDisplayName", .invalid)
    /// Too many units in one request.
    public static let protectionUnitsLimitBreached = Self("ProtectionUnitsLimitBreached", .tooMuch)
    /// The workload already has an active policy.
    public static let policyCreationNotAllowed = Self("PolicyCreationNotAllowed", .conflict)
    /// Another policy holds the artifact. Also in an entry of a delta answer.
    public static let protectionUnitAlreadyExists = Self("ProtectionUnitAlreadyExists", .conflict)
    /// Storing the policy failed; the request may be repeated.
    public static let policySaveFailed = Self("PolicySaveFailed", .failed)
    /// The id is not a GUID.
    public static let invalidPolicyID = Self("InvalidPolicyId", .invalid)
    /// There is no such policy.
    public static let policyNotFound = Self("PolicyNotFound", .missing)
    /// The policy's status does not allow the action.
    public static let policyActionNotAllowed = Self("PolicyActionNotAllowed", .forbidden)
    /// Inside `PolicyActionNotAllowed`: the code that the action pages show.
    public static let invalidStateForActivation = Self("invalidStateForActivation", .inside)
    /// A request names an artifact twice.
    public static let duplicateProtectionUnitInList = Self("DuplicateProtectionUnitInList", .invalid)
    /// A rule protects the unit, so it cannot be removed by hand.
    public static let protectionUnitActionNotAllowed = Self("ProtectionUnitActionNotAllowed", .invalid)
}

// MARK: Units

extension ServiceErrorCode {
    /// The id is not a GUID, or the directory does not know it.
    public static let invalidProtectionUnitID = Self("InvalidProtectionUnitId", .invalid)
    /// There is no such unit. Also in an entry of a delta answer, and in a unit.
    public static let protectionUnitNotFound = Self("ProtectionUnitNotFound", .missing)
    /// In a unit or a delta entry: the directory does not know the id behind the unit.
    public static let invalidArtifactID = Self("InvalidArtifactId", .inside)
    /// In a unit: the storage for backups is full.
    public static let quotaExceeded = Self("QuotaExceeded", .inside)
    /// In a unit or an artifact: any other failure.
    public static let unknownError = Self("UnknownError", .inside)
    /// The unit's status does not allow the action.
    public static let operationNotAllowed = Self("OperationNotAllowed", .forbidden)
}

// MARK: Inclusion rules, lists of units and exclusions

extension ServiceErrorCode {
    /// The body that creates a rule is malformed.
    public static let invalidInclusionRuleCreateRequest = Self("InvalidInclusionRuleCreateRequest", .invalid)
    /// The expression of a rule is missing or not understood.
    public static let invalidRuleExpression = Self("InvalidRuleExpression", .invalid)
    /// The expression of a rule names too many groups.
    public static let invalidRuleExpressionGroupLimitExceeded = Self(
        "InvalidRuleExpressionGroupLimitExceeded", .tooMuch)
    /// The body that changes a rule names what cannot be changed.
    public static let invalidProtectionRulePatchRequest = Self("InvalidProtectionRulePatchRequest", .invalid)
    /// The rule's status does not allow a new expression.
    public static let invalidProtectionRuleStatusForUpdation = Self("InvalidProtectionRuleStatusForUpdation", .invalid)
    /// The expression of a static rule never changes.
    public static let patchNotAllowedForStaticRule = Self("PatchNotAllowedForStaticRule", .invalid)
    /// The rule is being deleted.
    public static let invalidProtectionRuleStatusForDynamicRuleEdit = Self(
        "InvalidProtectionRuleStatusForDynamicRuleEdit", .unprocessable)
    /// The id is not a GUID.
    public static let invalidInclusionRuleID = Self("InvalidInclusionRuleId", .invalid)
    /// There is no such rule.
    public static let protectionRuleNotFound = Self("ProtectionRuleNotFound", .missing)
    /// A static rule cannot be deleted while it runs.
    public static let invalidProtectionRuleStatusForDeletion = Self("InvalidProtectionRuleStatusForDeletion", .invalid)
    /// A dynamic rule cannot be deleted while it runs.
    public static let invalidProtectionRuleStatusForDynamicRuleDeletion = Self(
        "InvalidProtectionRuleStatusForDynamicRuleDeletion", .unprocessable)
    /// Only a dynamic rule that is not running can be deleted with its units.
    public static let invalidProtectionRuleStatusForDeleteAndUnprotect = Self(
        "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll", .unprocessable)
    /// The rule's status does not allow another run.
    public static let protectionRuleActionNotAllowed = Self("ProtectionRuleActionNotAllowed", .invalid)
    /// A dynamic rule runs by itself.
    public static let runNotAllowedForDynamicRule = Self("RunNotAllowedForDynamicRule", .invalid)
    /// In a job or rule: the directory does not know everything that it names.
    public static let protectionResourcesNotFound = Self("ProtectionResourcesNotFound", .inside)
    /// In a detail: the directory has no account with this mail address.
    public static let emailNotFound = Self("EmailNotFound", .inside)
    /// In a detail: the directory has no account and no group with this id.
    public static let directoryObjectIDNotFound = Self("DirectoryObjectIdNotFound", .inside)
    /// In a detail: no site has this id.
    public static let siteIDNotFound = Self("SiteIdNotFound", .inside)
    /// In a detail: no site has this address.
    public static let siteWebURLNotFound = Self("SiteWebUrlNotFound", .inside)
    /// The policy covers chosen units only, or the list is empty, too long
    /// or names an entry twice.
    public static let invalidExclusionRequest = Self("InvalidExclusionRequest", .invalid)
}

// MARK: Restore points

extension ServiceErrorCode {
    /// A search without units, with too many, or with a bad period.
    public static let invalidSearchRequest = Self("InvalidSearchRequest", .invalid)
}

// MARK: Restore sessions and artifacts

extension ServiceErrorCode {
    /// The destination type is missing or unknown.
    public static let invalidPathType = Self("InvalidPathType", .invalid)
    /// The list of artifacts is empty, or does not fit the session.
    public static let invalidArtifactRequest = Self("InvalidArtifactRequest", .invalid)
    /// There is no such restore point for this workload.
    public static let invalidRestorePoint = Self("InvalidRestorePoint", .invalid)
    /// Artifacts of one session differ in their destination type.
    public static let differentRestoreDestinationType = Self("DifferentRestoreDestinationType", .invalid)
    /// Too many artifacts in one request: 413 when a session is created, 400 when it is changed.
    public static let restoreArtifactsLimitBreached = Self("RestoreArtifactsLimitBreached", .tooMuch)
    /// An artifact is named twice or is in the session already.
    public static let duplicateArtifactInList = Self("DuplicateArtifactInList", .invalid)
    /// The body that changes a session is malformed.
    public static let invalidPatchRequest = Self("InvalidPatchRequest", .invalid)
    /// The id is not a GUID.
    public static let invalidRestoreSessionID = Self("InvalidRestoreSessionId", .invalid)
    /// There is no such session.
    public static let restoreSessionNotFound = Self("RestoreSessionNotFound", .missing)
    /// The session is not a draft.
    public static let restoreSessionActionNotAllowed = Self("RestoreSessionActionNotAllowed", .forbidden)
    /// Too many sessions are active; the request may be repeated later.
    public static let tooManyActiveRestoreSessions = Self("TooManyActiveRestoreSessions", .failed)
    /// The artifacts that may be restored in a day have been; the request may be repeated later.
    public static let activityLimitReached = Self("activityLimitReached", .exhausted)
    /// In an artifact: there is nothing to restore, or nowhere to restore it to.
    public static let artifactNotFound = Self("ArtifactNotFound", .inside)
    /// In an artifact: the point lies beyond the retention period.
    public static let invalidRestoreTime = Self("InvalidRestoreTime", .inside)
    /// In an artifact: the destination refuses the restore.
    public static let artifactCannotBeRestored = Self("ArtifactCannotBeRestored", .inside)
    /// In an artifact: another session is restoring the same artifact.
    public static let duplicateArtifactRestoreRequest = Self("DuplicateArtifactRestoreRequest", .inside)
}

// MARK: Service and applications

extension ServiceErrorCode {
    /// The owner tenant is unknown.
    public static let invalidAppOwnerTenantID = Self("InvalidAppOwnerTenantId", .invalid)
    /// The application's status does not allow the action.
    public static let serviceAppActionNotAllowed = Self("ServiceAppActionNotAllowed", .forbidden)
    /// The hand-over must lie 7 to 30 days ahead.
    public static let invalidEffectiveDateTime = Self("InvalidEffectiveDateTime", .invalid)
    /// The calling application is not the active controller.
    public static let appNotController = Self("AppNotController", .forbidden)
    /// A recipient without a mail address, or recipients without the role that takes them.
    public static let invalidRecipients = Self("InvalidRecipients", .invalid)
    /// The service is not enabled.
    public static let serviceNotEnabled = Self("ServiceNotEnabled", .forbidden)
}

// MARK: General

extension ServiceErrorCode {
    /// The caller may not do this.
    public static let accessDenied = Self("accessDenied", .forbidden)
    /// There is no such entity.
    public static let itemNotFound = Self("itemNotFound", .missing)
    /// An argument is not usable.
    public static let badRequest = Self("BadRequest", .invalid)
    /// The service does not offer the feature yet.
    public static let notImplemented = Self("notImplemented", .unsupported)
    /// Too busy, or the tenant does not answer; the request may be repeated later.
    public static let serviceNotAvailable = Self("serviceNotAvailable", .unavailable)
    /// The service itself failed.
    public static let internalServerError = Self("InternalServerError", .failed)
}
