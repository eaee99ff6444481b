public import Catalog
public import ProtectionRules

/// What a client sends to change who gets mails; nil keeps what is.
public struct NotificationChange: Sendable, Hashable {
    /// Whether mails are sent.
    public var isEnabled: Bool?
    /// Whether mails about restores and changes of policies are sent, too.
    public var includesUpdates: Bool?
    public var recipients: [Identity]?

    public init(isEnabled: Bool? = nil, includesUpdates: Bool? = nil, recipients: [Identity]? = nil) {
        self.isEnabled = isEnabled
        self.includesUpdates = includesUpdates
        self.recipients = recipients
    }
}

extension ServiceContext {
    public var notifications: NotificationOperations { NotificationOperations(context: self) }
}

/// Who gets mails about activities.
public struct NotificationOperations: OperationGroup {
    package let context: ServiceContext

    /// Who gets mails; there are no recipients until it is set.
    /// - Throws: `CatalogError`.
    public func setting() async throws -> NotificationSetting {
        try await catalog.find(NotificationSetting.self, id: tenantID) ?? NotificationSetting(id: tenantID)
    }

    /// Changes who gets mails.
    /// - Throws: `appNotController`; `invalidRecipients` for a recipient without a mail address.
    public func change(
        _ change: NotificationChange, _ caller: Caller
    ) async throws -> NotificationSetting {
        let tenantID = tenantID
        if let bad = change.recipients?.first(where: { !Self.isMailAddress($0.email ?? "") }) {
            throw ServiceError(
                .invalidRecipients, "'\(bad.email ?? bad.id)' is no mail address. Each recipient has an email.")
        }
        return try await self.change(makesDue: false) { writer in
            try ServiceRows(writer).requireMayChange(.control, caller, tenantID: tenantID)
            let present = try writer.find(NotificationSetting.self, id: tenantID)
            var setting = present ?? NotificationSetting(id: tenantID)
            if let isEnabled = change.isEnabled { setting.isEnabled = isEnabled }
            if let includesUpdates = change.includesUpdates { setting.includesUpdates = includesUpdates }
            if let recipients = change.recipients { setting.recipients = RecipientList(recipients) }
            if present == nil { try writer.insert(setting) } else { try writer.update(setting) }
            return setting
        }
    }

    /// Sends a mail to everyone who gets mails, now and also while mails are switched off: whether one
    /// arrives is known only by trying.
    /// - Returns: the addresses.
    /// - Throws: `appNotController`; `mailNotConfigured`; `mailNotSent` with what the mail server said.
    public func sendTest(_ caller: Caller) async throws -> [String] {
        try await context.access.requireMayChange(.control, caller)
        guard let mailer = dependencies.mailer else {
            throw ServiceError(.mailNotConfigured, "There is no mail server: name one in the setting mail.server.")
        }
        let recipients = try await setting().recipients.values.compactMap(\.email)
        guard !recipients.isEmpty else {
            throw ServiceError(.mailNotConfigured, "Nobody gets mails: name a mail address first, and save it.")
        }
        let mail = Mail(
            id: "test-\(dependencies.makeID())", recipients: recipients, subject: "Holdfast: a test",
            text: "This mail shows that mails of Holdfast arrive here. Nothing has to be done.\n", date: now)
        do {
            try await mailer.send(mail)
        } catch let error as MailError {
            throw ServiceError(.mailNotSent, error.message, isRetryable: error.isRetryable)
        }
        return recipients
    }

    private static func isMailAddress(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 > 32 && $0 != 127 } }
            && text.utf8.count <= 320
    }
}
