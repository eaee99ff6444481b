public import Catalog
import Foundation
public import OData
public import ProtectionService

extension FileSearchStatus: EdmEnum {
    public static let edm = EnumType<Self>("fileSearchStatus", [.running, .complete, .cancelled])
}

extension FoundKind: EdmEnum {
    public static let edm = EnumType<Self>("foundKind", [.file, .folder, .link, .other])
}

/// A search for files, with what a client asks for as it writes it.
struct FileSearchEntity: Sendable, Identifiable {
    var record = FileSearchRecord()
    var unitIDs: [String] = []
    /// nil where the client does not say it.
    var includeDeleted: Bool?

    var id: String { record.id }

    init() {}

    init(_ record: FileSearchRecord) {
        self.record = record
        unitIDs = record.unitIds?.values ?? []
        includeDeleted = record.includeDeleted
    }

    /// What the client asks for.
    var request: FileSearchRequest {
        FileSearchRequest(
            query: record.query, unitIDs: unitIDs, start: record.startDateTime, end: record.endDateTime,
            includeDeleted: includeDeleted ?? true)
    }
}

let fileSearchType = EntityType<FileSearchEntity>("fileSearch") {
    Property("query", \.record.query, [.create])
    Property("unitIds", \.unitIDs, [.create])
    Property("start", \.record.startDateTime, [.create])
    Property("end", \.record.endDateTime, [.create])
    Property("includeDeleted", \.includeDeleted, [.create])
    Property("status") { (search: FileSearchEntity, _) in search.record.status }
    Property("searchedUnits") { (search: FileSearchEntity, _) in search.record.searchedUnits }
    Property("totalUnits") { (search: FileSearchEntity, _) in search.record.totalUnits }
    Property("resultCount") { (search: FileSearchEntity, _) in search.record.resultCount }
    Property("expiresDateTime") { (search: FileSearchEntity, _) in search.record.expirationDateTime }
    BoundOperation.function(
        "results", returns: .value(.collection(FileResultValue.edmType)), argumentsInQuery: true)
}

/// The newest state of a found item.
struct FoundState: EdmComplex {
    var restorePointID = ""
    var modified: Date?
    var sizeBytes: Int64 = 0

    init() {}

    static let edm = ComplexType<FoundState>("foundState") {
        Property("restorePointId", \.restorePointID)
        Property("modified", \.modified)
        Property("size", \.sizeBytes)
    }
}

/// The first point that has a found item.
struct FoundPoint: EdmComplex {
    var restorePointID = ""
    var dateTime = Date(timeIntervalSince1970: 0)

    init() {}

    static let edm = ComplexType<FoundPoint>("foundPoint") {
        Property("restorePointId", \.restorePointID)
        Property("dateTime", \.dateTime)
    }
}

/// One item that a search found.
struct FileResultValue: EdmComplex {
    var unit = ProtectionUnit()
    var path = ""
    var name = ""
    var kind = FoundKind.file
    var isDeleted = false
    var removedBetween: [Date] = []
    var versionCount = 0
    var newest = FoundState()
    var first = FoundPoint()

    init() {}

    /// - Parameter unit: the unit of the result; one that has only its id where it is gone.
    init(_ result: FileResult, of unit: ProtectionUnit) {
        self.unit = unit
        (path, name, kind) = (result.path, result.name, result.kind)
        (isDeleted, versionCount) = (result.isDeleted, result.versionCount)
        removedBetween = result.removedBetween.map { [$0.lowerBound, $0.upperBound] } ?? []
        (newest.restorePointID, newest.modified) = (result.newestPointID, result.modified)
        newest.sizeBytes = Int64(clamping: result.sizeBytes)
        (first.restorePointID, first.dateTime) = (result.firstPointID, result.firstPointDate)
    }

    static let edm = ComplexType<FileResultValue>("fileResult") {
        Property("unitId") { (value: Self, _) in value.unit.id }
        // Names of people are shown to people only.
        Property("displayName") { (value: Self, context) in
            value.unit.siteName ?? (context.caller == .delegated ? value.unit.ownerName : nil)
        }
        Property("path", \.path)
        Property("name", \.name)
        Property("kind", \.kind)
        Property("isDeleted", \.isDeleted)
        Property("removedBetween") { (value: Self, _) in
            value.removedBetween.isEmpty ? nil : value.removedBetween as [Date]?
        }
        Property("versionCount", \.versionCount)
        Property("newest", \.newest)
        Property("first", \.first)
    }
}

/// A state of one path.
struct FileVersionValue: EdmComplex {
    var contentID = ""
    var kind = FoundKind.file
    var modified: Date?
    var sizeBytes: Int64 = 0
    var first = FoundPoint()
    var last = FoundPoint()
    var isPresent = false

    init() {}

    init(_ version: FileVersion) {
        (contentID, kind, modified) = (version.contentID, version.kind, version.modified)
        (sizeBytes, isPresent) = (Int64(clamping: version.sizeBytes), version.isPresent)
        (first.restorePointID, first.dateTime) = (version.firstPointID, version.firstPointDate)
        (last.restorePointID, last.dateTime) = (version.lastPointID, version.lastPointDate)
    }

    static let edm = ComplexType<FileVersionValue>("fileVersion") {
        Property("contentId", \.contentID)
        Property("kind", \.kind)
        Property("modified", \.modified)
        Property("size", \.sizeBytes)
        Property("firstPointId", \.first.restorePointID)
        Property("firstDateTime", \.first.dateTime)
        Property("lastPointId", \.last.restorePointID)
        Property("lastDateTime", \.last.dateTime)
        Property("isPresent", \.isPresent)
    }
}
