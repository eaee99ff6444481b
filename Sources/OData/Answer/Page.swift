/// A page of a collection.
public struct Page<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The records in order.
    public var records: [Record]
    /// Where the next page begins, in the handler's own words; nil on the last page.
    public var nextPosition: String?
    /// All matches whatever the page, where `options.counts` asked for it.
    public var count: Int?
    /// The only properties to show where `$select` names none; nil for the default.
    public var shows: [String]?
    /// Entities that are shown inside of records without being asked for, by the record's id
    /// and the navigation's name.
    public var inlined: [String: [String: InlineEntity]] = [:]

    public init(_ records: [Record], nextPosition: String? = nil, count: Int? = nil, shows: [String]? = nil) {
        self.shows = shows
        self.records = records
        self.nextPosition = nextPosition
        self.count = count
    }
}

/// The answer of a POST, PATCH or action that shows one entity.
public struct EntityAnswer<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    public var record: Record
    /// The status; nil for the usual one: 201 created, 200 updated or acted upon.
    public var status: Int?
    /// The only properties to show; nil for what `$select` says or the default.
    public var shows: [String]?
    /// More members, written last, such as `things@delta`.
    public var extra: [ExtraMember]
    /// Header fields beside the usual ones.
    public var headers: Headers
    /// Preferences of the service that the answer honours, as `Preference-Applied` names them.
    public var appliedPreferences: [String] = []

    public init(
        _ record: Record, status: Int? = nil, shows: [String]? = nil, extra: [ExtraMember] = [],
        headers: Headers = Headers()
    ) {
        self.record = record
        self.status = status
        self.shows = shows
        self.extra = extra
        self.headers = headers
    }
}

/// The answer of an operation that gives values which are not entities.
public struct ValuePage<Value: EdmValue>: Sendable {
    /// The values in order.
    public var values: [Value]
    /// Where the next page begins; nil on the last page.
    public var nextPosition: String?
    /// The value of `@odata.count`; nil leaves it out.
    public var count: Int?

    public init(_ values: [Value], nextPosition: String? = nil, count: Int? = nil) {
        self.values = values
        self.nextPosition = nextPosition
        self.count = count
    }
}
