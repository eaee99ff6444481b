public import Catalog

/// One artifact as a client asks for it.
public struct RestoreArtifactDraft: Sendable, Hashable {
    /// The restore point; nil where the request names none.
    public var restorePointID: String?
    /// Where to; nil where the request names none, or one that is unknown.
    public var destinationType: DestinationType?

    /// Makes a draft.
    public init(restorePointID: String?, destinationType: DestinationType?) {
        self.restorePointID = restorePointID
        self.destinationType = destinationType
    }
}

/// What a client sends to create a restore session.
public struct RestoreSessionDraft: Sendable, Hashable {
    /// The workload of everything in it.
    public var workload: Workload
    /// What to restore; nil where the request has no list (an empty session), which is not the same as an empty list.
    public var artifacts: [RestoreArtifactDraft]?
    /// The policy that the units must belong to (beta).
    public var policyID: String?

    /// Makes a draft.
    public init(workload: Workload, artifacts: [RestoreArtifactDraft]?, policyID: String? = nil) {
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
}
