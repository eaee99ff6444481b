public import FileTree
import ResticFormat

/// What a restore will do, as a value: printable, countable, not yet begun.
///
/// Files are kept as fixed-size records with their names in one array, about 60 bytes each, because
/// a drive may have a million.
public struct RestorePlan: Sendable {
    /// The snapshot that is brought back.
    public let snapshot: String
    /// What has to be true of the destination afterwards.
    public let mode: RestoreMode
    public internal(set) var summary = RestoreSummary()
    /// Items that could not be compared; their restore is tried all the same where possible.
    public internal(set) var failures: [ItemFailure] = []
    /// What could not be read when the snapshot was taken, where it is in the destination.
    public internal(set) var unread: [UnreadItem] = []
    /// Items that the snapshot does not have and that are not removed, because they may be, or may
    /// hold, what could not be read then.
    public internal(set) var leftAlone: [TreePath] = []

    /// How many trees of snapshots were read for it, for showing what a plan costs.
    public internal(set) var treesRead = 0

    let destination: any WritableTree
    let index: BlobIndex
    /// Where `unread` may be by now.
    var moved: MovedUnread
    /// Folders in which an interrupted run left something under a temporary name.
    var leftovers: [TreePath] = []
    var folders: [PlannedFolder] = []
    var files: [PlannedFile] = []
    /// The names of `files`, one after the other.
    var names: [UInt8] = []
    /// The blobs of `files`, as numbers of records in `index`.
    var blobs: [UInt32] = []
    /// Whether it was made from a snapshot that is known to equal the destination.
    var isKnown = false
    /// Positions in `blobs` that are known to stand where they belong: neither read nor written.
    var inPlace = Set<UInt32>()
    /// What `files` are given beside content and time; most have it in common with others.
    var attributes: [PlannedAttributes] = []
    var others: [PlannedItem] = []
    var links: [PlannedLink] = []
    var moves: [PlannedMove] = []
    /// What stands in the way of a folder or special item and goes first, with everything in it.
    var obstacles: [TreePath] = []
    /// What the snapshot does not have, folders with everything in them.
    var removals: [TreePath] = []
    /// Attributes to set on items whose content is right.
    var fixes: [PlannedFix] = []
    /// What every item looked like that is touched, so that a run leaves alone what was changed since;
    /// nil where it does not compare.
    var expected: PresentStamps?
    /// Whether it looks at some names of a file and perhaps not at others, because only a part of
    /// the destination was asked for.
    var cutsLinks = false

    init(
        snapshot: String, mode: RestoreMode, destination: any WritableTree, index: BlobIndex,
        moved: MovedUnread = MovedUnread()
    ) {
        self.moved = moved
        self.snapshot = snapshot
        self.mode = mode
        self.destination = destination
        self.index = index
    }

    /// The path of a planned file.
    func path(of file: PlannedFile) -> TreePath { folders[Int(file.folder)].path.appending(name(of: file)) }

    /// The name of a planned file.
    func name(of file: PlannedFile) -> [UInt8] {
        Array(names[Int(file.nameStart)..<(Int(file.nameStart) + Int(file.nameLength))])
    }

    /// The length of a planned file in bytes: that of its blobs together, as the planner made sure.
    func size(of file: PlannedFile) -> UInt64 {
        blobs(of: file).reduce(0) { $0 + UInt64(index.table[Int($1)].location.plaintextLength ?? 0) }
    }

    /// The blobs of a planned file, as numbers of records in `index`.
    func blobs(of file: PlannedFile) -> ArraySlice<UInt32> {
        blobs[Int(file.blobStart)..<(Int(file.blobStart) + Int(file.blobCount))]
    }

    /// Where each of its blobs belongs in a planned file, in bytes.
    func offsets(of file: PlannedFile) -> [UInt64] {
        var next: UInt64 = 0
        return blobs(of: file).map { record in
            defer { next += UInt64(index.table[Int(record)].location.plaintextLength ?? 0) }
            return next
        }
    }

    /// What a planned file is given beside its content.
    /// - Parameter isNew: whether it can have no extended attributes yet.
    func changes(for file: PlannedFile, settingOwners: Bool, isNew: Bool) -> AttributeChanges {
        let attributes = attributes[Int(file.attributes)]
        let isLeft = isNew ? attributes.extended.isEmpty : attributes.lacksExtended
        return AttributeChanges(
            permissions: attributes.permissions, modified: file.modified, owner: settingOwners ? attributes.owner : nil,
            extendedAttributes: isLeft ? nil : attributes.extended)
    }

