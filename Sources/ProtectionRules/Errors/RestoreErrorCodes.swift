import Catalog
import Foundation

// MARK: Granular restores and bulk restore requests

extension ServiceErrorCode {
    /// Not everything of a session could be deleted; the request may be repeated.
    public static let incompleteArtifactDeletion = Self("IncompleteArtifactDeletion", .failed)
    /// The id of a bulk restore request, or of its session, is not a GUID.
    public static let invalidBulkRestoreArtifactID = Self("InvalidBulkRestoreArtifactId", .invalid)
    /// The body that creates a bulk restore request is malformed.
    public static let bulkRestoreInvalidCreateRequest = Self("BulkRestoreInvalidCreateRequest", .invalid)
    /// A bulk restore request names too many entries.
    public static let bulkRestoreCountExceedsLimit = Self("BulkRestoreRestorationResourcesCountExceedsLimit", .invalid)
    /// The address of a site is empty or malformed.
    public static let bulkRestoreInvalidSiteURL = Self("BulkRestoreInvalidCreateRequestSiteUrl", .invalid)
    /// A mail address is empty or malformed.
    public static let bulkRestoreInvalidUserEmail = Self("BulkRestoreInvalidCreateRequestUserEmail", .invalid)
    /// There is no such bulk restore request.
    public static let bulkRestoreArtifactsNotFound = Self("BulkRestoreArtifactsNotFound", .missing)
    /// Only a bulk restore request that is done can be deleted.
    public static let invalidStateForBulkRequestDeletion = Self("InvalidStateForBulkRequestDeletion", .forbidden)
}

// MARK: Browse sessions

extension ServiceErrorCode {
    /// There is no such browse session, or it has ended.
    public static let browseSessionNotFound = Self("BrowseSessionNotFound", .missing)
    /// An unknown item key, a resource type that does not fit it, or a filter
    /// that cannot be read.
    public static let invalidBrowseRequest = Self("InvalidBrowseRequest", .invalid)
    /// The browse session is still being prepared, or could not be.
    public static let browseSessionNotReady = Self("BrowseSessionNotReady", .conflict)
    /// The expression of a filter is too long.
    public static let filterTooLong = Self("FilterLengthExceeded", .invalid)
}
