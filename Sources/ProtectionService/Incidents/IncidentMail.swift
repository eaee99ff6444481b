package import Catalog
import Foundation
import ProtectionRules

/// The mail about a new incident: one for each, to everyone who gets mails.
package enum IncidentMail {
    private static let prefix = "incident/"

    /// Adds the job that sends it, where a recipient is named.
    static func add(about incidentID: String, to writer: CatalogWriter, _ now: Date) throws {
        guard let setting = try writer.first(Query<NotificationSetting>()), isWanted(setting) else { return }
        _ = try writer.addJob(
            Job(
                id: "mail-incident-\(incidentID)", kind: JobKind.sendMail.rawValue, subjectId: prefix + incidentID,
                runAfterDateTime: now, createdDateTime: now))
    }

    package static func isWanted(_ setting: NotificationSetting) -> Bool {
        setting.isEnabled && !setting.recipients.values.isEmpty
    }

    /// The id of the incident that a mail job is about; nil where it is about something else.
    package static func incidentID(ofSubject subject: String) -> String? {
        subject.hasPrefix(prefix) ? String(subject.dropFirst(prefix.count)) : nil
    }

    /// Names no person and no file: mails lie in places that nobody guards.
    package static func mail(_ incident: Incident, to recipients: [String]) -> Mail {
        let lines = [
            incident.sentence, "",
            "Detected: \(incident.detectedDateTime.formatted(.iso8601))",
            "Last point before: \(incident.beganAfter?.formatted(.iso8601) ?? "none")",
            "Accounts: \(incident.unitCount)", "",
        ]
        let signals = incident.signals.values.map { "- \($0.text)" }
        let what = [
            "", "Until this is settled, restore points of these accounts do not expire.",
            "See it:        holdfast incident \(incident.id)",
            "Preview:       holdfast restore --incident \(incident.id) --dry-run",
            "Not an attack: holdfast incident dismiss \(incident.id) --reason \"...\"", "",
        ]
        return Mail(
            id: "incident-\(incident.id)", recipients: recipients,
            subject: "Holdfast: files of \(incident.accounts) may be under attack (incident \(incident.id))",
            text: (lines + signals + what).joined(separator: "\n"), date: incident.detectedDateTime)
    }
}
