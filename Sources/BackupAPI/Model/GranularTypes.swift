import Catalog
import Foundation
import OData
import ProtectionService

/// A file or folder of a session; on the wire its id is the item's key.
struct GranularRecord: Sendable, Identifiable {
    var artifact = GranularRestoreArtifact()
    var id: String { artifact.itemKey }
    /// The value for a moment that has not come. Source: contract types.md; clients test for it.
    static let zeroDate = Date(timeIntervalSince1970: -62_135_596_800)
}

extension GranularRecord {
    /// The browse session as clients see it: null means none.
    fileprivate var browseSession: String? {
        get { artifact.browseSessionId }
        set { artifact.browseSessionId = newValue ?? "" }
    }

    /// The destination as clients see it: null means the default.
    fileprivate var destination: DestinationType? {
        get { artifact.destinationType }
        set { artifact.destinationType = newValue ?? .new }
    }
}

extension RestoreArtifact {
    /// The search as clients see it. Artifacts without one have another type.
    fileprivate var search: String {
        get { searchResponseId ?? "" }
        set { searchResponseId = newValue }
    }
}

let granularBase = EntityType<GranularRecord>("granularRestoreArtifactBase") {
    Property("browseSessionId", \.browseSession, [.create, .update, .filter, .order])
    Property("restoredItemKey", [.filter, .order]) { (record: GranularRecord, _) in
        record.artifact.restoredItemKey ?? "" as String?
    }
    Property("webUrl", [.filter]) { (record: GranularRecord, _) in
        record.artifact.startDateTime == nil ? "" : record.artifact.webUrl as String?
    }
    Property("restoredItemPath", [.filter, .order]) { (record: GranularRecord, _) in
        record.artifact.restoredItemPath ?? "" as String?
    }
    Property("restoredItemWebUrl", [.filter, .order]) { (record: GranularRecord, _) in
        record.artifact.restoredItemWebUrl ?? "" as String?
    }
    Property("status", [.filter, .order]) { (record: GranularRecord, _) in record.artifact.status }
    Property("restorePointDateTime", [.filter, .order]) { (record: GranularRecord, _) in
        record.artifact.restorePointDateTime ?? GranularRecord.zeroDate as Date?
    }
    Property("startDateTime", [.filter, .order]) { (record: GranularRecord, _) in
        record.artifact.startDateTime ?? GranularRecord.zeroDate as Date?
    }
    Property("completionDateTime", [.filter, .order]) { (record: GranularRecord, _) in
        record.artifact.completionDateTime ?? GranularRecord.zeroDate as Date?
    }
    Property("destinationType", \.destination, [.create, .update, .filter, .order], versions: .betaOnly)
    Property("error", [.filter], versions: .betaOnly) { (record: GranularRecord, _) in record.artifact.error }
}

func granularType(_ workload: Workload) -> EntityType<GranularRecord> {
    EntityType<GranularRecord>(
        workload.granularType, base: "granularRestoreArtifactBase", when: { $0.artifact.workload == workload }
    ) {
        Property(workload.keyProperty, [.filter, .order], column: "sourceId") { (record: GranularRecord, _) in
            record.artifact.sourceId as String?
        }
    }
}

/// The finds of a search in a mailbox. Unlike files they are kept with the whole
/// artifacts. Source: contract types.md.
let granularMailType = EntityType<RestoreArtifact>(
    "granularMailboxRestoreArtifact", base: "mailboxRestoreArtifact", when: { $0.searchResponseId != nil }
) {
    Property("artifactCount", [.filter, .order]) { (_: RestoreArtifact, _) in Int32?.none }
    Property("searchResponseId", \.search, [.create, .update, .filter, .order])
}

/// The status of a bulk restore request, as sent to clients.
enum BulkStatus: String, EdmEnum {
    case unknown, active, completed, completedWithErrors
    static let edm = EnumType<Self>(
        "restoreArtifactsBulkRequestStatus", [.unknown, .active, .completed, .completedWithErrors])
}

/// A bulk restore request with its lists of entries, which are read from bodies and never sent.
struct BulkRecord: Sendable, Identifiable {
    var request = RestoreBulkRequest()
    var displayName: String?
    var period: TimePeriod?
    var destinationType: DestinationType?
    var preference: RestorePointPreference?
    var tags: Set<RestorePointTag>?
    var names: [String]?
    var objectIDs: [String]?
    var unitIDs: [String]?
    var id: String { request.id }

    init() {}

    init(_ request: RestoreBulkRequest) {
        self.request = request
        displayName = request.displayName
        period = TimePeriod()
        period?.startDateTime = request.periodStart
        period?.endDateTime = request.periodEnd
        destinationType = request.destinationType
        preference = RestorePointPreference(rawValue: request.restorePointPreference.rawValue)
        tags = RestorePointTag.flags(request.tags)
        (names, objectIDs, unitIDs) = ([], [], [])
    }
}

let bulkRequestBase = EntityType<BulkRecord>("restoreArtifactsBulkRequestBase") {
    Property("displayName", \.displayName, [.create, .filter, .order])
    Property("protectionTimePeriod", \.period, [.create, .filter])
    Property("destinationType", \.destinationType, [.create, .filter, .order])
    Property("restorePointPreference", \.preference, [.create, .filter, .order])
    Property("tags", \.tags, [.create, .filter, .order])
    Property("protectionUnitIds", \.unitIDs, [.create])
    Property("status", [.filter, .order]) { (record: BulkRecord, _) in
        BulkStatus(rawValue: record.request.status.rawValue) ?? .unknown
    }
    audit(
        created: \.request.createdDateTime, by: \.request.createdBy, modified: \.request.lastModifiedDateTime,
        by: \.request.lastModifiedBy)
    Property("error", [.filter]) { (record: BulkRecord, _) in record.request.error }
}

func bulkRequestType(_ workload: Workload) -> EntityType<BulkRecord> {
    EntityType<BulkRecord>(
        workload.bulkRequestType, base: "restoreArtifactsBulkRequestBase", when: { $0.request.workload == workload }
    ) {
        Property(workload.addresses, \.names, [.create])
        Property(workload.bulkObjectIDs, \.objectIDs, [.create])
    }
}

/// The properties that the list of bulk requests shows: all but the lists of
/// entries. Source: contract types.md.
let bulkRequestListed = [
    "displayName", "protectionTimePeriod", "destinationType", "restorePointPreference", "tags", "status",
    "createdDateTime", "createdBy",
    "lastModifiedDateTime", "lastModifiedBy", "error",
]
