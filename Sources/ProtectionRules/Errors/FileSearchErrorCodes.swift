// MARK: Searches for files

extension ServiceErrorCode {
    /// A query with fewer than two characters that are no wildcards.
    public static let queryTooShort = Self("QueryTooShort", .invalid)
    /// There is no such search, or it was forgotten.
    public static let fileSearchNotFound = Self("FileSearchNotFound", .missing)
    /// There are as many searches as there may be.
    public static let tooManyFileSearches = Self("TooManyFileSearches", .exhausted)
}
