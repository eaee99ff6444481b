public import Catalog
import OData
import Texts

extension NotificationSetting: Identifiable {}

/// The additional events that recipients are mailed about, as flags on the wire.
enum NotificationEvent: String, EdmEnum {
    case none, restoreAndPolicyUpdates
    static let edm = EnumType<Self>(
        "notificationEventsType", [.none, .restoreAndPolicyUpdates], flags: true, firstNumber: 1)
}

/// The recipients of mails, as flags on the wire.
enum RecipientRole: String, EdmEnum {
    case none, globalAdmins, backupAdmins, custom, allAdmins
    static let edm = EnumType<Self>(
        "notificationRecipientsType", [.none, .globalAdmins, .backupAdmins, .custom, .allAdmins], flags: true)
}

/// A recipient with a mail address.
struct EmailIdentity: EdmComplex {
    var id: String?
    var displayName: String?
    var email: String?

    init() {}

    init(_ identity: Identity) {
        id = identity.id.isEmpty ? nil : identity.id
        displayName = identity.displayName
        email = identity.email
    }

    var identity: Identity { Identity(id: id ?? "", displayName: displayName, email: email) }

    static let edm = ComplexType<EmailIdentity>("emailIdentity") {
        Property("id", \.id)
        Property("displayName", \.displayName)
        Property("email", \.email)
    }
}

/// The recipients of mails: roles, and people by address.
struct NotificationRecipients: EdmComplex {
    var role: Set<RecipientRole> = [.custom]
    var customRecipients: [EmailIdentity] = []

    init() {}

    /// Reads an object; one that holds another of its kind under its own name, as the published
    /// sample does, is read as the inner one.
    init(edm reader: EdmReader) throws(ODataError) {
        guard case .object(let object) = reader.value else { throw reader.mustBe("an object") }
        let members = try reader.membersWithoutAnnotations(of: object, Self.edm.properties.map(\.description.name))
        if let only = members.first, members.count == 1, only.name == "recipients" {
            self = try NotificationRecipients(
                edm: EdmReader(only.value, property: reader.property, version: reader.version))
            return
        }
        self.init()
        for (name, value) in members {
            let inside = EdmReader(value, property: "\(reader.property)/\(name)", version: reader.version)
            switch name {
            case "role": role = try Set<RecipientRole>(edm: inside)
            case "customRecipients": customRecipients = try [EmailIdentity](edm: inside)
            default: throw .badRequest("The property '\(inside.property)' does not exist.", target: inside.property)
            }
        }
    }

    static let edm = ComplexType<NotificationRecipients>("notificationRecipients") {
        Property("role", \.role)
        Property("customRecipients", \.customRecipients)
    }
}

/// The notification setting, as clients read and change it.
struct NotificationRecord: Sendable, Identifiable {
    var id = ""
    var isEnabled = false
    var additionalEvents: Set<NotificationEvent> = []
    var recipients = NotificationRecipients()

    init() {}

    init(_ setting: NotificationSetting) {
        id = setting.id
        isEnabled = setting.isEnabled
        additionalEvents = setting.includesUpdates ? [.restoreAndPolicyUpdates] : []
        recipients.customRecipients = setting.recipients.values.map(EmailIdentity.init)
    }
}

let notificationType = EntityType<NotificationRecord>("emailNotificationsSetting") {
    Property("isEnabled", \.isEnabled, [.update])
    Property("additionalEvents", \.additionalEvents, [.update])
    Property("recipients", \.recipients, [.update])
}
