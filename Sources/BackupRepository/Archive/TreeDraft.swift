import FileTree
import ResticFormat

/// The tree of a folder in the making, piece by piece. Text is written only from the first piece on
/// that differs from the parent snapshot's tree; until then nothing is.
struct TreeDraft {
    private let items: [Item]
    private let previous: Tree?
    private var text: TreeText?
    /// How many items the pieces so far had.
    private var count = 0

    /// - Parameter previous: the folder's tree in the parent snapshot.
    init(_ items: [Item], previous: Tree?) {
        self.items = items
        self.previous = previous
        text = previous?.nodes.count == items.count ? nil : TreeText(count: items.count)
    }

    /// Adds what came of the next items.
    mutating func add(_ entries: [ArchivedEntry]) throws {
        defer { count += entries.count }
        if text == nil, entries.allSatisfy(\.isSame) { return }
        // Taken out, so that the text is not copied.
        var longer = try text.take() ?? unchangedText()
        for entry in entries { if let node = entry.node { try longer.add(node) } }
        text = longer
    }

    /// The text of the items so far, which equal the parent snapshot's.
    private func unchangedText() throws -> TreeText {
        var text = TreeText(count: items.count)
        var matcher = NodeMatcher(previous)
        for item in items[..<count] { if let node = matcher.next(item.name) { try text.add(node) } }
        return text
    }

    /// The text of the tree; nil where the tree is the parent snapshot's.
    consuming func finished() -> [UInt8]? { text?.finished() }
}
