public import Foundation

/// A remark about a restored artifact that did not fail: an item that was left alone, that is older
/// than the point, or that the point does not have.
public struct RestoreNotice: CatalogRecord, Hashable {
    public var id: String = ""
    /// The session; with it the notice is deleted.
    public var sessionId: String = ""
    /// The artifact, also one of a granular session.
    public var artifactId: String = ""
    /// Its place among the artifact's, from 0.
    public var ordinal: Int = 0
    /// The path in the drive or site, raw bytes.
    public var path: [UInt8] = []
    public var kind: RestoreNoticeKind = .leftAlone
    /// For what is older: the time of the last good reading.
    public var keptFromDateTime: Date?

    public init() {}

    public static let table = Table<RestoreNotice>(
        "restoreNotice",
        [
            Column("id", \.id),
            Column("sessionId", \.sessionId),
            Column("artifactId", \.artifactId),
            Column("ordinal", \.ordinal),
            Column("path", \.path),
            Column("kind", \.kind),
            Column("keptFromDateTime", \.keptFromDateTime),
        ])
}

/// What a restore remarks about an item.
public enum RestoreNoticeKind: String, SQLEnum, CaseIterable {
    /// The point does not have it, and it was not removed: it may be what could not be
    /// read, or in it.
    case leftAlone
    /// It came back as it was last read, before the point.
    case older
    /// The point could not read it and has nothing of it, so nothing came back.
    case absent
}
