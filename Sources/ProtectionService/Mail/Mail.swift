public import Foundation

/// A mail to be sent: plain text to some addresses.
public struct Mail: Sendable, Hashable {
    /// The same for each try of the same mail, so that receivers can tell a repetition.
    public var id: String
    /// Mail addresses.
    public var recipients: [String]
    /// The subject, in any characters.
    public var subject: String
    public var text: String
    /// When what it tells of happened.
    public var date: Date

    public init(id: String, recipients: [String], subject: String, text: String, date: Date) {
        self.id = id
        self.recipients = recipients
        self.subject = subject
        self.text = text
        self.date = date
    }
}

/// Sends mails. Returns when the mail server has taken the mail.
public protocol Mailer: Sendable {
    /// Sends a mail; may be repeated.
    /// - Throws: `MailError`.
    func send(_ mail: Mail) async throws
}

/// Why a mail was not sent.
public struct MailError: Error, Sendable, CustomStringConvertible {
    /// What failed and what to do. Never holds a secret.
    public var message: String
    /// Whether the same mail may be taken later.
    public var isRetryable: Bool

    public init(_ message: String, isRetryable: Bool) {
        self.message = message
        self.isRetryable = isRetryable
    }

    public var description: String { message }
}
