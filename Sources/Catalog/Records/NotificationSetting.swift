/// Who gets mails about the service. Source: Graph `emailNotificationsSetting`;
/// one for each tenant.
public struct NotificationSetting: CatalogRecord, Hashable {
    /// Its id: the tenant's.
    public var id: String = ""
    /// Whether mails are sent.
    public var isEnabled: Bool = false
    /// Whether mails about restores and changes of policies
    /// are sent, too (`restoreAndPolicyUpdates`).
    public var includesUpdates: Bool = false
    /// The recipients: people and groups by mail address.
    public var recipients: RecipientList = RecipientList()

    public init() {}

    public init(id: String) {
        self.id = id
    }

    public static let table = Table<NotificationSetting>(
        "notificationSetting",
        [
            Column("id", \.id),
            Column("isEnabled", \.isEnabled),
            Column("includesUpdates", \.includesUpdates),
            Column("recipients", \.recipients),
        ])
}

public struct RecipientList: SQLJSON, Hashable {
    /// They, each with a mail address.
    public var values: [Identity]

    public init(_ values: [Identity] = []) { self.values = values }
}
