import FileTree
import ResticFormat

/// A folder as it was archived.
struct ArchivedFolder: Sendable {
    var tree: ObjectID
    /// Whether its entries equal the parent snapshot's.
    var isSame: Bool
    /// What the next run needs to find the folder unchanged by its listing alone; nil where nothing
    /// is kept for it.
    var seen: Seen?

    /// Where the records of a folder and of all beneath it stand.
    enum Seen: Sendable {
        /// Nothing changed: in the last run's records, from this number on.
        case asBefore(Int)
        case new(FolderRecords)
    }
}

/// What came of a folder.
enum FolderOutcome: Sendable {
    case archived(ArchivedFolder)
    /// It cannot be listed.
    case unread(TreeError)

    var isSame: Bool { if case .archived(let folder) = self { folder.isSame } else { false } }
}

/// What came of an entry of a folder.
struct ArchivedEntry: Sendable {
    /// nil where it went meanwhile.
    var node: Node?
    /// Whether the node equals the one in the parent snapshot.
    var isSame = false
    /// For a folder.
    var seen: ArchivedFolder.Seen?
    /// For a new or changed file, where the run compares with an earlier one.
    var changed: ChangedFile?
}
