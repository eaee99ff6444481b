public import ProtectionRules
public import Catalog
import Foundation
import Texts

extension ServiceContext {
    /// Creates a draft of a restore session, with its artifacts.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `invalidCreateRequest` (a conflict
    ///   behaviour without files), `invalidArtifactRequest`, `invalidPathType`,
    ///   `invalidRestorePoint`, `differentRestoreDestinationType`, `duplicateArtifactInList`,
    ///   `restoreArtifactsLimitBreached` (413 here), `invalidPolicyID`.
    public func createRestoreSession(_ draft: RestoreSessionDraft, _ caller: Caller) async throws -> RestoreSession {
        let (tenantID, now) = (tenantID, now)
        let items = try await checkedItems(of: draft, caller)
        var session = RestoreSession(
            id: dependencies.makeID(), workload: draft.workload, status: .draft, createdDateTime: now
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
        return try await change(makesDue: false) { [log, session] writer in
            try writer.requireMayChange(.restore, caller, tenantID: tenantID)
            try draft.requireOneKind()
            if let policyID = draft.policyID { _ = try Identifiers.require(policyID, .invalidPolicyID) }
            let wanted = try CheckedArtifact.check(draft.artifacts)
            guard wanted.count <= limit else { throw ServiceError.tooManyArtifacts(limit) }
            var session = session
            session.artifactsTotal = wanted.count + items.count
            try writer.insert(session)
            var present = PresentArtifacts()
            for (artifact, id) in zip(wanted, ids) { try writer.add(artifact, id: id, to: session, &present) }
            var presentItems = PresentItems()
            for (item, id) in zip(items, ids) { try writer.add(item, id: id, to: session, &presentItems) }
            try writer.insert(try writer.describing(session, in: log))
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
    public func changeRestoreSession(
        id: String, workload: Workload, delta: [RestoreArtifactDelta]?, scope: PolicyScope? = nil,
        isGranularMail: Bool = false, _ caller: Caller
    ) async throws -> (session: RestoreSession, artifacts: [RestoreArtifactDeltaResult]) {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now, limits) = (tenantID, now, limits)
        let limit = limits.artifactsPerRequest
        let ids = (delta ?? []).prefix(limit).map { _ in dependencies.makeID() }
        return try await change(makesDue: false) { writer in
            var session = try writer.draftSession(id, workload, caller, tenantID)
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
                try writer.apply(entry, newID: id, to: session, &present)
            }
            if scope != nil { try writer.requireUnits(present.artifacts.map(\.unitId), in: session) }
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
    public func deleteRestoreSession(id: String, _ caller: Caller) async throws {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let tenantID = self.tenantID
        do {
            try await change(makesDue: false) { writer in
                let session = try writer.draftSession(id, nil, caller, tenantID)
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

extension CatalogAccess {
    /// A session that may be changed.
    /// - Parameter workload: nil where the path does not say one.
    func draftSession(
        _ id: String, _ workload: Workload?, _ caller: Caller, _ tenantID: String
    ) throws -> RestoreSession {
        guard let session = try find(RestoreSession.self, id: id), workload == nil || session.workload == workload
        else {
            throw ServiceError(.restoreSessionNotFound, "Unable to find the restore session.")
        }
        try requireMayChange(.restore, caller, tenantID: tenantID)
        guard session.status == .draft else {
            throw ServiceError(
                .restoreSessionActionNotAllowed,
                "Only a draft session can be changed; this one is \(session.status.rawValue).")
        }
        return session
    }
}

extension CatalogWriter {
    /// Adds an artifact to a session.
    @discardableResult
    fileprivate func add(
        _ wanted: CheckedArtifact, id: String, to session: RestoreSession, _ present: inout PresentArtifacts
    ) throws -> RestoreArtifact {
        guard let point = try find(RestorePoint.self, id: wanted.restorePointID), point.workload == session.workload,
            !point.isDamaged
        else {
            throw ServiceError(
                .invalidRestorePoint, "There is no such restore point for this workload: \(wanted.restorePointID).")
        }
        if let policyID = session.policyId, try find(ProtectionUnit.self, id: point.unitId)?.policyId != policyID {
            throw ServiceError(
                .invalidArtifactRequest,
                "The unit of restore point \(point.id) does not belong to the policy of the session.")
        }
        var new = RestoreArtifact(
            id: id, sessionId: session.id, workload: session.workload, ordinal: 0, restorePointId: point.id,
            unitId: point.unitId,
            destinationType: wanted.destinationType, status: .added)
        new.searchResponseId = wanted.searchResponseID
        let artifact = try present.add(new)
        try insert(artifact)
        return artifact
    }

    fileprivate func apply(
        _ entry: RestoreArtifactDelta, newID: String, to session: RestoreSession, _ present: inout PresentArtifacts
    ) throws -> RestoreArtifactDeltaResult {
        switch entry {
        case .add(let draft):
            return .added(try add(try CheckedArtifact(draft), id: newID, to: session, &present))
        case .remove(let id):
            guard let place = present.artifacts.firstIndex(where: { $0.id == id.lowercased() }) else {
                return .refused(.noArtifact(id, contentID: newID))
            }
            try delete(RestoreArtifact.self, id: present.artifacts.remove(at: place).id)
            return .removed(id: id)
        }
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

extension CatalogAccess {
    /// Refuses artifacts of units that do not belong to the policy of a session, where it has one.
    func requireUnits(_ ids: [String], in session: RestoreSession) throws {
        guard let policyID = session.policyId else { return }
        for id in ids where try find(ProtectionUnit.self, id: id)?.policyId != policyID {
            throw ServiceError(
                .invalidArtifactRequest,
                "Unit \(id), of which the session has an artifact, does not belong to the policy.")
        }
    }
}

extension ServiceError {
    static func tooManyArtifacts(_ limit: Int) -> ServiceError {
        ServiceError(.restoreArtifactsLimitBreached, "A request takes at most \(limit) artifacts.")
    }
}
