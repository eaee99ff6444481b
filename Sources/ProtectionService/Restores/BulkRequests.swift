public import Catalog
public import Foundation
public import ProtectionRules
import Texts

/// What a client sends to make a bulk restore request.
public struct BulkRequestDraft: Sendable, Hashable {
    /// What people call it.
    public var displayName: String?
    /// The start of the period from which points are chosen; nil for the beginning.
    public var start: Date?
    /// The end of the period; nil for the moment of activation.
    public var end: Date?
    /// Where everything goes; nil where the request does not say.
    public var destinationType: DestinationType?
    /// Which point of the period.
    public var preference: BulkPointPreference
    /// Tags that a point must have.
    public var tags: RestorePointTags
    /// Mail addresses, or addresses of sites.
    public var names: [String]
    /// Directory object ids, or site ids.
    public var objectIDs: [String]
    /// Whether the request uses what is reserved for later.
    public var usesReserved: Bool

    public init(
        displayName: String? = nil, start: Date? = nil, end: Date? = nil, destinationType: DestinationType?,
        preference: BulkPointPreference = .latest,
        tags: RestorePointTags = [], names: [String], objectIDs: [String], usesReserved: Bool = false
    ) {
        self.displayName = displayName
        self.start = start
        self.end = end
        self.destinationType = destinationType
        self.preference = preference
        self.tags = tags
        self.names = names
        self.objectIDs = objectIDs
        self.usesReserved = usesReserved
    }
}

extension RestoreOperations {
    /// Adds a bulk restore request to a draft; its entries are resolved when
    /// the session is activated.
    /// - Throws: `invalidBulkRestoreArtifactID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `restoreSessionActionNotAllowed`, `bulkRestoreInvalidCreateRequest`,
    ///   `bulkRestoreInvalidUserEmail`, `bulkRestoreInvalidSiteURL`,
    ///   `bulkRestoreCountExceedsLimit`, `differentRestoreDestinationType`.
    public func createBulkRequest(
        _ draft: BulkRequestDraft, session id: String, workload: Workload, _ caller: Caller
    ) async throws -> RestoreBulkRequest {
        let id = try Identifiers.require(id, .invalidBulkRestoreArtifactID)
        let (tenantID, now, newID, limits) = (tenantID, now, dependencies.makeID(), limits)
        return try await change(makesDue: false) { writer in
            var session = try SessionRows(writer).draft(id: id, workload: workload, caller, tenantID: tenantID)
            var request = try draft.request(workload, limit: limits.bulkRestoreEntries)
            let others = try writer.page(Query<RestoreBulkRequest>(where: .equal("sessionId", id)))
            guard others.allSatisfy({ $0.destinationType == request.destinationType }) else {
                throw ServiceError(
                    .differentRestoreDestinationType, "All requests of a session must have the same destinationType.")
            }
            guard session.artifactsTotal == 0 else {
                throw ServiceError(
                    .bulkRestoreInvalidCreateRequest,
                    "The session has artifacts, and a session never mixes kinds; make another one.")
            }
            // All of a session is queued at once, so that more could never be activated.
            guard
                try BulkRequestRows(writer).openEntries(of: [id]) + request.entries.count
                    <= limits.queuedRestoreArtifacts
            else {
                throw ServiceError(
                    .bulkRestoreCountExceedsLimit,
                    "The requests of a session name at most \(limits.queuedRestoreArtifacts) entries together.")
            }
            request.id = newID
            request.sessionId = id
            request.createdBy = caller.identitySet
            request.createdDateTime = now
            request.lastModifiedBy = caller.identitySet
            request.lastModifiedDateTime = now
            try writer.insert(request)
            session.restoreJobType = .bulk
            session.lastModifiedBy = caller.identitySet
            session.lastModifiedDateTime = now
            try writer.update(session)
            return request
        }
    }

