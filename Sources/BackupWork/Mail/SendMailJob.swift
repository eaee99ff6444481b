import Catalog
import Foundation
import ProtectionRules
import ProtectionService

/// Sends the mail about an activity. A crash after the mail server took it may send it again,
/// under the same Message-ID.
struct SendMailJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        let (log, setting) = try await context.catalog.read { reader in
            (try reader.find(ActivityLog.self, id: job.subjectId), try reader.first(Query<NotificationSetting>()))
        }
        // A recipient who was taken off the list meanwhile gets nothing.
        guard let mailer = context.dependencies.mailer, let log, let setting, ActivityMail.isWanted(log, setting) else {
            return .nothing
        }
        do {
            try await mailer.send(ActivityMail.mail(log, to: setting.recipients.values.compactMap(\.email)))
        } catch let error as MailError {
            throw JobFailure(
                .unknownError, "A mail was not sent.", detail: "A mail was not sent: \(error.message)",
                isRetryable: error.isRetryable)
        }
        return .nothing
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // The job's row keeps the reason, and the log has told it.
    }
}
