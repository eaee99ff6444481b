import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService

/// Writes the audit trail: every change that is asked for,
/// and every folder and file of a backup that is opened or fetched.
struct Audit: Sendable {
    let service: ServiceContext
    let report: @Sendable (_ requestID: String, _ failure: String) -> Void

    /// Answers a request, and leaves a record of it. A change writes the record with itself; what changed
    /// nothing, or was refused, is recorded when the answer is there.
    func witness(
        _ asked: ODataService<APICaller>.Asked, _ answer: () async throws -> ODataResponse
    ) async throws -> ODataResponse {
        guard Self.isRecorded(asked.operation) else { return try await answer() }
        let scope = AuditScope(Self.act(asked))
        do {
            let response = try await AuditScope.$current.withValue(scope, operation: answer)
            await record(scope, AuditRecord.succeeded, asked.requestID)
            return response
        } catch {
            await record(scope, Self.code(of: error), asked.requestID)
            throw error
        }
    }

    /// An answer that is there is not taken back: the log says what the trail lacks.
    private func record(_ scope: AuditScope, _ outcome: String, _ requestID: String) async {
        guard !scope.isWritten else { return }
        do {
            try await service.audit.record(scope.act, outcome: outcome)
        } catch {
            report(requestID, "The audit trail lacks '\(scope.act.action)' (\(outcome)): \(error)")
        }
    }

    private static func code(of error: any Error) -> String {
        switch error {
        case let error as ODataError: error.code
        case let error as ServiceError: error.code.rawValue
        default: ServiceErrorCode.internalServerError.rawValue
        }
    }

    // MARK: What is recorded

    /// Every change; and of the reads those that show what is in backups, and reports that are taken away.
    static func isRecorded(_ operation: RegisteredOperation) -> Bool {
        switch operation.key {
        case .create, .update, .delete, .action: true
        case .function("browse"), .function("content"), .function("report"): true
        case .get: operation.pattern == "downloads"
        case .function: operation.pattern == "reports"
        case .list: false
        }
    }

    private static func act(_ asked: ODataService<APICaller>.Asked) -> AuditAct {
        let principal = asked.caller.principal
        let kind = asked.operation.pattern.split(separator: "/").last.map(String.init)
        var act = AuditAct(
            actorKind: principal.user == nil ? .application : .operator,
            actorID: principal.user?.id ?? principal.applicationID,
            actorName: principal.user.map { $0.displayName ?? $0.email ?? $0.id } ?? principal.applicationName,
            action: [kind, asked.operation.key.verb].compactMap(\.self).joined(separator: "."))
        act.applicationID = principal.applicationID
        (act.address, act.requestID) = (asked.request.clientAddress, asked.requestID)
        (act.targetKind, act.targetID) = (kind, asked.key)
        return act
    }
}
