import FileTree
import Foundation
import ResticFormat

/// What the node of an item says that could not be read: the value of the extended attribute
/// `holdfast.unread`, a JSON object.
///
/// Linux has no name space `holdfast`, so stock restic gets "not supported" for these attributes
/// and goes on silently. Source: docs/decisions/0008-unread-items.md.
struct UnreadMark: Codable, Hashable, Sendable {
    /// The names of our attributes begin with this. No source can set one, and no restore does.
    static let prefix = "holdfast."
    static let name = "holdfast.unread"
    /// Its value is the time of the last good reading in RFC 3339, in UTC.
    static let staleName = "holdfast.stale"

    /// nil where not even that could be seen.
    var kind: UnreadKind?
    var code: String
    var message: String
    /// RFC 3339: the first of the backups in a row that could not read the item.
    var since: String
    /// `true` where only the extended attributes could not be read: content and the rest are
    /// those of this backup.
    var lacksAttributes: Bool?

    init(_ failure: ItemFailure, kind: UnreadKind?, since: NodeTime) {
        self.kind = kind
        code = failure.code
        message = failure.message
        self.since = since.description
    }

    /// The mark of an item that had one already: the time stays, and so does the message while the
    /// reason is the same, so that the node does.
    func following(_ before: UnreadMark?) -> UnreadMark {
        guard let before else { return self }
        var mark = self
        mark.since = before.since
        if before.code == code, before.kind == kind { mark.message = before.message }
        return mark
    }
}

extension Node {
    /// Whether the item, or a part of it, could not be read.
    var isMarked: Bool { extendedAttributes.contains { $0.isOurs } }

    /// Whether the node only names an item that could not be read and that nothing is kept of.
    ///
    /// It is of the type of a socket, which stock restic passes over in every restore; so no
    /// restore makes an empty item in its place.
    var isNameOnly: Bool { type == .socket && isMarked && lastReading == nil }

    /// The time of the last good reading of an item that could not be read since.
    var lastReading: NodeTime? {
        extendedAttributes.first { $0.name == UnreadMark.staleName }.flatMap {
            NodeTime(String(decoding: $0.value, as: UTF8.self))
        }
    }

    /// Why the item could not be read; nil where it could. A mark that makes no sense
    /// still counts as one.
    var mark: UnreadMark? {
        guard isMarked else { return nil }
        let text = extendedAttributes.first { $0.name == UnreadMark.name }?.value
        if let text, let mark = try? JSONDecoder().decode(UnreadMark.self, from: Data(text)) { return mark }
        return UnreadMark(
            ItemFailure(path: .root, code: "unknown", message: "the reason was not recorded"), kind: nil,
            since: lastReading ?? mtime)
    }

    /// Marks the node, in place of earlier marks.
    /// - Parameter lastReading: nil for a node that only names its item.
    mutating func setMark(_ mark: UnreadMark, lastReading: NodeTime?) {
        extendedAttributes.removeAll { $0.isOurs }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let text = try? encoder.encode(mark) else { preconditionFailure("texts always encode") }
        extendedAttributes.append(Node.ExtendedAttribute(name: UnreadMark.name, value: Array(text)))
        guard let lastReading else { return }
        let time = NodeTime(seconds: lastReading.seconds, nanoseconds: lastReading.nanoseconds)
        extendedAttributes.append(
            Node.ExtendedAttribute(name: UnreadMark.staleName, value: Array(time.description.utf8)))
    }

    /// A node that only names an item.
    /// - Parameter inode: the item's number, 0 where unknown, by which it is found where
    ///   it was moved to.
    init(naming name: [UInt8], mark: UnreadMark, inode: UInt64) {
        let since = NodeTime(mark.since) ?? .absent
        self.init(name: name, type: .socket, mode: FileMode.mode(of: .socket, permissions: 0), mtime: since)
        self.inode = inode
        setMark(mark, lastReading: nil)
    }

    /// What is told of the item at a path; nil where it was read.
    func unreadItem(at path: TreePath) -> UnreadItem? {
        guard let mark else { return nil }
        let since = NodeTime(mark.since) ?? mtime
        return UnreadItem(
            path: path, kind: mark.kind ?? (isNameOnly ? nil : UnreadKind(type.kind)), code: mark.code,
            message: mark.message,
            since: Timestamp(since), keptFrom: lastReading.map { Timestamp($0) })
    }
}

extension Node.ExtendedAttribute {
    /// Whether it is a mark and no attribute of the item.
    var isOurs: Bool { name.utf8.starts(with: UnreadMark.prefix.utf8) }
}
