import Catalog
import Foundation
import ProtectionRules
import ProtectionService

/// Sends the mail about an activity. A crash after the mail server took it may send it again,
/// under the same Message-ID.
struct SendMailJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        if let id = IncidentMail.incidentID(ofSubject: job.subjectId) {
            return try await sendIncident(id, context)
        }
        let (log, setting) = try await context.catalog.read { reader in
            (try reader.find(ActivityLog.self, id: job.subjectId), try reader.first(Query<NotificationSetting>()))
        }
        // A recipient who was taken off the list meanwhile gets nothing.
        guard let mailer = context.dependencies.mailer, let log, let setting, ActivityMail.isWanted(log, setting) else {
            return .nothing
        }
        try await send(ActivityMail.mail(log, to: setting.recipients.values.compactMap(\.email)), by: mailer, context)
        return .nothing
    }

    private func sendIncident(_ id: String, _ context: JobContext) async throws -> JobOutcome {
        let (incident, setting) = try await context.catalog.read { reader in
            (try reader.find(Incident.self, id: id), try reader.first(Query<NotificationSetting>()))
        }
        guard let mailer = context.dependencies.mailer, let incident, let setting, IncidentMail.isWanted(setting) else {
            return .nothing
        }
        try await send(
            IncidentMail.mail(incident, to: setting.recipients.values.compactMap(\.email)), by: mailer, context)
        return .nothing
    }

    private func send(_ mail: Mail, by mailer: any Mailer, _ context: JobContext) async throws {
        do {
            try await mailer.send(mail)
            context.tell(.mailSent)
        } catch let error as MailError {
            throw JobFailure(
                .unknownError, "A mail was not sent.", detail: "A mail was not sent: \(error.message)",
                isRetryable: error.isRetryable)
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // The job's row keeps the reason, and the log has told it.
    }
}
