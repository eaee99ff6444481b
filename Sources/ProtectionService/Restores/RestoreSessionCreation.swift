public import Catalog
import Foundation
public import ProtectionRules
import Texts

extension RestoreOperations {
    /// Creates a draft of a restore session, with its artifacts.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `invalidCreateRequest` (a conflict
    ///   behaviour without files), `invalidArtifactRequest`, `invalidPathType`,
    ///   `invalidRestorePoint`, `differentRestoreDestinationType`, `duplicateArtifactInList`,
    ///   `restoreArtifactsLimitBreached` (413 here), `invalidPolicyID`.
    public func create(_ draft: RestoreSessionDraft, _ caller: Caller) async throws -> RestoreSession {
        let (tenantID, now) = (tenantID, now)
        let items = try await checkedItems(of: draft, caller)
        var session = RestoreSession(
            id: dependencies.makeID(), workload: draft.workload, status: .initial, createdDateTime: now
        ).with {
            $0.policyId = draft.policyID?.lowercased()
            $0.createdBy = caller.identitySet
            $0.lastModifiedBy = caller.identitySet
            $0.lastModifiedDateTime = now
        }
        session.restoreJobType = draft.items != nil || draft.isGranularMail ? .granular : .standard
        session.conflictBehavior = draft.conflictBehavior
        let ids = ((draft.artifacts ?? []).map { _ in 0 } + items.map { _ in 0 }).prefix(limits.artifactsPerRequest).map
        { _ in dependencies.makeID() }
        let limit = limits.artifactsPerRequest
        var log = activity(.restoreTaskCreated, of: session.id, draft.workload, caller)
        log.eventDateTime = now
        // It only reads what others change, and adds rows of its own.
        return try await change(as: .work, makesDue: false) { [log, session] writer in
            try ServiceRows(writer).requireMayChange(.restore, caller, tenantID: tenantID)
            try draft.requireOneKind()
            if let policyID = draft.policyID { _ = try Identifiers.require(policyID, .invalidPolicyID) }
            let wanted = try CheckedArtifact.check(draft.artifacts)
            guard wanted.count <= limit else { throw ServiceError.tooManyArtifacts(limit) }
            var session = session
            session.artifactsTotal = wanted.count + items.count
            try writer.insert(session)
            var present = PresentArtifacts()
            for (artifact, id) in zip(wanted, ids) {
                try ArtifactRows(writer).add(artifact, id: id, to: session, &present)
            }
            var presentItems = PresentItems()
            for (item, id) in zip(items, ids) { try ItemRows(writer).add(item, id: id, to: session, &presentItems) }
            try writer.insert(try ActivityRows(writer).describing(session, in: log))
            return session
        }
    }

    /// Adds artifacts to a draft and takes some out. What it does not have cannot be taken out and
    /// is refused by itself; any other fault refuses everything.
    /// - Parameter delta: nil where the request names no artifacts, which it must unless
    ///   it has a scope.
    /// - Parameter scope: the policy that the units must belong to; nil keeps the old one.
    /// - Returns: the session as it is now, and a result for each entry, in the
    ///   order of the request.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `restoreSessionActionNotAllowed`, `invalidArtifactRequest` (an
    ///   empty list, or units of another policy), `invalidPathType`, `invalidPolicyID`,
    ///   `invalidRestorePoint`, `differentRestoreDestinationType`,
    ///   `duplicateArtifactInList`, `restoreArtifactsLimitBreached` (400 here).
    public func change(
        id: String, workload: Workload, delta: [RestoreArtifactDelta]?, scope: PolicyScope? = nil,
        isGranularMail: Bool = false, _ caller: Caller
    ) async throws -> (session: RestoreSession, artifacts: [RestoreArtifactDeltaResult]) {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now, limits) = (tenantID, now, limits)
        let limit = limits.artifactsPerRequest
        let ids = (delta ?? []).prefix(limit).map { _ in dependencies.makeID() }
        return try await change(makesDue: false) { writer in
            var session = try SessionRows(writer).draft(id: id, workload: workload, caller, tenantID: tenantID)
            guard delta.map({ !$0.isEmpty }) ?? (scope != nil) else {
                throw ServiceError(.invalidArtifactRequest, "The list of artifacts is empty.")
            }
            let delta = delta ?? []
            guard delta.count <= limit else { throw ServiceError.tooManyArtifacts(limit) }
            try RestoreSession.requireOnce(
                delta.compactMap { if case .remove(let id) = $0 { id.lowercased() } else { nil } })
            if !delta.isEmpty { try session.take(isGranularMail ? .granular : .standard) }
            for case .add(let draft) in delta where isGranularMail && draft.searchResponseID?.isEmpty ?? true {
                throw ServiceError(.invalidArtifactRequest, "searchResponseId is missing.")
            }
            let known = try writer.page(
                Query<RestoreArtifact>(where: .equal("sessionId", id), order: [.init("ordinal")]))
            var present = PresentArtifacts(known)
            if let scope { try session.take(scope) }
            let results = try zip(delta, ids).map { entry, id in
                try ArtifactRows(writer).apply(entry, newID: id, to: session, &present)
            }
            if scope != nil { try SessionRows(writer).requireUnits(present.artifacts.map(\.unitId), in: session) }
            try limits.checkDraft(artifacts: present.artifacts.count)
            session.artifactsTotal = present.artifacts.count
            session.lastModifiedBy = caller.identitySet
            session.lastModifiedDateTime = now
            try writer.update(session)
            return (session, results)
        }
    }

    /// Deletes a draft with its artifacts.
    /// - Throws: `invalidRestoreSessionID`, `restoreSessionNotFound`, `appNotController`,
    ///   `serviceNotEnabled`, `restoreSessionActionNotAllowed`.
    public func delete(id: String, _ caller: Caller) async throws {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let tenantID = self.tenantID
        do {
            try await change(makesDue: false) { writer in
                let session = try SessionRows(writer).draft(id: id, workload: nil, caller, tenantID: tenantID)
                try writer.delete(RestoreSession.self, id: session.id)
            }
        } catch let error as ServiceError where error.code == .internalServerError {
            // The change is atomic, so that everything is still there.
            throw ServiceError(
                .incompleteArtifactDeletion, "The session could not be deleted; try again.", detail: error.detail,
                isRetryable: true)
        }
    }
}

