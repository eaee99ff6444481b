import Catalog
import Foundation

extension RestoreSession {
    /// Makes an empty session one of a kind; a session never mixes kinds (behaviour.md, section 8).
    /// - Throws: `invalidArtifactRequest` where it holds something of another kind.
    mutating func take(_ kind: RestoreJobType) throws(ServiceError) {
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

extension CatalogAccess {
    /// A name for the folder that a granular restore makes, one that no other session has.
    func newRecoveryFolder(_ now: Date) throws -> String {
        let name = RecoveryFolder.name(at: now)
        let taken = Set(
            try page(Query<RestoreSession>(where: .text("recoveryFolder", .prefix, name))).compactMap(\.recoveryFolder))
        return RecoveryFolder.free(name) { taken.contains($0) }
    }
}

/// The folder that receives what a granular restore does not put back in place.
enum RecoveryFolder {
    /// `Recovered Items YYYY-MM-DD, HH.MM`, in UTC: a library refuses a colon. Source:
    /// contract behaviour.md, section 10.
    ///
    /// Sessions that were activated by versions with a colon keep the name that their row has.
    static func name(at moment: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: moment)
        func padded(_ number: Int?, _ width: Int) -> String {
            let text = "\(number ?? 0)"
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return
            """
            Recovered Items \(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2)), \
            \(padded(parts.hour, 2)).\(padded(parts.minute, 2))
            """
    }

    /// The name, or the name with the first number from 1 that is free.
    static func free(_ name: String, isTaken: (String) throws -> Bool) rethrows -> String {
        var (candidate, number) = (name, 0)
        while try isTaken(candidate) {
            number += 1
            candidate = "\(name) \(number)"
        }
        return candidate
    }
}
