import BackupRepository
import Connectors
import FileTree
import ObjectStorage

// What clients read about failures of the layers below. They see a unit, an artifact, an item of
// the drive: never where the server keeps them, nor an object of a repository. The errors' own
// texts say that, and go to the log.

extension TreeError {
    /// The text for clients; its item is named beside it.
    var clientText: String {
        path.isRoot || code == .treeUnavailable ? Self.clientText(ofWhole: code) : message
    }

    /// What is wrong with a drive or site as a whole.
    static func clientText(ofWhole code: Code) -> String {
        switch code {
        case .wrongKind, .escapes:
            """
            Something that is no folder stands where the folder of the drive or site should be; move it away, and \
            put the folder back or mount it.
            """
        case .permissionDenied:
            "The drive or site does not let the service in; give the account that the service runs as access to it."
        case .notFound: "The folder of the drive or site is gone; put it back, or make it empty to restore into it."
        case .outOfSpace: "The destination has no space left; free some."
        default: "The drive or site cannot be reached, or was replaced meanwhile; put it back or mount it again."
        }
    }
}

extension TenantError {
    /// The text for clients.
    var clientText: String {
        switch code {
        case .sourceNotFound: TreeError.clientText(ofWhole: .notFound)
        // Names of folders in the tenant, which are names of people.
        case .severalFolders: "\(message)."
        case .tooManyCopies: "There are as many copies of the drive or site as there may be; delete old ones."
        case .tenantNotFound: "The tenant is not there; mount it, or put it back."
        case .unavailable:
            (cause as? TreeError).map { TreeError.clientText(ofWhole: $0.code) } ?? "The tenant does not answer."
        case .invalidDirectory: "The directory of the tenant cannot be read; the server's log tells why."
        default: "The tenant cannot do this; the server's log tells why."
        }
    }
}

extension RepositoryError {
    /// The text for clients.
    var clientText: String {
        switch code {
        case .treeUnavailable:
            (cause as? TreeError).map { TreeError.clientText(ofWhole: $0.code) }
                ?? TreeError.clientText(ofWhole: .treeUnavailable)
        case .outOfSpace:
            cause is TreeError
                ? TreeError.clientText(ofWhole: .outOfSpace) : "The place for backups is full; free some space there."
        case .damaged, .notARepository:
            "The backup is damaged or incomplete; run 'holdfast repository check', or look at the server's log."
        case .wrongPassword: "The backup does not open with its key; the server's log tells more."
        case .locked, .viewOutdated, .overtaken: "Another program is using the backup."
        case .lockLost, .leaseLost: "The work took longer than its hold on the backup."
        case .snapshotNotFound: "The restore point is not in the backup any more."
        case .newerVersion, .unsupportedVersion:
            "The backup has a format that this version cannot write; the server's log tells more."
        case .storage where isRetryable: "The place for backups does not answer."
        default: "The place for backups failed; the server's log tells more."
        }
    }
}

extension ObjectStoreError {
    /// The text for clients.
    var clientText: String {
        switch code {
        case .outOfSpace: "The place for backups is full; free some space there."
        case _ where isRetryable: "The place for backups does not answer."
        default: "The place for backups failed; the server's log tells more."
        }
    }
}
