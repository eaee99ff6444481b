package import Catalog
import Foundation
package import ProtectionRules

extension RestoreSession {
    /// Makes an empty session one of a kind; a session never mixes kinds (behaviour.md, section 8).
    /// - Throws: `invalidArtifactRequest` where it holds something of another kind.
    package mutating func take(_ kind: RestoreJobType) throws(ServiceError) {
        guard kind != restoreJobType else { return }
        guard artifactsTotal == 0, restoreJobType != .bulk else {
            throw ServiceError(
                .invalidArtifactRequest,
                "The session is of kind \(restoreJobType.rawValue), and a session never mixes kinds; make another one.")
        }
        restoreJobType = kind
    }
}

extension RestoreSessionDraft {
    /// A draft has whole artifacts or single items, and only single items meet others
    /// of the same name.
    func requireOneKind() throws(ServiceError) {
        guard artifacts == nil || items == nil else {
            throw ServiceError(
                .invalidArtifactRequest,
                "A session restores whole artifacts or single items, never both; make two sessions.")
        }
        guard conflictBehavior == nil || items != nil else {
            throw ServiceError(
                .invalidCreateRequest, "A conflict behaviour is for the restore of single files and folders only.")
        }
        for artifact in artifacts ?? [] where isGranularMail && artifact.searchResponseID?.isEmpty ?? true {
            throw ServiceError(.invalidArtifactRequest, "searchResponseId is missing.")
        }
    }
}
