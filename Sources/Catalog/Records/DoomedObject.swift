public import Foundation

/// A pack that nothing needs any more, as far as a prune saw. A sweep deletes it some time later, if
/// no index file names it then: a process that slept may have relied on it.
public struct DoomedObject: CatalogRecord, Hashable {
    /// The unit's id, a slash and the object's name.
    public var id: String = ""
    public var unitId: String = ""
    /// The object's name in the repository's store.
    public var name: String = ""
    /// When it was first found to be unneeded.
    public var sinceDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public init(unitId: String, name: String, sinceDateTime: Date) {
        id = "\(unitId)/\(name)"
        self.unitId = unitId
        self.name = name
        self.sinceDateTime = sinceDateTime
    }

    public static let table = Table<DoomedObject>(
        "doomedObject",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("name", \.name),
            Column("sinceDateTime", \.sinceDateTime),
        ])
}
