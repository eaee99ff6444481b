public import Foundation

/// A search for names of files across the restore points of units. It looks through the units in the
/// order of their ids.
public struct FileSearchRecord: CatalogRecord, Hashable {
    public var id: String = ""
    /// The words as the client wrote them.
    public var query: String = ""
    /// The units that the client named, in order; nil for all.
    public var unitIds: UnitIDs?
    /// Only what was there at a restore point from this moment on counts.
    public var startDateTime: Date?
    /// Only what was there at a restore point up to this moment counts.
    public var endDateTime: Date?
    /// Whether items count that the newest point does not have.
    public var includeDeleted: Bool = true
    public var status: FileSearchStatus = .running
    /// How many units were looked through.
    public var searchedUnits: Int = 0
    public var totalUnits: Int = 0
    public var resultCount: Int = 0
    /// The last unit that the search came to; nil before the first.
    public var reachedUnitId: String?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it is forgotten.
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    /// Ids of units, each once.
    public struct UnitIDs: SQLJSON, Hashable {
        public var values: [String]

        public init(_ values: [String]) { self.values = values }
    }

    public static let table = Table<FileSearchRecord>(
        "fileSearch",
        [
            Column("id", \.id),
            Column("query", \.query),
            Column("unitIds", \.unitIds),
            Column("startDateTime", \.startDateTime),
            Column("endDateTime", \.endDateTime),
            Column("includeDeleted", \.includeDeleted),
            Column("status", \.status),
            Column("searchedUnits", \.searchedUnits),
            Column("totalUnits", \.totalUnits),
            Column("resultCount", \.resultCount),
            Column("reachedUnitId", \.reachedUnitId),
            Column("createdDateTime", \.createdDateTime),
            Column("expirationDateTime", \.expirationDateTime),
        ])
}

/// How far a search for files is.
public enum FileSearchStatus: String, SQLEnum, CaseIterable {
    case running
    /// Every unit was looked through whose names are known.
    case complete
    /// It was given up.
    case cancelled
}

/// A unit that a search found something in, or comes back to. Other units have none.
public struct FileSearchUnit: CatalogRecord, Hashable {
    public var id: String = ""
    public var searchId: String = ""
    public var unitId: String = ""
    /// Its place in the results; the next unit gets the next number.
    public var number: Int = 0
    /// Whether the names of the unit have to be read first.
    public var isWaiting: Bool = false
    public var resultCount: Int = 0

    public init() {}

    public static let table = Table<FileSearchUnit>(
        "fileSearchUnit",
        [
            Column("id", \.id),
            Column("searchId", \.searchId),
            Column("unitId", \.unitId),
            Column("number", \.number),
            Column("isWaiting", \.isWaiting),
            Column("resultCount", \.resultCount),
        ])

    /// The units of a search of either kind.
    public static func condition(ofSearch id: String, waiting isWaiting: Bool) -> RowPredicate {
        .and([.equal("searchId", id), .equal("isWaiting", isWaiting)])
    }
}