/// An artifact of a request whose form is right.
struct CheckedArtifact: Sendable, Hashable {
    var restorePointID: String
    var destinationType: DestinationType
    var searchResponseID: String?

    init(_ draft: RestoreArtifactDraft) throws(ServiceError) {
        guard let destination = draft.destinationType else {
            throw ServiceError(.invalidPathType, "destinationType must be new or inPlace.")
        }
        guard let point = draft.restorePointID, let id = Identifiers.canonical(point) else {
            throw ServiceError(.invalidRestorePoint, "restorePoint.id is missing or malformed.")
        }
        restorePointID = id
        destinationType = destination
        searchResponseID = draft.searchResponseID
    }

    /// The artifacts of a request for a new session.
    static func check(_ drafts: [RestoreArtifactDraft]?) throws(ServiceError) -> [CheckedArtifact] {
        guard let drafts else { return [] }
        guard !drafts.isEmpty else { throw ServiceError(.invalidArtifactRequest, "The list of artifacts is empty.") }
        var checked: [CheckedArtifact] = []
        for draft in drafts { checked.append(try CheckedArtifact(draft)) }
        return checked
    }
}

/// The artifacts that a session has, for the rules between them.
struct PresentArtifacts {
    var artifacts: [RestoreArtifact] = []
    private var lastOrdinal = -1

    init(_ artifacts: [RestoreArtifact] = []) {
        self.artifacts = artifacts
        lastOrdinal = artifacts.map(\.ordinal).max() ?? -1
    }

    /// Takes an artifact in, with the next number.
    /// - Throws: `differentRestoreDestinationType`, `duplicateArtifactInList`.
    mutating func add(_ artifact: RestoreArtifact) throws(ServiceError) -> RestoreArtifact {
        var artifact = artifact
        guard artifacts.allSatisfy({ $0.destinationType == artifact.destinationType }) else {
            throw ServiceError(
                .differentRestoreDestinationType, "All artifacts of a session must have the same destinationType.")
        }
        guard
            !artifacts.contains(where: { $0.unitId == artifact.unitId || $0.restorePointId == artifact.restorePointId })
        else {
            throw ServiceError(
                .duplicateArtifactInList, "The restore point, or another of the same unit, is in the session already.")
        }
        lastOrdinal += 1
        artifact.ordinal = lastOrdinal
        artifacts.append(artifact)
        return artifact
    }
}

extension RestoreSession {
    /// Refuses a list that takes the same artifact out twice.
    package static func requireOnce(_ removed: [String]) throws(ServiceError) {
        guard Set(removed).count == removed.count else {
            throw ServiceError(.duplicateArtifactInList, "The list names an artifact twice.")
        }
    }

    /// Takes over the policy that a change names.
    package mutating func take(_ scope: PolicyScope) throws(ServiceError) {
        policyId = if let id = scope.policyID { try Identifiers.require(id, .invalidPolicyID) } else { nil }
    }
}

extension ServiceError {
    static func tooManyArtifacts(_ limit: Int) -> ServiceError {
        ServiceError(.restoreArtifactsLimitBreached, "A request takes at most \(limit) artifacts.")
    }
}
