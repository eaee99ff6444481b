public import Foundation

/// What a browse item is. Source: Graph `browseQueryResponseItemType`.
public enum BrowseItemKind: String, Sendable, Hashable, CaseIterable {
    /// The drive's or the protected site.
    case site
    case documentLibrary
    case folder
    /// A file, or anything else that holds no items.
    case file
}

/// The order of a page of browse items. Within one place the path and the name give the same order,
/// that of the names' bytes.
public enum BrowseOrder: String, Sendable, Hashable, CaseIterable, Codable {
    case pathAsc
    /// By path, the last first.
    case pathDsc
    case nameAsc
    /// By name, the last first.
    case nameDsc

    package var isDescending: Bool { self == .pathDsc || self == .nameDsc }
}

/// What a client asks of a browse session.
public struct BrowseQuery: Sendable, Hashable {
    /// The place whose items are listed; nil for the top.
    public var locationKey: String?
    /// What the client says that the place is; nil where it says nothing.
    public var locationKind: BrowseItemKind?
    /// An expression such as `(name -contains 'b')`.
    public var filter: String?
    public var order: BrowseOrder

    public init(
        locationKey: String? = nil, locationKind: BrowseItemKind? = nil, filter: String? = nil,
        order: BrowseOrder = .nameAsc
    ) {
        self.locationKey = locationKey
        self.locationKind = locationKind
        self.filter = filter
        self.order = order
    }
}

/// One item of a browse session.
public struct BrowseItem: Sendable, Hashable {
    /// Names it in its session.
    public var key: String
    /// Its name; bytes that are not UTF-8 show as U+FFFD.
    public var name: String
    public var kind: BrowseItemKind
    /// Its address when it was backed up.
    public var webURL: String
    /// How many items are directly in it; 0 for a file, nil for a site.
    public var itemsCount: Int?
    /// Content length in bytes; nil for everything but files.
    public var sizeBytes: UInt64?
    /// When its content changed last; nil for sites and libraries.
    public var modified: Date?

    /// Makes an item; counts, size and time are nil where they mean nothing.
    public init(
        key: String, name: String, kind: BrowseItemKind, webURL: String, itemsCount: Int? = nil,
        sizeBytes: UInt64? = nil, modified: Date? = nil
    ) {
        self.key = key
        self.name = name
        self.kind = kind
        self.webURL = webURL
        self.itemsCount = itemsCount
        self.sizeBytes = sizeBytes
        self.modified = modified
    }
}

/// Some items of a place.
public struct BrowsePage: Sendable, Hashable {
    /// The items in order.
    public var items: [BrowseItem]
    /// Where the next page begins, opaque; nil on the last page.
    public var next: String?
}
