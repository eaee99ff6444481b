// MARK: Granular restores and bulk restore requests

extension ServiceErrorCode {
    /// 500: not everything of a session could be deleted; the request may be repeated.
    public static let incompleteArtifactDeletion = ServiceErrorCode("IncompleteArtifactDeletion")
    /// 400: the id of a bulk restore request, or of its session, is not a GUID.
    public static let invalidBulkRestoreArtifactID = ServiceErrorCode("InvalidBulkRestoreArtifactId")
    /// 400: the body that makes a bulk restore request makes no sense.
    public static let bulkRestoreInvalidCreateRequest = ServiceErrorCode("BulkRestoreInvalidCreateRequest")
    /// 400: a bulk restore request names too many entries.
    public static let bulkRestoreCountExceedsLimit = ServiceErrorCode(
        "BulkRestoreRestorationResourcesCountExceedsLimit")
    /// 400: the address of a site is empty or malformed.
    public static let bulkRestoreInvalidSiteURL = ServiceErrorCode("BulkRestoreInvalidCreateRequestSiteUrl")
    /// 400: a mail address is empty or malformed.
    public static let bulkRestoreInvalidUserEmail = ServiceErrorCode("BulkRestoreInvalidCreateRequestUserEmail")
    /// 404: there is no such bulk restore request.
    public static let bulkRestoreArtifactsNotFound = ServiceErrorCode("BulkRestoreArtifactsNotFound")
    /// 403: only a bulk restore request that is done can be deleted.
    public static let invalidStateForBulkRequestDeletion = ServiceErrorCode("InvalidStateForBulkRequestDeletion")
}

// MARK: Browse sessions

extension ServiceErrorCode {
    /// 404: there is no such browse session, or it has ended.
    public static let browseSessionNotFound = ServiceErrorCode("BrowseSessionNotFound")
    /// 400: an unknown item key, a resource type that does not fit it, or a filter
    /// that cannot be read.
    public static let invalidBrowseRequest = ServiceErrorCode("InvalidBrowseRequest")
    /// 409: the browse session is still being prepared, or could not be.
    public static let browseSessionNotReady = ServiceErrorCode("BrowseSessionNotReady")
    /// 400: the expression of a filter is too long.
    public static let filterTooLong = ServiceErrorCode("FilterLengthExceeded")
}

/// What the entries of a bulk restore request can fail with. They occur inside of
/// the request's error only.
enum BulkEntryCode {
    /// Some entries did not resolve.
    static let unresolved = "ProtectionResourcesNotFound"
    /// The directory does not know the mail address, or nothing of it was ever protected.
    static let email = "EmailNotFound"
    /// Nothing of this person was ever protected.
    static let objectID = "DirectoryObjectIdNotFound"
    /// The site was never protected.
    static let siteID = "SiteIdNotFound"
    /// No site of this address was ever protected.
    static let siteURL = "SiteWebUrlNotFound"
    /// The unit has no point in the period.
    static let noPoint = "ArtifactNotFound"
}