    /// Every action as a line for a person, in the order of execution.
    public var lines: [String] {
        var lines = obstacles.map { "delete \($0) (another kind of item has to stand there)" }
        lines += folders.filter { $0.action == .create }.map { "create \($0.path)/" }
        lines += moves.map { "rename \($0.source) to \($0.target)" }
        lines += removals.map { "delete \($0)" }
        lines += files.map { "\($0.present == .none ? "create" : "rewrite") \(path(of: $0)) (\(size(of: $0)) bytes)" }
        lines += others.map { "create \($0.path)" }
        lines += links.map { "link \($0.path) to \($0.existing)" }
        lines += fixes.map { "fix attributes of \($0.path)" }
        lines += folders.filter { $0.action == .fix }.map { "fix attributes of \($0.path)/" }
        lines += leftAlone.map { "leave \($0) (what could not be read when the snapshot was taken may be it)" }
        return lines
    }
}

extension RestorePlan: CustomStringConvertible {
    /// The summary and every action, a line each.
    public var description: String {
        (["\(snapshot.prefix(8)) \(mode.rawValue): \(summary)"] + lines).joined(separator: "\n")
    }
}

/// A folder of the snapshot.
struct PlannedFolder: Sendable {
    enum Action: Sendable { case keep, fix, create }
    var path: TreePath
    var action: Action
    /// nil for the root of a snapshot, whose attributes are not recorded.
    var attributes: AttributeChanges?
    /// Whether the folder can be filled before it is seen: it is new, its place is free, and it
    /// will hold no folders.
    var isFilledFirst = false
}

/// A file to be written. 40 bytes without references, so that a million of them are
/// one piece of memory.
struct PlannedFile: Sendable {
    private let seconds: Int64
    private let nanoseconds: UInt32
    var folder: UInt32
    var nameStart: UInt32
    /// The first of its blobs in `RestorePlan.blobs`.
    var blobStart: UInt32
    var blobCount: UInt32
    /// The number of its attributes in `RestorePlan.attributes`.
    var attributes: UInt32
    /// Wider than any file system's limit, so that the destination refuses a name that is too long.
    var nameLength: UInt16
    /// What of that name is there now.
    var present: PresentFile

    /// Notes a file whose name and blobs are the next ones of `plan`.
    init(
        _ plan: RestorePlan, folder: UInt32, nameLength: UInt16, blobCount: UInt32, modified: Timestamp,
        attributes: UInt32, present: PresentFile
    ) {
        seconds = modified.seconds
        nanoseconds = modified.nanoseconds
        self.folder = folder
        nameStart = UInt32(plan.names.count)
        blobStart = UInt32(plan.blobs.count)
        self.blobCount = blobCount
        self.attributes = attributes
        self.nameLength = nameLength
        self.present = present
    }

    var modified: Timestamp { Timestamp(seconds: seconds, nanoseconds: nanoseconds) }
}

/// What a file is given beside content and time.
struct PlannedAttributes: Sendable, Hashable {
    var permissions: UInt16
    var owner: AttributeChanges.Owner
    var extended: [ExtendedAttribute]
    /// Whether there may be others that could not be read.
    var lacksExtended = false
}

/// What stands where a file will be written.
enum PresentFile: UInt8, Sendable {
    /// Nothing, or no file.
    case none
    /// A file without common content, as far as was compared.
    case other
    /// A file with some of the same content at the same places.
    case similar
}

/// A symbolic link, pipe, socket or device to create.
struct PlannedItem: Sendable {
    var path: TreePath
    var node: Node
    /// Whether something of that name has to go first.
    var replaces: Bool
}

/// A further name of a file.
struct PlannedLink: Sendable {
    var path: TreePath
    var existing: TreePath
}

/// A file that is elsewhere in the destination.
struct PlannedMove: Sendable {
    var source: TreePath
    var target: TreePath
    var changes: AttributeChanges
}

struct PlannedFix: Sendable {
    var path: TreePath
    var changes: AttributeChanges
}
