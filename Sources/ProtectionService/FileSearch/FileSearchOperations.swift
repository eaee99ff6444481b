public import Catalog
public import Foundation
public import ProtectionRules
package import Texts

extension ServiceContext {
    public var fileSearch: FileSearchOperations { FileSearchOperations(context: self) }
}

/// What a client searches for.
public struct FileSearchRequest: Sendable, Hashable {
    public var query: String
    /// The units to search; none means all.
    public var unitIDs: [String]
    public var start: Date?
    public var end: Date?
    public var includeDeleted: Bool

    public init(
        query: String, unitIDs: [String] = [], start: Date? = nil, end: Date? = nil, includeDeleted: Bool = true
    ) {
        self.query = query
        self.unitIDs = unitIDs
        self.start = start
        self.end = end
        self.includeDeleted = includeDeleted
    }
}

/// Searches for names of files across the restore points of units.
public struct FileSearchOperations: OperationGroup {
    package let context: ServiceContext

    /// Units that a request names at most.
    static let maximumUnits = 10_000
    /// Searches that are kept at once.
    static let maximumSearches = 1000
    /// How long a search is kept.
    static let lifeHours = 24

    /// Begins a search. A job goes through the units, one after the other.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `queryTooShort`, `badRequest` (too long
    ///   a query, an end before the start), `protectionUnitsLimitBreached`, `invalidProtectionUnitID`,
    ///   `protectionUnitNotFound`, `tooManyFileSearches`, and those of the catalogue.
    public func create(_ request: FileSearchRequest, _ caller: Caller) async throws -> FileSearchRecord {
        let tenantID = tenantID
        try await look { try ServiceRows($0).requireMayChange(.restore, caller, tenantID: tenantID) }
        var search = try checked(request)
        (search.id, search.createdDateTime) = (dependencies.makeID(), now)
        search.expirationDateTime = now.addingTimeInterval(Double(Self.lifeHours) * 3600)
        search.begin()
        let job = job(.searchFiles, search.id)
        return try await change(makesDue: false) { [search, now] writer in
            try ServiceRows(writer).requireMayChange(.restore, caller, tenantID: tenantID)
            let open = Query<FileSearchRecord>(where: .compare("expirationDateTime", .greater, now.sqlValue))
            guard try writer.count(open, upTo: Self.maximumSearches) < Self.maximumSearches else {
                throw ServiceError(
                    .tooManyFileSearches,
                    "There are \(Self.maximumSearches) searches; delete those that are no longer needed.",
                    isRetryable: true, retryAfterSeconds: 60)
            }
            var search = search
            if let ids = search.unitIds?.values {
                let known = Set(try writer.ids(Query<ProtectionUnit>(where: .oneOf("id", ids))))
                if let unknown = ids.first(where: { !known.contains($0) }) {
                    throw ServiceError(.protectionUnitNotFound, "There is no protection unit \(unknown).")
                }
            }
            search.totalUnits = try writer.count(Query<UnitRepository>(where: search.unitsCondition))
            try writer.insert(search)
            _ = try writer.addJob(job)
            return search
        }
    }

    private func checked(_ request: FileSearchRequest) throws -> FileSearchRecord {
        guard request.query.utf8.count <= NameQuery.maximumBytes else {
            throw ServiceError(.badRequest, "The query is longer than \(NameQuery.maximumBytes) bytes.")
        }
        guard NameQuery(request.query) != nil else {
            throw ServiceError(
                .queryTooShort,
                "A query needs at least \(NameQuery.minimumCharacters) characters besides '*', '?' and spaces.")
        }
        if let start = request.start, let end = request.end, end < start {
            throw ServiceError(.badRequest, "The end of the time range is before its start.")
        }
        guard request.unitIDs.count <= Self.maximumUnits else {
            throw ServiceError(
                .protectionUnitsLimitBreached,
                "A search names at most \(Self.maximumUnits) units; name none to search all of them.")
        }
        var search = FileSearchRecord()
        let ids = Set(try request.unitIDs.map { try Identifiers.require($0, .invalidProtectionUnitID) })
        (search.query, search.includeDeleted) = (request.query, request.includeDeleted)
        search.unitIds = ids.isEmpty ? nil : FileSearchRecord.UnitIDs(ids.sorted())
        (search.startDateTime, search.endDateTime) = (request.start, request.end)
        return search
    }

    /// A search that was not forgotten.
    /// - Throws: `fileSearchNotFound` for any other.
    public func search(id: String) async throws -> FileSearchRecord {
        let (id, now) = (id.lowercased(), now)
        guard let search = try await look({ try $0.find(FileSearchRecord.self, id: id) }),
            search.expirationDateTime > now
        else { throw ServiceError(.fileSearchNotFound, "There is no such search, or it was forgotten.") }
        return search
    }

    /// Ends a search, and forgets what it found.
    /// - Throws: `fileSearchNotFound`, `appNotController`, `serviceNotEnabled`.
    public func delete(id: String, _ caller: Caller) async throws {
        let (search, tenantID) = (try await search(id: id), tenantID)
        try await change(makesDue: false) { writer in
            try ServiceRows(writer).requireMayChange(.restore, caller, tenantID: tenantID)
            try writer.delete(FileSearchRecord.self, id: search.id)
        }
    }
}

extension FileSearchRecord {
    /// The units that are searched: those that have a repository.
    package var unitsCondition: RowPredicate { unitIds.map { .oneOf("id", $0.values) } ?? .true }

    /// What the search looks for; nil for a query that this version does not understand.
    package var nameQuery: NameQuery? { NameQuery(query) }
}
