// Codes of the additions to the API (`/holdfast/v1.0`); Graph's surface never answers with them.

extension ServiceErrorCode {
    /// There is no such incident.
    public static let incidentNotFound = Self("IncidentNotFound", .missing)
    /// The incident is dismissed or restored.
    public static let incidentClosed = Self("IncidentClosed", .conflict)
    /// A dismissal gives no reason, or one that is too long.
    public static let invalidDismissal = Self("InvalidDismissal", .invalid)
    /// A range of time that ends before it begins, or has too many buckets.
    public static let invalidTimeRange = Self("InvalidTimeRange", .invalid)
}
