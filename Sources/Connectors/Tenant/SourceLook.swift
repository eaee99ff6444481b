public import FileTree

/// Names the state that a source had when all of it had been read: a text of its tenant's own making,
/// which means nothing to another tenant, and may mean nothing to this one after a restart.
public struct ChangeToken: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }
}

/// What a tenant says of a source before it is read.
public enum SourceLook: Sendable {
    /// The source is as it was when the token was made.
    case unchanged
    /// The source is other than it was, or only reading it can tell.
    case unknown(SourceReading)
}

/// A source that is being read.
public struct SourceReading: Sendable {
    public let tree: any ReadableTree
    private let finish: @Sendable () -> ChangeToken?

    /// - Parameter finish: called once every folder was listed.
    public init(tree: any ReadableTree, finish: @escaping @Sendable () -> ChangeToken? = { nil }) {
        self.tree = tree
        self.finish = finish
    }

    /// To be called once all of the tree was read, every folder listed and nothing left out: the
    /// token of the state in which the reading began, or a later one that is known to be read. Nil
    /// where the tenant cannot tell whether the source changes.
    public func token() -> ChangeToken? { finish() }
}
