import Catalog
import Foundation

extension Sample {
    static let fullUnread: UnreadItemRow = {
        var row = UnreadItemRow()
        (row.id, row.unitId, row.path, row.kind) = ("unread-1", "unit-1", Array("a/b".utf8), .folder)
        (row.code, row.message, row.sinceDateTime, row.keptFromDateTime) = (
            "permissionDenied", "It's \"closed\"", moment, later(1)
        )
        (row.fromDateTime, row.untilDateTime) = (later(2), later(3))
        return row
    }()
    static let bareUnread: UnreadItemRow = {
        var row = UnreadItemRow()
        (row.id, row.unitId, row.path, row.sinceDateTime, row.fromDateTime) = (
            "unread-2", "unit-1", [0xff, 0x2f], moment, moment
        )
        return row
    }()
    static let fullNotice: RestoreNotice = {
        var notice = RestoreNotice()
        (notice.id, notice.sessionId, notice.artifactId, notice.ordinal) = ("notice-1", "session-1", "artifact-1", 3)
        (notice.path, notice.kind, notice.keptFromDateTime) = (Array("a".utf8), .older, moment)
        return notice
    }()
    static let bareNotice: RestoreNotice = {
        var notice = RestoreNotice()
        (notice.id, notice.sessionId, notice.artifactId, notice.kind) = ("notice-2", "session-1", "artifact-2", .absent)
        return notice
    }()
    static let fullHold: PointHold = {
        var hold = PointHold()
        (hold.id, hold.unitId, hold.sinceDateTime, hold.untilDateTime) = (fullPoint.id, "unit-1", moment, later(1))
        (hold.pointExpirationDateTime, hold.files, hold.filesLeft) = (later(2), 1 << 40, 3)
        return hold
    }()
    static let otherHold: PointHold = {
        var hold = PointHold()
        (hold.id, hold.unitId) = (barePoint.id, "unit-2")
        return hold
    }()
    static let fullNote: ChangeNote = {
        var note = ChangeNote()
        (note.id, note.topic, note.subjectId, note.number) = ("units/unit-1", "units", "unit-1", 1)
        return note
    }()
    static let bareNote: ChangeNote = {
        var note = ChangeNote()
        (note.id, note.topic, note.number) = ("zone", "zone", 2)
        return note
    }()
}
