import Catalog

extension Sample {
    static let fullFileSearch: FileSearchRecord = {
        var search = FileSearchRecord()
        (search.id, search.query, search.unitIds) = ("search-1", "caf\u{e9} *", .init(["unit-1", "unit-2"]))
        (search.startDateTime, search.endDateTime, search.includeDeleted) = (moment, later(1), false)
        (search.status, search.searchedUnits, search.totalUnits, search.resultCount) = (.complete, 1, 2, 1 << 40)
        (search.reachedUnitId, search.createdDateTime, search.expirationDateTime) = ("unit-2", later(2), later(3))
        return search
    }()
    static let bareFileSearch: FileSearchRecord = {
        var search = FileSearchRecord()
        search.id = "search-2"
        return search
    }()
    static let fullFileSearchUnit: FileSearchUnit = {
        var unit = FileSearchUnit()
        (unit.id, unit.searchId, unit.unitId) = ("found-1", "search-1", "unit-1")
        (unit.number, unit.isWaiting, unit.resultCount) = (3, true, 4)
        return unit
    }()
    static let otherFileSearchUnit: FileSearchUnit = {
        var unit = FileSearchUnit()
        (unit.id, unit.searchId, unit.unitId) = ("found-2", "search-1", "unit-2")
        return unit
    }()
}
