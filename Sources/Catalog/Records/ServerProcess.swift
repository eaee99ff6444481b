public import Foundation

/// A process that serves the catalogue, or served it and was killed.
public struct ServerProcess: CatalogRecord, Hashable {
    /// Random, different for every start; leases and locks of restic name it too.
    public var id: String = ""
    public var host: String = ""
    public var version: String = ""
    public var roles: StringList = StringList()
    public var startedDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it last showed that it lives, by the database's clock.
    public var seenDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public static let table = Table<ServerProcess>(
        "process",
        [
            Column("id", \.id),
            Column("host", \.host),
            Column("version", \.version),
            Column("roles", \.roles),
            Column("startedDateTime", \.startedDateTime),
            Column("seenDateTime", \.seenDateTime),
        ])
}
