public import Foundation

/// What a snapshot changed in a unit, written in the transaction that adds its restore point. A
/// backup that found no change writes none.
///
/// Kept for 14 days, then summed up as a ``ChangeDay``. The id is that of the restore point; the
/// row outlives the point.
public struct ChangeStatistics: CatalogRecord, ChangeAmounts, Hashable {
    public var id: String = ""
    public var unitId: String = ""
    /// The moment of the restore point.
    public var dateTime: Date = Date(timeIntervalSince1970: 0)
    /// Files in the snapshot.
    public var files: Int = 0
    /// Files that the snapshot before does not have.
    public var added: Int = 0
    /// Files that differ from those of the same path in the snapshot before.
    public var changed: Int = 0
    /// Files of the snapshot before whose path is gone.
    public var removed: Int = 0
    /// The lesser of `added` and `removed`: encryption that renames adds as many as it removes.
    public var replaced: Int = 0
    /// Files whose content was replaced by content that the repository did not have, under the same
    /// path or a new one.
    public var rewritten: Int = 0
    /// Content bytes that the repository did not have.
    public var addedBytes: Int = 0
    /// The same as stored: compressed and sealed.
    public var storedBytes: Int = 0
    public var flags: ChangeFlags = []
    /// What speaks of damage; nil for nearly every snapshot.
    public var evidence: ChangeEvidence?

    public init() {}

    public init(id: String, unitId: String, dateTime: Date) {
        self.id = id
        self.unitId = unitId
        self.dateTime = dateTime
    }

    public static let table = Table<ChangeStatistics>(
        "changeStatistics",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("dateTime", \.dateTime),
            Column("files", \.files),
            Column("added", \.added),
            Column("changed", \.changed),
            Column("removed", \.removed),
            Column("replaced", \.replaced),
            Column("rewritten", \.rewritten),
            Column("addedBytes", \.addedBytes),
            Column("storedBytes", \.storedBytes),
            Column("flags", \.flags),
            Column("evidence", \.evidence),
        ])

    /// Files that the snapshot touched.
    public var touched: Int { added + changed + removed - replaced }

    /// How many files there were before.
    public var filesBefore: Int { max(0, files - added + removed) }

    /// The part of the files that the snapshot touched, in millionths.
    public var shareMillionths: Int { Self.millionths(touched, of: max(files, filesBefore)) }

    /// A part of a whole, from 0 to a million.
    public static func millionths(_ part: Int, of whole: Int) -> Int {
        guard whole > 0, part > 0 else { return 0 }
        return part >= whole ? 1_000_000 : Int(Double(part) / Double(whole) * 1_000_000)
    }
}

/// What is special about a change.
public struct ChangeFlags: SQLFlags, Hashable {
    /// The sum of the flags.
    public let rawValue: Int

    /// Makes a set from a sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The first snapshot of the unit: everything is new.
    public static let first = ChangeFlags(rawValue: 1)
    /// Some items could not be read.
    public static let partial = ChangeFlags(rawValue: 2)
    /// One signal of damage, or one of a kind that ordinary work gives too.
    public static let notable = ChangeFlags(rawValue: 4)
    /// It belongs to an incident.
    public static let incident = ChangeFlags(rawValue: 8)
    /// Made again from the repository: what speaks of damage is not known.
    public static let rebuilt = ChangeFlags(rawValue: 16)
}

/// What of a snapshot speaks of damage to files. All are counts of the archiver; `docs/detection.md`
/// says what they are good for.
public struct ChangeEvidence: SQLJSON, Hashable {
    /// Files changed under their own name whose content does not fit the name any more, is empty,
    /// or is zeros only.
    public var broken: Int = 0
    /// Files changed under their own name that compressed before and do not any more.
    public var hardened: Int = 0
    /// New files that no program seems able to read: of no known form, and random.
    public var strangers: Int = 0
    /// Of `strangers`, those in whose folder as many files of a known kind went.
    public var pairedStrangers: Int = 0
    /// Files of a known kind in whose folder as many came that have an unfamiliar ending, or none.
    public var disguised: Int = 0
    /// Removed files of a kind that people make; those in folders that are gone are not among them.
    public var familiarRemoved: Int = 0
    /// Folders that are still there and lost such a file.
    public var losingFolders: Int = 0
    /// Folders in the snapshot.
    public var folders: Int = 0
    /// Folders with files that count as hit.
    public var hitFolders: Int = 0
    /// The kinds of the files that count as hit, a bit for each.
    public var kinds: Int = 0
    /// The unfamiliar ending that most of `disguised` have.
    public var ending: String?
    public var endingFiles: Int = 0
    /// The name of the small new file that most folders got with equal content.
    public var note: String?
    public var noteFolders: Int = 0
    /// New archives that can be opened with a password only.
    public var sealedArchives: Int = 0
    /// Folders that got such an archive and lost files.
    public var sealedFolders: Int = 0
    /// Files of known kinds that went from these folders.
    public var sealedAway: Int = 0
    /// Of `strangers`, those beside the file whose name they have with an ending behind it. This and
    /// the following are nil in rows of before they were counted.
    public var copies: Int?
    /// Folders that lost files of a kind that people make, and still have others.
    public var thinnedFolders: Int?
    /// The files that went from these folders, less what came there.
    public var thinnedAway: Int?
    /// Folders that are still there and lost all their files of such kinds.
    public var emptiedFolders: Int?
    /// Folders that are gone.
    public var goneFolders: Int?
    /// Folders in the snapshot with files in them.
    public var filledFolders: Int?
    /// A few of the files that count as hit.
    public var samples: [ChangeSample] = []

    public init() {}

    /// Files that are damaged by this snapshot alone.
    public var hits: Int { broken + hardened + max(pairedStrangers, disguised) + sealedAway + (copies ?? 0) }
}

/// A file that counts as hit.
public struct ChangeSample: Codable, Hashable, Sendable {
    /// Its path in the snapshot.
    public var path: String
    /// The path that it may have had before, where that is another one.
    public var pathBefore: String?

    public init(path: String, pathBefore: String? = nil) {
        self.path = path
        self.pathBefore = pathBefore
    }
}
