public import ProtectionRules
package import Catalog
import Foundation

/// What an application reads.
public enum ReadArea: Sendable, Hashable, CaseIterable {
    /// The service's status and the applications.
    case control
    /// Policies, units and what belongs to them.
    case protection
    /// Restore points, restore sessions and what belongs to them.
    case restore
}

extension ServiceContext {
    /// Refuses what an application that waits for its activation may not read: everything but
    /// control, policies and units. Source: contract behaviour.md, section 2.
    /// - Throws: `accessDenied`.
    public func requireMayRead(_ area: ReadArea, applicationID: String) async throws {
        switch area {
        case .control, .protection: return
        case .restore:
            let id = applicationID.lowercased()
            if try await look({ try $0.find(ServiceApp.self, id: id) })?.status == .pendingActive {
                throw ServiceError(
                    .accessDenied, "The application may read policies and units only until its activation takes effect."
                )
            }
        }
    }
}

extension ServiceContext {
    /// Refuses a change that the caller may not make now, before what is to be changed is looked
    /// at. Source: contract errors.md, order of checks.
    /// - Throws: `appNotController`, `serviceNotEnabled`.
    public func requireMayChange(_ area: ChangeArea, _ caller: Caller) async throws {
        let tenantID = tenantID
        try await look { try $0.requireMayChange(area, caller, tenantID: tenantID) }
    }
}

/// What has to be switched on for a change.
public enum ChangeArea: Sendable, Hashable {
    /// The service itself and its applications: nothing has to be on.
    case control
    /// Policies and units.
    case protection
    /// Restore sessions.
    case restore
}

extension CatalogAccess {
    /// The service's row; a disabled one where there is none yet.
    package func serviceState(tenantID: String) throws -> ServiceState {
        try find(ServiceState.self, id: tenantID) ?? ServiceState(id: tenantID, status: .disabled)
    }

    /// Refuses changes by applications that are not the controller, and changes that the service's
    /// status does not allow.
    package func requireMayChange(_ area: ChangeArea, _ caller: Caller, tenantID: String) throws {
        let id = caller.application.id.lowercased()
        guard let app = try find(ServiceApp.self, id: id), app.status.isController else {
            throw ServiceError(
                .appNotController,
                "The calling application is not the active controller; register and activate it under /serviceApps.")
        }
        let status = try serviceState(tenantID: tenantID).status
        let isAllowed =
            switch area {
            case .control: true
            case .protection: status.allowsProtection
            case .restore: status.allowsRestore
            }
        guard isAllowed else {
            throw ServiceError(.serviceNotEnabled, "The service is \(status.rawValue); enable it first.")
        }
    }
}
