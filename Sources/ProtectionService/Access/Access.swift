import Catalog
import Foundation
public import ProtectionRules

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
    public var access: AccessOperations { AccessOperations(context: self) }
}

/// Who may read and change what.
public struct AccessOperations: OperationGroup {
    package let context: ServiceContext

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

extension AccessOperations {
    /// Refuses a change that the caller may not make now, before what is to be changed is looked
    /// at. Source: contract errors.md, order of checks.
    /// - Throws: `appNotController`, `serviceNotEnabled`.
    public func requireMayChange(_ area: ChangeArea, _ caller: Caller) async throws {
        let tenantID = tenantID
        try await look { try ServiceRows($0).requireMayChange(area, caller, tenantID: tenantID) }
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
