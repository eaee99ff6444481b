// MARK: Content of backups

extension ServiceErrorCode {
    /// The browse session has no such file.
    public static let downloadItemNotFound = Self("ItemNotFound", .missing)
    /// The backup of the item is damaged.
    public static let itemDamaged = Self("ItemDamaged", .conflict)
    /// The file is too large to be shown.
    public static let previewTooLarge = Self("PreviewTooLarge", .tooMuch)
    /// The file is of a kind that is not shown.
    public static let previewNotPossible = Self("PreviewNotPossible", .unprocessable)
    /// The administrator has switched downloads off.
    public static let downloadsForbidden = Self("DownloadsForbidden", .forbidden)
    /// An archive would hold too many files.
    public static let downloadTooLarge = Self("DownloadTooLarge", .tooMuch)
    /// There is no such download, or it has expired.
    public static let downloadNotFound = Self("DownloadNotFound", .missing)
}
