public import Catalog
import ProtectionRules

/// One artifact as a client asks for it.
public struct RestoreArtifactDraft: Sendable, Hashable {
    /// The restore point; nil where the request names none.
    public var restorePointID: String?
    /// Where to; nil where the request names none, or one that is unknown.
    public var destinationType: DestinationType?
    /// The search whose mail items are restored; nil for a whole mailbox, drive or site.
    public var searchResponseID: String?

    public init(restorePointID: String?, destinationType: DestinationType?, searchResponseID: String? = nil) {
        self.restorePointID = restorePointID
        self.destinationType = destinationType
        self.searchResponseID = searchResponseID
    }
}

/// One file or folder as a client asks for it.
public struct RestoreItemDraft: Sendable, Hashable {
    /// The browse session that the key is of; nil where the request names none.
    public var browseSessionID: String?
    /// The item's key; nil where the request names none.
    public var itemKey: String?
    /// Where to; nil for a new folder.
    public var destinationType: DestinationType?

    public init(browseSessionID: String?, itemKey: String?, destinationType: DestinationType? = nil) {
        self.browseSessionID = browseSessionID
        self.itemKey = itemKey
        self.destinationType = destinationType
    }
}

/// What a client sends to create a restore session.
public struct RestoreSessionDraft: Sendable, Hashable {
    /// The workload of everything in it.
    public var workload: Workload
    /// What to restore; nil where the request has no list (an empty session), which is not the same
    /// as an empty list.
    public var artifacts: [RestoreArtifactDraft]?
    /// The files and folders to restore; nil where the request has no such list. A session has one
    /// of the two lists.
    public var items: [RestoreItemDraft]?
    /// Whether the artifacts are the finds of a search in mailboxes.
    public var isGranularMail = false
    /// What to do where an item of the same name is there (beta, for files and folders only); nil
    /// where the request does not say.
    public var conflictBehavior: ConflictBehavior?
    /// The policy that the units must belong to (beta).
    public var policyID: String?

    public init(
        workload: Workload, artifacts: [RestoreArtifactDraft]?, items: [RestoreItemDraft]? = nil,
        conflictBehavior: ConflictBehavior? = nil,
        policyID: String? = nil
    ) {
        self.items = items
        self.conflictBehavior = conflictBehavior
        self.workload = workload
        self.artifacts = artifacts
        self.policyID = policyID
    }
}

/// One entry of a delta list of artifacts.
public enum RestoreArtifactDelta: Sendable, Hashable {
    /// Restore this too.
    case add(RestoreArtifactDraft)
    /// Take out the artifact with this id.
    case remove(id: String)
}

/// What an entry of a delta list of artifacts did.
public enum RestoreArtifactDeltaResult: Sendable, Hashable {
    /// It was added.
    case added(RestoreArtifact)
    /// It was taken out; the id as the request gave it.
    case removed(id: String)
    /// It could not be taken out; the rest of the request was done.
    case refused(EntryRefusal)
}

/// One entry of a delta list of files and folders.
public enum RestoreItemDelta: Sendable, Hashable {
    /// Restore this too.
    case add(RestoreItemDraft)
    /// Take out the artifact with this item key.
    case remove(key: String)
}

/// What an entry of a delta list of files and folders did.
public enum RestoreItemDeltaResult: Sendable, Hashable {
    /// It was added.
    case added(GranularRestoreArtifact)
    /// It was taken out.
    case removed(key: String)
    /// It could not be taken out; the rest of the request was done.
    case refused(EntryRefusal)
}

/// The policy that a change of a session names (beta).
public struct PolicyScope: Sendable, Hashable {
    /// Its id, as the client wrote it; nil for any policy.
    public var policyID: String?

    public init(policyID: String?) { self.policyID = policyID }
}

extension EntryRefusal {
    /// The refusal to take out what a session does not have.
    static func noArtifact(_ id: String, contentID: String) -> EntryRefusal {
        EntryRefusal(
            contentID: contentID, attempt: .remove, responseCode: 409, code: .artifactNotFound,
            message: "The session has no such artifact.", id: id)
    }
}
