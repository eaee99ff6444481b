public import Catalog
public import ProtectionRules

/// Restore sessions with their artifacts, items and bulk requests.
public struct RestoreOperations: OperationGroup {
    package let context: ServiceContext

    /// Refuses a change of a session that is no draft, before the change itself is looked at.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `restoreSessionActionNotAllowed`.
    public func requireDraft(id: String, workload: Workload, _ caller: Caller) async throws {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let tenantID = tenantID
        _ = try await look { try SessionRows($0).draft(id: id, workload: workload, caller, tenantID: tenantID) }
    }

    /// What the restores of a session tell beside their statuses, artifact by artifact.
    /// - Throws: `restoreSessionNotFound`.
    public func notices(ofSession id: String) async throws -> [RestoreNotice] {
        let id = id.lowercased()
        return try await look { reader in
            guard try reader.find(RestoreSession.self, id: id) != nil else {
                throw ServiceError(.restoreSessionNotFound, "There is no restore session '\(id)'.")
            }
            return try reader.page(
                Query<RestoreNotice>(where: .equal("sessionId", id), order: [.init("artifactId"), .init("ordinal")]))
        }
    }
}

extension ServiceContext {
    public var restores: RestoreOperations { RestoreOperations(context: self) }
}
