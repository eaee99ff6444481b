import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// The activity log, reports, mail recipients, and the policies of Entra ID, of
    /// which there are none.
    func bindMonitoring(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/activityLogs", activityBase) {
            $0.list(.monitorRead, versions: .betaOnly) { context in
                let list = RowList<ActivityLog>(
                    catalog: catalog, defaultOrder: "eventDateTime", newestFirst: true, places: .activities)
                return try await list.answer(context, where: .not(.isNull("eventDateTime")))
            }
            $0.get(.monitorRead, versions: .betaOnly) { context in
                guard let log = try await catalog.find(ActivityLog.self, id: context.key.lowercased()),
                    log.eventDateTime != nil
                else {
                    throw ODataError.notFound("There is no such activity.")
                }
                return log
            }
        }
        odata.resource("solutions/backupRestore/reports", reportType) {
            $0.get(.reportsRead, versions: .betaOnly) { _ in ReportRecord(id: service.tenantID) }
            $0.operation(
                .function("getStatisticsByPolicy"), .reportsRead, versions: .betaOnly, answering: PolicyReport.self
            ) { _, arguments in
                guard let id: String = try arguments.values().value("policyId") else {
                    throw ODataError.badRequest("policyId is missing.")
                }
                return PolicyReport(try await service.policies.statistics(ofPolicy: id))
            }
        }
        odata.resource("solutions/backupRestore/emailNotificationsSetting", notificationType) {
            $0.get(.controlWrite) { _ in NotificationRecord(try await service.notifications.setting()) }
            $0.update(.controlWriteByPeople) { context, body in
                try await service.access.requireMayChange(.control, caller(context))
                let change = try Self.notificationChange(try body.entity())
                return EntityAnswer(
                    NotificationRecord(try await service.notifications.change(change, caller(context))))
            }
        }
        odata.resource("solutions/backupRestore/entraProtectionPolicies", entraPolicyType) {
            $0.list(.configurationRead, versions: .betaOnly) { _ in Page([], nextPosition: nil, count: 0) }
            $0.get(.configurationRead, versions: .betaOnly) { _ in
                throw ServiceError(.policyNotFound, "Unable to find the protection policy.")
            }
        }
    }

    private static func notificationChange(_ body: EntityBody<NotificationRecord>) throws -> NotificationChange {
        var record = NotificationRecord()
        body.apply(to: &record)
        // Only the service's own portal sends mails to roles; a controller names people. Source:
        // contract behaviour.md, section 16.
        guard record.recipients.role == [.custom] else {
            throw ServiceError(
                .invalidRecipients, "The role must be custom, and customRecipients names the recipients.")
        }
        return NotificationChange(
            isEnabled: body.names("isEnabled") ? record.isEnabled : nil,
            includesUpdates: body.names("additionalEvents")
                ? record.additionalEvents.contains(.restoreAndPolicyUpdates) : nil,
            recipients: body.names("recipients") ? record.recipients.customRecipients.map(\.identity) : nil)
    }
}
