public import Catalog
import Foundation
public import OData

extension UnreadItemKind: EdmEnum {
    public static let edm = EnumType<Self>("unreadItemKind", [.file, .folder, .link, .other, .unknown])
}

/// An item that could not be read when a point was taken.
struct UnreadItemValue: EdmComplex {
    var path = ""
    var kind = UnreadItemKind.unknown
    var code = ""
    var message = ""
    var sinceDateTime = Date(timeIntervalSince1970: 0)
    /// When the content that the point has was read; nil where it has none.
    var keptFromDateTime: Date?

    init() {}

    init(_ item: UnreadItemRow) {
        // A name that is no UTF-8 is shown with replacement characters, as everywhere in JSON.
        path = String(decoding: item.path, as: UTF8.self)
        kind = item.kind
        code = item.code
        message = item.message
        sinceDateTime = item.sinceDateTime
        keptFromDateTime = item.keptFromDateTime
    }

    static let edm = ComplexType<UnreadItemValue>("unreadItem") {
        Property("path", \.path)
        Property("kind", \.kind)
        Property("code", \.code)
        Property("message", \.message)
        Property("sinceDateTime", \.sinceDateTime)
        Property("keptFromDateTime", \.keptFromDateTime)
    }
}

extension Cadence: EdmEnum {
    public static let edm = EnumType<Self>("pointCadence", [.tenMinutes, .weekly])
}

/// A restore point with what keeps it longer than its policy says.
struct PointRecord: Sendable, Identifiable {
    var point = RestorePoint()
    var hold: PointHold?

    var id: String { point.id }
}

/// A restore point of the Graph surface, with what only the additions tell of it.
let pointType = EntityType<PointRecord>("restorePoint") {
    Property("unitId", [.filter]) { (record: PointRecord, _) in record.point.unitId }
    Property("workload", [.filter]) { (record: PointRecord, _) in record.point.workload }
    Property("protectionDateTime", [.filter, .order]) { (record: PointRecord, _) in record.point.protectionDateTime }
    Property("expirationDateTime", [.filter, .order]) { (record: PointRecord, _) in record.point.expirationDateTime }
    Property("cadence", [.filter]) { (record: PointRecord, _) in record.point.cadence }
    Property("isDamaged", [.filter]) { (record: PointRecord, _) in record.point.isDamaged }
    Property("unreadCount", [.filter], column: "failureCount") { (record: PointRecord, _) in record.point.failureCount }
    Property("snapshotId", [.filter]) { (record: PointRecord, _) in record.point.snapshotId }
    // The session before whose writing it was taken.
    Property("undoSessionId", [.filter]) { (record: PointRecord, _) in record.point.undoSessionId }
    // Why it is kept although its policy would let it go: most of the files were gone afterwards.
    Property("heldSinceDateTime") { (record: PointRecord, _) in record.hold?.sinceDateTime }
    Property("heldUntilDateTime") { (record: PointRecord, _) in record.hold?.untilDateTime }
    Property("heldFiles") { (record: PointRecord, _) in record.hold?.files }
    Property("heldFilesLeft") { (record: PointRecord, _) in record.hold?.filesLeft }
    BoundOperation.function(
        "unreadItems", returns: .value(.collection(UnreadItemValue.edmType)), argumentsInQuery: true)
}
