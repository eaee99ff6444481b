public import Catalog
public import ProtectionRules

extension ServiceContext {
    public var incidents: IncidentOperations { IncidentOperations(context: self) }
}

/// Incidents: what is suspected, and what people say of it.
public struct IncidentOperations: OperationGroup {
    package let context: ServiceContext

    /// Incidents, the newest first.
    /// - Parameter statuses: nil for all.
    public func list(_ statuses: [IncidentStatus]? = nil, limit: Int = 100) async throws -> [Incident] {
        let query = Query<Incident>(
            where: statuses.map { .oneOf("status", $0) } ?? .true,
            order: [.init("detectedDateTime", ascending: false)], limit: limit)
        return try await look { try $0.page(query) }
    }

    /// The incident with a number.
    /// - Throws: `incidentNotFound` where there is none.
    public func incident(id: String) async throws -> Incident {
        guard let incident = try await look({ try $0.find(Incident.self, id: id) }) else {
            throw ServiceError(.incidentNotFound, "There is no incident '\(id)'.")
        }
        return incident
    }

    /// The units of an incident with their names, those first that were hit first.
    /// - Throws: `incidentNotFound` where there is none.
    public func units(ofIncident id: String) async throws -> [(unit: IncidentUnit, of: ProtectionUnit?)] {
        _ = try await incident(id: id)
        return try await look { reader in
            let query = Query<IncidentUnit>(where: .equal("incidentId", id), order: [.init("beganBefore")])
            return try reader.page(query).map { ($0, try reader.find(ProtectionUnit.self, id: $0.unitId)) }
        }
    }

    /// Ends an incident because it is none, or nothing has to be done about it. Its units' points
    /// expire again as their policies say, and what was seen so far is no damage any more.
    /// - Throws: `incidentNotFound`, `incidentClosed`, `invalidDismissal`.
    public func dismiss(id: String, reason: String, _ caller: Caller) async throws -> Incident {
        guard !reason.allSatisfy(\.isWhitespace), reason.utf8.count <= Self.reasonBytes else {
            throw ServiceError(
                .invalidDismissal, "A dismissal gives a reason of 1 to \(Self.reasonBytes) bytes, for those who ask.")
        }
        let now = now
        return try await change(makesDue: false) { writer in
            guard var incident = try writer.find(Incident.self, id: id) else {
                throw ServiceError(.incidentNotFound, "There is no incident '\(id)'.")
            }
            incident.dismissedReason = reason
            incident.dismissedBy = caller.identitySet
            guard try IncidentEndings(writer).close(&incident, .dismiss, now: now) else {
                throw ServiceError(.incidentClosed, "Incident '\(id)' is \(incident.status.rawValue) already.")
            }
            return incident
        }
    }

    /// Bytes of the reason of a dismissal.
    private static let reasonBytes = 1024
}
