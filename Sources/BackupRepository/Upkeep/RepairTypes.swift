import ResticFormat

/// A file or folder of a snapshot that cannot be brought back.
public struct LostItem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The snapshot, 64 hexadecimal digits.
    public var snapshot: String
    /// The item's path, as text; `/` is the whole snapshot.
    public var path: String
    /// Whether it is a folder, with all that was in it.
    public var isFolder: Bool

    public init(snapshot: String, path: String, isFolder: Bool) {
        self.snapshot = snapshot
        self.path = path
        self.isFolder = isFolder
    }

    /// One line, with what a terminal could take for a command made visible.
    public var description: String {
        "snapshot \(snapshot.prefix(8)): \(isFolder ? "folder " : "")\(path.debugDescription)"
    }
}

/// What a repair does, as a value: counts for people, objects by name.
public struct RepairPlan: Sendable, CustomStringConvertible {
    /// Everything found wrong, as a check tells it.
    public internal(set) var problems: [CheckProblem] = []
    /// Packs that are whole; the new index lists them.
    public internal(set) var soundPacks = 0
    /// Packs that are not what they should be; object names. What opens is moved to new packs.
    public internal(set) var damagedPacks: [String] = []
    /// Blobs that are moved out of damaged packs.
    public internal(set) var salvagedBlobs = 0
    /// Index, key and lock files that cannot be used; object names.
    public internal(set) var unusableFiles: [String] = []
    /// Snapshots whose own file cannot be read: nothing is known of what they held.
    public internal(set) var unreadableSnapshots: [String] = []
    /// Snapshots of which something is lost; they are rewritten without it.
    public internal(set) var damagedSnapshots: [String] = []
    /// Snapshots that an earlier repair wrote without what was lost.
    public internal(set) var mendedSnapshots: [String] = []
    /// Exactly what is lost, by snapshot and path.
    public internal(set) var lost: [LostItem] = []
    /// Snapshots that are whole and cannot be restored before the index is rebuilt.
    public internal(set) var unreachableSnapshots: [String] = []
    /// Whether the index says something else than the packs.
    public internal(set) var needsIndex = false

    /// The blobs that are there, wherever they lie.
    var index = BlobIndex()
    /// Packs for the new index.
    var sound: [PackIndex] = []
    /// Blobs to move, as records of `index`.
    var salvaged: [UInt32] = []

    /// Whether there is nothing to do.
    public var isEmpty: Bool {
        damagedPacks.isEmpty && unusableFiles.isEmpty && unreadableSnapshots.isEmpty && damagedSnapshots.isEmpty
            && !needsIndex
    }

    /// Snapshots that cannot give back everything that they should: no restore point
    /// may use them silently.
    public var incompleteSnapshots: Set<String> {
        Set(unreadableSnapshots + damagedSnapshots + mendedSnapshots + unreachableSnapshots)
    }

    /// One line for a person.
    public var description: String {
        isEmpty
            ? "nothing to repair: \(soundPacks) packs are whole"
            : """
            keep \(soundPacks) packs, salvage \(salvagedBlobs) blobs from \(damagedPacks.count) damaged packs, \
            drop \(unusableFiles.count) unusable files, rewrite \(damagedSnapshots.count) snapshots without \
            \(lost.count) lost items, give up \(unreadableSnapshots.count) unreadable snapshots
            """
    }
}

/// What a repair did.
public struct RepairOutcome: Sendable {
    /// The plan that was executed.
    public var plan: RepairPlan
    /// For every rewritten snapshot the ID of its replacement.
    public var replaced: [String: String]
    /// Snapshots that are gone because nothing of them could be read.
    public var dropped: [String]
}

extension RepairPlan {
    /// Takes over what a second run found to be lost for good.
    public mutating func adopt(_ last: RepairPlan) {
        lost = last.lost
        damagedSnapshots = last.damagedSnapshots
        unreadableSnapshots = last.unreadableSnapshots
        mendedSnapshots = last.mendedSnapshots
    }
}
