// Codes that only the additions below `/holdfast/v1.0` send.

// MARK: Points

extension ServiceErrorCode {
    /// There is no such restore point, or not any more.
    public static let restorePointNotFound = Self("RestorePointNotFound", .missing)
    /// What a point needs is damaged in the repository.
    public static let pointDamaged = Self("PointDamaged", .conflict)
}

// MARK: Mails

extension ServiceErrorCode {
    /// No mail server is configured, or nobody gets mails.
    public static let mailNotConfigured = Self("MailNotConfigured", .conflict)
    /// The mail server did not take the mail.
    public static let mailNotSent = Self("MailNotSent", .unavailable)
}
