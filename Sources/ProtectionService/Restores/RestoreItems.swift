public import Catalog
import FileTree
import Foundation
public import ProtectionRules
import Texts

/// A file or folder of a request, found in the restore point of its browse session.
struct CheckedItem: Sendable {
    var key: String
    var destinationType: DestinationType
    var session: BrowseSession
    var path: TreePath
    var webURL: String
}

extension RestoreOperations {
    /// Adds files and folders to a draft and takes some out. What it does not have is refused by
    /// itself; any other fault refuses everything.
    /// - Returns: the session as it is now, and a result for each entry, in the
    ///   order of the request.
    /// - Throws: as the change of whole artifacts, without the
    ///   codes of restore points.
    public func change(
        id: String, workload: Workload, items delta: [RestoreItemDelta], scope: PolicyScope? = nil, _ caller: Caller
    ) async throws -> (session: RestoreSession, artifacts: [RestoreItemDeltaResult]) {
        let id = try Identifiers.require(id, .invalidRestoreSessionID)
        let (tenantID, now, limits) = (tenantID, now, limits)
        let limit = limits.artifactsPerRequest
        _ = try await look { try SessionRows($0).draft(id: id, workload: workload, caller, tenantID: tenantID) }
        guard !delta.isEmpty else { throw ServiceError(.invalidArtifactRequest, "The list of artifacts is empty.") }
        guard delta.count <= limit else { throw ServiceError.tooManyArtifacts(limit) }
        try RestoreSession.requireOnce(delta.compactMap { if case .remove(let key) = $0 { key } else { nil } })
        var checked: [CheckedItem?] = []
        for entry in delta {
            if case .add(let draft) = entry {
                checked.append(try await checkedItem(draft, workload))
            } else {
                checked.append(nil)
            }
        }
        let ids = delta.map { _ in dependencies.makeID() }
        return try await change(makesDue: false) { [checked] writer in
            var session = try SessionRows(writer).draft(id: id, workload: workload, caller, tenantID: tenantID)
            try session.take(.granular)
            let known = try writer.page(
                Query<GranularRestoreArtifact>(where: .equal("sessionId", id), order: [.init("ordinal")]))
            var present = PresentItems(known)
            if let scope { try session.take(scope) }
            var results: [RestoreItemDeltaResult] = []
            for (number, entry) in delta.enumerated() {
                switch entry {
                case .add:
                    guard let item = checked[number] else { preconditionFailure("every addition was checked") }
                    results.append(.added(try ItemRows(writer).add(item, id: ids[number], to: session, &present)))
                case .remove(let key):
                    guard let artifact = present.remove(key) else {
                        results.append(.refused(.noArtifact(key, contentID: ids[number])))
                        continue
                    }
                    try writer.delete(GranularRestoreArtifact.self, id: artifact.id)
                    results.append(.removed(key: key))
                }
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

    /// The items of a draft. What does not need the backups is checked first.
    func checkedItems(of draft: RestoreSessionDraft, _ caller: Caller) async throws -> [CheckedItem] {
        guard let drafts = draft.items else { return [] }
        let tenantID = tenantID
        try await look { try ServiceRows($0).requireMayChange(.restore, caller, tenantID: tenantID) }
        try draft.requireOneKind()
        guard !drafts.isEmpty else { throw ServiceError(.invalidArtifactRequest, "The list of artifacts is empty.") }
        guard drafts.count <= limits.artifactsPerRequest else {
            throw ServiceError.tooManyArtifacts(limits.artifactsPerRequest)
        }
        var items: [CheckedItem] = []
        for item in drafts { items.append(try await checkedItem(item, draft.workload)) }
        return items
    }

    private func checkedItem(_ draft: RestoreItemDraft, _ workload: Workload) async throws -> CheckedItem {
        guard let key = draft.itemKey, !key.isEmpty, let sessionID = draft.browseSessionID else {
            throw ServiceError(.invalidArtifactRequest, "Each artifact names its browseSessionId and its item key.")
        }
        do {
            let session = try await context.browsing.session(id: sessionID, workload: workload)
            return try await context.browsing.reading(session) { tree in
                let place = try await tree.location(key)
                guard place.kind == .file || place.kind == .folder else {
                    throw ServiceError(
                        .invalidArtifactRequest,
                        "Name a file or a folder; a whole drive or site is restored by a session of whole artifacts.")
                }
                return CheckedItem(
                    key: key, destinationType: draft.destinationType ?? .new, session: session, path: place.path,
                    webURL: tree.unit.webURL(of: place.path))
            }
        } catch let error as ServiceError
            where error.code == .browseSessionNotFound || error.code == .invalidBrowseRequest
        {
            throw ServiceError(.invalidArtifactRequest, error.message)
        }
    }
}

/// The items that a session has, for the rules between them.
struct PresentItems {
    private(set) var artifacts: [GranularRestoreArtifact] = []
    private var lastOrdinal = -1

    init(_ artifacts: [GranularRestoreArtifact] = []) {
        self.artifacts = artifacts
        lastOrdinal = artifacts.map(\.ordinal).max() ?? -1
    }

    /// Takes an artifact in, with the next number.
    /// - Throws: `differentRestoreDestinationType`, `duplicateArtifactInList`.
    mutating func add(_ artifact: GranularRestoreArtifact) throws(ServiceError) -> GranularRestoreArtifact {
        var artifact = artifact
        guard artifacts.allSatisfy({ $0.destinationType == artifact.destinationType }) else {
            throw ServiceError(
                .differentRestoreDestinationType, "All artifacts of a session must have the same destinationType.")
        }
        guard !artifacts.contains(where: { $0.itemKey == artifact.itemKey }) else {
            throw ServiceError(.duplicateArtifactInList, "The item is in the session already.")
        }
        lastOrdinal += 1
        artifact.ordinal = lastOrdinal
        artifacts.append(artifact)
        return artifact
    }

    mutating func remove(_ key: String) -> GranularRestoreArtifact? {
        artifacts.firstIndex { $0.itemKey == key }.map { artifacts.remove(at: $0) }
    }
}
