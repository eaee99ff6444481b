public import FileTree

/// An item that a backup could not read, or not whole.
///
/// Where the parent snapshot has it, the snapshot keeps that node; otherwise it only
/// names the item (docs/decisions/0008-unread-items.md).
public struct UnreadItem: Sendable, Hashable, CustomStringConvertible {
    /// Where it is in the drive.
    public var path: TreePath
    /// What it is; nil where not even that could be seen.
    public var kind: UnreadKind?
    /// A stable word for the kind of failure: the name of a `TreeError`
    /// code, `tooLarge`, or `changedWhileRead`.
    public var code: String
    /// What failed and what to do, for a person, without paths of the server.
    public var message: String
    /// The first of the backups in a row that could not read it.
    public var since: Timestamp
    /// The time of the last good reading, whose content the snapshot has; nil where it has none.
    public var keptFrom: Timestamp?

    /// Path, code and message.
    public var description: String { "\(path): \(code): \(message)" }
}

/// What an unread item is.
public enum UnreadKind: String, Sendable, Hashable, Codable, CaseIterable {
    case file
    case folder
    case link
    /// A pipe, socket or device.
    case other

    init(_ kind: ItemKind) {
        self =
            switch kind {
            case .file: .file
            case .folder: .folder
            case .symbolicLink: .link
            case .fifo, .socket, .blockDevice, .characterDevice: .other
            }
    }
}
