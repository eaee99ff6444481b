package import Catalog
package import Foundation
package import ProtectionRules

/// The service's own row: its status, and whom that allows what.
package struct ServiceRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// The service's row; a disabled one where there is none yet.
    package func state(tenantID: String) throws -> ServiceState {
        try rows.find(ServiceState.self, id: tenantID) ?? ServiceState(id: tenantID, status: .initial)
    }

    /// Refuses changes by applications that are not the controller, and changes that the service's
    /// status does not allow.
    package func requireMayChange(_ area: ChangeArea, _ caller: Caller, tenantID: String) throws {
        let id = caller.application.id.lowercased()
        guard let app = try rows.find(ServiceApp.self, id: id), app.status.isController else {
            throw ServiceError(
                .appNotController,
                "The calling application is not the active controller; register and activate it under /serviceApps.")
        }
        try requireAllowed(area, tenantID: tenantID)
    }

    /// Refuses restores by applications that are neither the service's own nor the controller, and
    /// restores that the service's status does not allow.
    package func requireMayRestore(_ caller: Caller, tenantID: String) throws {
        try requireOwnOrController(.restore, caller, tenantID: tenantID)
    }

    /// Refuses backups and ends of holds that are asked for by applications that are neither the
    /// service's own nor the controller. Neither changes what a policy protects.
    package func requireMayBackUp(_ caller: Caller, tenantID: String) throws {
        try requireOwnOrController(.protection, caller, tenantID: tenantID)
    }

    private func requireOwnOrController(_ area: ChangeArea, _ caller: Caller, tenantID: String) throws {
        guard caller.isFirstParty else { return try requireMayChange(area, caller, tenantID: tenantID) }
        try requireAllowed(area, tenantID: tenantID)
    }

    private func requireAllowed(_ area: ChangeArea, tenantID: String) throws {
        let status = try state(tenantID: tenantID).status
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

extension ServiceRows where Rows == CatalogWriter {
    /// Begins the undo period of the service; nil where it is not enabled.
    package func turnOff(
        tenantID: String, reason: DisableReason, caller: Caller?, now: Date, intervals: ServiceIntervals
    ) throws -> ServiceState? {
        var state = try state(tenantID: tenantID)
        guard state.advance(.turnOff) else { return nil }
        state.disableReason = reason
        state.restoreAllowedTillDateTime = now.adding(days: intervals.restoreAllowedDays)
        state.gracePeriodDateTime = now.adding(days: intervals.offboardingUndoDays)
        state.lastModifiedBy = caller?.identitySet
        state.lastModifiedDateTime = now
        try rows.save(state)
        return state
    }
}