    /// Deletes a bulk restore request that is done; the artifacts that it made stay.
    /// - Throws: `invalidBulkRestoreArtifactID`, `restoreSessionNotFound`,
    ///   `bulkRestoreArtifactsNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `invalidStateForBulkRequestDeletion`.
    public func deleteBulkRequest(
        id: String, session sessionID: String, workload: Workload, _ caller: Caller
    ) async throws {
        let (id, sessionID) = (
            try Identifiers.require(id, .invalidBulkRestoreArtifactID),
            try Identifiers.require(sessionID, .invalidBulkRestoreArtifactID)
        )
        let tenantID = tenantID
        try await change(makesDue: false) { writer in
            let request = try BulkRequestRows(writer).request(id, session: sessionID, workload)
            try ServiceRows(writer).requireMayChange(.restore, caller, tenantID: tenantID)
            guard request.status.isDone else {
                throw ServiceError(
                    .invalidStateForBulkRequestDeletion,
                    "The request is not done yet. To drop one of a draft, delete the session.")
            }
            try writer.delete(RestoreBulkRequest.self, id: id)
        }
    }

    /// A bulk restore request of a session.
    /// - Throws: `restoreSessionNotFound`, `bulkRestoreArtifactsNotFound`.
    public func bulkRequest(
        id: String, session sessionID: String, workload: Workload
    ) async throws -> RestoreBulkRequest {
        try await look { try BulkRequestRows($0).request(id.lowercased(), session: sessionID.lowercased(), workload) }
    }
}

extension BulkRequestDraft {
    /// The request with everything that the client said, checked.
    fileprivate func request(_ workload: Workload, limit: Int) throws(ServiceError) -> RestoreBulkRequest {
        guard !usesReserved else { throw Self.invalid("protectionUnitIds is reserved; name addresses or ids instead") }
        guard let destinationType else { throw Self.invalid("destinationType must be new or inPlace") }
        guard start != nil || end != nil else { throw Self.invalid("protectionTimePeriod needs a start or an end") }
        if let start, let end, start > end { throw Self.invalid("protectionTimePeriod ends before it starts") }
        guard !names.isEmpty || !objectIDs.isEmpty else { throw Self.invalid("the request names nothing to restore") }
        guard names.count + objectIDs.count <= limit else {
            throw ServiceError(.bulkRestoreCountExceedsLimit, "A request names at most \(limit) entries.")
        }
        for name in names { try Self.checkName(name, workload) }
        var request = RestoreBulkRequest()
        request.begin()
        request.workload = workload
        request.displayName = displayName
        request.periodStart = start
        request.periodEnd = end
        request.destinationType = destinationType
        request.restorePointPreference = preference
        request.tags = tags
        request.names = StringList(names)
        var ids: [String] = []
        for text in objectIDs {
            guard let id = workload == .sharePoint ? Identifiers.canonicalSite(text) : Identifiers.canonical(text)
            else {
                throw Self.invalid("'\(text.shortened())' is not a valid id")
            }
            ids.append(id)
        }
        request.objectIds = StringList(ids)
        return request
    }

    private static func checkName(_ name: String, _ workload: Workload) throws(ServiceError) {
        let isClean = name.utf8.count <= 2048 && !name.contains(where: \.isWhitespace)
        switch workload {
        case .sharePoint:
            let isAddress = ["https://", "http://"].contains {
                name.lowercased().hasPrefix($0) && name.utf8.count > $0.utf8.count
            }
            guard isClean, isAddress else {
                throw ServiceError(.bulkRestoreInvalidSiteURL, "'\(name.shortened())' is not the address of a site.")
            }
        case .oneDriveForBusiness, .exchange:
            let parts = name.split(separator: "@", omittingEmptySubsequences: false)
            guard isClean, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw ServiceError(.bulkRestoreInvalidUserEmail, "'\(name.shortened())' is not a mail address.")
            }
        }
    }

    private static func invalid(_ message: String) -> ServiceError {
        ServiceError(.bulkRestoreInvalidCreateRequest, "The request cannot be used: \(message).")
    }
}
