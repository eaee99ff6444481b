public import Catalog
public import Foundation
public import ProtectionRules

extension ServiceContext {
    public var apps: AppOperations { AppOperations(context: self) }
}

/// The applications that may control the service.
public struct AppOperations: OperationGroup {
    package let context: ServiceContext

    /// Registers the calling application; its id becomes the row's id. A second call gives the
    /// row as it is.
    ///
    /// An application whose deletion is under way is taken back as a registered one.
    /// - Throws: `badRequest` where the application's id is no GUID.
    public func register(_ caller: Caller) async throws -> ServiceApp {
        let now = now
        let id = try Identifiers.require(caller.application.id, .badRequest)
        return try await change { writer in
            if var known = try writer.find(ServiceApp.self, id: id) {
                guard known.status == .inactive, known.effectiveDateTime != nil else { return known }
                known.effectiveDateTime = nil
                known.touch(caller, now)
                try writer.update(known)
                return known
            }
            let app = ServiceApp(
                id: id, status: .initial, registrationDateTime: now, lastModifiedDateTime: now
            ).with {
                $0.displayName = caller.application.displayName
                $0.lastModifiedBy = caller.identitySet
            }
            try writer.insert(app)
            return app
        }
    }

    /// Makes an application the controller: at once where there is none or the service is not
    /// enabled, otherwise on a date.
    /// - Parameter effectiveDateTime: 7 to 30 days ahead; ignored where the change is immediate.
    /// - Throws: `badRequest`, `itemNotFound`, `serviceAppActionNotAllowed` where another
    ///   change is pending, `invalidEffectiveDateTime`.
    public func activate(id: String, effectiveDateTime: Date?, _ caller: Caller) async throws -> ServiceApp {
        let (id, now, intervals, tenantID) = (try Identifiers.require(id, .badRequest), now, intervals, tenantID)
        return try await change { writer in
            guard var app = try writer.find(ServiceApp.self, id: id) else { throw ServiceError.noSuchApp }
            let others = try writer.page(Query<ServiceApp>(where: .compare("id", .notEqual, id.sqlValue)))
            let isEnabled = try ServiceRows(writer).state(tenantID: tenantID).status == .enabled
            let controllers = others.filter(\.status.isController)
            if controllers.isEmpty || !isEnabled {
                for var other in others {
                    guard other.advance(.replacementArranged) || other.advance(.handOverCancelled) else { continue }
                    other.advance(.effectiveDateReached)
                    other.effectiveDateTime = nil
                    try writer.update(other)
                }
                try app.move(.activateNow)
                app.effectiveDateTime = nil
            } else {
                guard !others.contains(where: { $0.status == .pendingActive || $0.status == .pendingInactive }) else {
                    throw ServiceError(.serviceAppActionNotAllowed, "Another change of the controller is pending.")
                }
                try app.move(.activateLater)
                guard let date = effectiveDateTime, date >= now.adding(days: intervals.handOverLeastDays),
                    date <= now.adding(days: intervals.handOverMostDays)
                else {
                    throw ServiceError(
                        .invalidEffectiveDateTime,
                        """
                        effectiveDateTime must lie \(intervals.handOverLeastDays) to \(intervals.handOverMostDays) \
                        days ahead, because another controller is active.
                        """
                    )
                }
                app.effectiveDateTime = date
                for var other in controllers {
                    try other.move(.replacementArranged)
                    other.effectiveDateTime = date
                    other.touch(caller, now)
                    try writer.update(other)
                }
            }
            app.touch(caller, now)
            try writer.update(app)
            return app
        }
    }

    /// Calls off an activation that is pending. No effect on an application that is inactive
    /// or will be replaced.
    /// - Throws: `badRequest`, `itemNotFound`, `serviceAppActionNotAllowed`
    ///   for the active controller.
    public func deactivate(id: String, _ caller: Caller) async throws -> ServiceApp {
        let (id, now) = (try Identifiers.require(id, .badRequest), now)
        return try await change { writer in
            guard var app = try writer.find(ServiceApp.self, id: id) else { throw ServiceError.noSuchApp }
            let wasPending = app.status == .pendingActive
            try app.move(.deactivate)
            guard wasPending else { return app }
            app.effectiveDateTime = nil
            app.touch(caller, now)
            try writer.update(app)
            try AppRows(writer).cancelHandOver()
            return app
        }
    }

    /// Removes an application. The active controller loses its access at once and vanishes
    /// after a grace period.
    /// - Throws: `badRequest`, `itemNotFound`, `serviceAppActionNotAllowed` for one that
    ///   will be replaced, `accessDenied`.
    public func delete(id: String, _ caller: Caller) async throws {
        let (id, now, intervals) = (try Identifiers.require(id, .badRequest), now, intervals)
        try await change { writer in
            guard var app = try writer.find(ServiceApp.self, id: id) else { throw ServiceError.noSuchApp }
            guard caller.isDelegated || caller.application.id.lowercased() == id else {
                throw ServiceError(
                    .accessDenied, "An application without a signed-in person can delete only its own registration.")
            }
            switch app.status {
            case .inactive: try writer.delete(ServiceApp.self, id: id)
            case .pendingActive:
                try writer.delete(ServiceApp.self, id: id)
                try AppRows(writer).cancelHandOver()
            case .pendingInactive:
                throw ServiceError(
                    .serviceAppActionNotAllowed, "The application will be replaced; it cannot be deleted before.")
            case .active:
                try app.move(.delete)
                app.effectiveDateTime = now.adding(days: intervals.deletedControllerGraceDays)
                app.touch(caller, now)
                try writer.update(app)
            }
        }
    }
}

extension ServiceError {
    /// There is no such application.
    public static var noSuchApp: ServiceError { ServiceError(.itemNotFound, "There is no such service app.") }
}

extension ServiceApp {
    /// Changes the status, or refuses.
    package mutating func move(_ event: ServiceAppEvent) throws(ServiceError) {
        guard advance(event) else {
            throw ServiceError(
                .serviceAppActionNotAllowed, "The application is \(status.rawValue), which does not allow this.")
        }
    }

    /// Records who changed it.
    package mutating func touch(_ caller: Caller?, _ now: Date) {
        lastModifiedBy = caller?.identitySet
        lastModifiedDateTime = now
    }
}
