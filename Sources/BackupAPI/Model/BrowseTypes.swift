public import ProtectionService
public import Catalog
import Foundation
public import OData

extension Workload {
    /// The workloads whose points can be browsed.
    static let browsable: [Workload] = [.oneDriveForBusiness, .sharePoint]
    var browseSessionType: String { "\(rawValue)BrowseSession" }
    var browseSessions: String { "\(rawValue)BrowseSessions" }
}

extension BrowseSession: Identifiable {}

extension BrowseSessionStatus: EdmEnum {
    public static let edm = EnumType<Self>("browseSessionStatus", [.creating, .created, .failed])
}

/// The kind of place that a client names.
enum BrowsableResourceType: String, EdmEnum {
    case none, site, documentLibrary, folder
    static let edm = EnumType<Self>("browsableResourceType", [.none, .site, .documentLibrary, .folder])
}

extension BrowseOrder: EdmEnum {
    public static let edm = EnumType<Self>("browseQueryOrder", [.pathAsc, .pathDsc, .nameAsc, .nameDsc])
}

/// The kind of a browse item, as sent to clients.
enum BrowseResponseItemType: String, EdmEnum {
    case none, site, documentLibrary, folder, file
    static let edm = EnumType<Self>("browseQueryResponseItemType", [.none, .site, .documentLibrary, .folder, .file])
}

/// One item that a browse found. Backups do not keep its author or creation time.
struct BrowseResponseItem: EdmComplex {
    var item = BrowseItem(key: "", name: "", kind: .site, webURL: "")

    init() {}
    init(_ item: BrowseItem) { self.item = item }

    static let edm = ComplexType<BrowseResponseItem>("browseQueryResponseItem") {
        Property("itemKey") { (value: Self, _) in value.item.key as String? }
        Property("name") { (value: Self, _) in value.item.name as String? }
        Property("webUrl") { (value: Self, _) in value.item.webURL as String? }
        Property("type") { (value: Self, _) in BrowseResponseItemType(rawValue: value.item.kind.rawValue) ?? .none }
        Property("itemsCount") { (value: Self, _) in value.item.itemsCount.map { Int32(clamping: $0) } }
        Property("sizeInBytes") { (value: Self, _) in value.item.sizeBytes.map { String($0) } }
        Property("createdDateTime", versions: .betaOnly) { (_: Self, _) in Date?.none }
        Property("createdBy", versions: .betaOnly) { (_: Self, _) in IdentitySet?.none }
        Property("lastModifiedDateTime", versions: .betaOnly) { (value: Self, _) in value.item.modified }
        Property("lastModifiedBy", versions: .betaOnly) { (_: Self, _) in IdentitySet?.none }
    }
}

let browseBase = EntityType<BrowseSession>("browseSessionBase", isAbstract: true) {
    Property("restorePointId", \.restorePointId.optional, [.create, .filter, .order], defaultSelected: false)
    Property("restorePointDateTime", [.filter, .order]) { (session: BrowseSession, _) in
        session.restorePointDateTime as Date?
    }
    Property("status", \.status, [.filter, .order])
    Property("createdDateTime", [.filter, .order]) { (session: BrowseSession, _) in session.createdDateTime as Date? }
    Property("expirationDateTime", [.filter, .order]) { (session: BrowseSession, _) in
        session.expirationDateTime as Date?
    }
    Property("backupSizeInBytes", [.filter]) { (session: BrowseSession, _) in session.backupSizeBytes.map { String($0) }
    }
    Property("error", \.error, [.filter])
    BoundOperation.action(
        "browse",
        parameters: [
            Parameter("browseLocationItemKey", String?.self),
            Parameter("browseResourceType", BrowsableResourceType?.self),
            Parameter("filter", String?.self), Parameter("orderBy", BrowseOrder?.self),
            Parameter("optimizedBrowse", Bool?.self, versions: .betaOnly),
        ],
        returns: .value(.collection(BrowseResponseItem.edmType)))
    BoundOperation.function(
        "browse", parameters: [Parameter("nextFetchToken", String.self)],
        returns: .value(.collection(BrowseResponseItem.edmType)))
}

func browseType(_ workload: Workload) -> EntityType<BrowseSession> {
    EntityType<BrowseSession>(workload.browseSessionType, base: "browseSessionBase", when: { $0.workload == workload })
    {
        Property(workload.keyProperty, [.filter, .order], column: "sourceId") { (session: BrowseSession, _) in
            session.sourceId as String?
        }
    }
}

extension String {
    /// The text as a value that may be missing, for properties that the schema lets be null.
    fileprivate var optional: String? {
        get { self }
        set { self = newValue ?? "" }
    }
}
