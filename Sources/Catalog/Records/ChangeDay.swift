public import Foundation

/// The changes of a unit on one day (UTC), made of its ``ChangeStatistics`` when they are 14 days
/// old. It is kept as long as the unit has a restore point.
public struct ChangeDay: CatalogRecord, ChangeAmounts, Hashable {
    /// The unit's id and the day's number since 1970, so that a day is written once.
    public var id: String = ""
    public var unitId: String = ""
    /// The moment at which the day begins.
    public var dateTime: Date = Date(timeIntervalSince1970: 0)
    /// Files in the last snapshot of the day.
    public var files: Int = 0
    public var added: Int = 0
    public var changed: Int = 0
    public var removed: Int = 0
    public var replaced: Int = 0
    public var rewritten: Int = 0
    public var addedBytes: Int = 0
    public var storedBytes: Int = 0
    /// The greatest part of the files that one snapshot touched, in millionths.
    public var greatestShare: Int = 0
    /// Snapshots that changed something.
    public var snapshots: Int = 0
    /// Files that counted as hit.
    public var hits: Int = 0
    /// All flags of the day.
    public var flags: ChangeFlags = []

    public init() {}

    public init(unitId: String, day: Int) {
        id = Self.id(unitId, day: day)
        self.unitId = unitId
        dateTime = Date(timeIntervalSince1970: Double(day) * Self.seconds)
    }

    public static let table = Table<ChangeDay>(
        "changeDay",
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
            Column("greatestShare", \.greatestShare),
            Column("snapshots", \.snapshots),
            Column("hits", \.hits),
            Column("flags", \.flags),
        ])

    public static let seconds: Double = 86_400

    public static func id(_ unitID: String, day: Int) -> String { "\(unitID)/\(day)" }

    /// The number of the day that a moment lies in.
    public static func day(of moment: Date) -> Int { Int((moment.timeIntervalSince1970 / seconds).rounded(.down)) }

    /// Adds a later snapshot of the day.
    public mutating func add(_ change: ChangeStatistics) {
        files = change.files
        addAmounts(of: change)
        rewritten += change.rewritten
        greatestShare = max(greatestShare, change.shareMillionths)
        snapshots += 1
        hits += change.evidence?.hits ?? 0
        flags.formUnion(change.flags)
    }
}

/// The changes of all units together in ten minutes, or on a day once the ten minutes are old.
public struct ChangeTotal: CatalogRecord, ChangeAmounts, Hashable {
    /// The bucket's length and number, so that a bucket is one row.
    public var id: String = ""
    /// The moment at which the bucket begins.
    public var dateTime: Date = Date(timeIntervalSince1970: 0)
    /// 600, or 86,400 for a day.
    public var seconds: Int = 0
    /// Files of all units after the last change of the bucket.
    public var files: Int = 0
    public var added: Int = 0
    public var changed: Int = 0
    public var removed: Int = 0
    public var replaced: Int = 0
    public var addedBytes: Int = 0
    public var storedBytes: Int = 0
    /// The greatest part of its files that one snapshot of any unit touched, in millionths.
    public var greatestShare: Int = 0
    /// Snapshots that changed something.
    public var snapshots: Int = 0
    /// Of those, how many touched at least a tenth of the unit's files.
    public var snapshotsHit: Int = 0
    public var flags: ChangeFlags = []

    public init() {}

    public init(dateTime: Date, seconds: Int) {
        let number = Int((dateTime.timeIntervalSince1970 / Double(seconds)).rounded(.down))
        id = "\(seconds)/\(number)"
        self.dateTime = Date(timeIntervalSince1970: Double(number * seconds))
        self.seconds = seconds
    }

    public static let table = Table<ChangeTotal>(
        "changeTotal",
        [
            Column("id", \.id),
            Column("dateTime", \.dateTime),
            Column("seconds", \.seconds),
            Column("files", \.files),
            Column("added", \.added),
            Column("changed", \.changed),
            Column("removed", \.removed),
            Column("replaced", \.replaced),
            Column("addedBytes", \.addedBytes),
            Column("storedBytes", \.storedBytes),
            Column("greatestShare", \.greatestShare),
            Column("snapshots", \.snapshots),
            Column("snapshotsHit", \.snapshotsHit),
            Column("flags", \.flags),
        ])

    /// From this part of a unit's files on, in millionths, the unit counts as hit.
    public static let hitShare = 100_000
}

extension ChangeStatistics {
    /// Whether it touched so much that the unit counts as hit; a first snapshot touches nothing.
    public var isHit: Bool { shareMillionths >= ChangeTotal.hitShare && !flags.contains(.first) }
}
