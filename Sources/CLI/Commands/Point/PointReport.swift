import Catalog
import Foundation
import ProtectionService

/// A restore point as JSON. The items have the shape of `unreadItems` of the service's own API.
struct PointReport: Encodable {
    struct Unread: Encodable {
        var path: String
        var kind: String
        var code: String
        var message: String
        var sinceDateTime: Date
        var keptFromDateTime: Date?
    }

    var id: String
    var unitId: String
    var workload: String
    var displayName: String?
    var email: String?
    var protectionDateTime: Date
    var expirationDateTime: Date
    var isDamaged: Bool
    var snapshotId: String
    var heldUntilDateTime: Date?
    var unreadCount: Int
    var unreadItems: [Unread]?

    /// - Parameter unread: what could not be read; nil leaves the member out.
    init(_ details: PointDetails, unread: [UnreadItemRow]?) {
        let point = details.point
        (id, unitId, workload) = (point.id, point.unitId, point.workload.rawValue)
        (displayName, email) = (details.unit.displayName, details.unit.email)
        (protectionDateTime, expirationDateTime) = (point.protectionDateTime, point.expirationDateTime)
        (isDamaged, snapshotId, unreadCount) = (point.isDamaged, point.snapshotId, point.failureCount)
        heldUntilDateTime = details.hold?.untilDateTime
        unreadItems = unread?.map { item in
            Unread(
                path: item.name, kind: item.kind.rawValue, code: item.code, message: item.message,
                sinceDateTime: item.sinceDateTime, keptFromDateTime: item.keptFromDateTime)
        }
    }
}

extension UnreadItemRow {
    /// The item's path, with a replacement character for bytes that are not UTF-8.
    var name: String { String(decoding: path, as: UTF8.self) }
}

extension Encodable {
    /// The value as JSON for programs: sorted, indented, moments in ISO 8601.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .iso8601
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
