import BackupRepository
import FileTree
public import Foundation
import ProtectionRules

/// Which two points of a unit are compared, and where.
public struct ComparedPoints: Sendable, Hashable {
    public var unitID: String
    /// The id of the earlier point.
    public var from: String
    /// The id of the later point; nil for the newest.
    public var to: String?
    /// Only what is in this folder; empty for everything.
    public var folder: String
    /// How many levels are listed, each folder with its sums; nil for all, without sums.
    public var depth: Int?

    public init(unitID: String, from: String, to: String? = nil, folder: String = "", depth: Int? = nil) {
        self.unitID = unitID
        self.from = from
        self.to = to
        self.folder = folder
        self.depth = depth
    }
}

/// An item that differs between two points.
public struct ComparedItem: Sendable, Hashable {
    public enum Kind: String, Sendable { case file, folder, link, other }

    public enum Change: String, Sendable { case added, removed, changed, renamed, attributes }

    /// What differs beneath a folder.
    public struct Sums: Sendable, Hashable {
        public var added: UInt64
        public var changed: UInt64
        public var removed: UInt64
        public var bytes: UInt64
    }

    /// A name that is no UTF-8 has replacement characters.
    public var path: String
    public var kind: Kind
    public var change: Change
    public var fromPath: String?
    public var fromSize: UInt64?
    public var toSize: UInt64?
    public var fromModified: Date?
    public var toModified: Date?
    public var below: Sums?

    init(_ entry: DifferenceEntry) {
        path = entry.path.description
        kind = Kind(entry.kind)
        change = Change(entry.change)
        fromPath = entry.fromPath?.description
        (fromSize, toSize) = (entry.fromSize, entry.toSize)
        fromModified = entry.fromModified.map(Date.init)
        toModified = entry.toModified.map(Date.init)
        below = entry.below.map {
            Sums(added: $0.added, changed: $0.changed, removed: $0.removed, bytes: $0.bytes)
        }
    }
}

extension ComparedItem.Kind {
    fileprivate init(_ kind: ItemKind) {
        self =
            switch kind {
            case .file: .file
            case .folder: .folder
            case .symbolicLink: .link
            case .fifo, .socket, .blockDevice, .characterDevice: .other
            }
    }
}

extension ComparedItem.Change {
    fileprivate init(_ change: DifferenceEntry.Change) {
        self =
            switch change {
            case .added: .added
            case .removed: .removed
            case .changed: .changed
            case .renamed: .renamed
            case .attributes: .attributes
            }
    }
}

/// A part of what differs, in the order of the paths.
public struct ComparedPage: Sendable {
    public var items: [ComparedItem]
    /// Where the next page begins; nil on the last one.
    public var next: String?
}
