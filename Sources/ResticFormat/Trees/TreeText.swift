/// The canonical text of a tree, written node by node, so that a folder of a million entries need
/// not be held as nodes and as text at once.
public struct TreeText: Sendable {
    /// What the text of a node with one blob needs, about.
    static let bytesPerNode = 400

    private var json: GoJSONWriter
    private var last: [UInt8] = []

    /// Begins the text of a tree of about `count` nodes.
    public init(count: Int = 0) {
        json = GoJSONWriter(capacity: 32 + count * Self.bytesPerNode)
        json.beginObject()
        json.key("nodes")
        json.beginArray()
    }

    /// Adds a node behind all others.
    /// - Throws: `invalidArgument` if its name is empty, or does not come after the one
    ///   before by its bytes.
    public mutating func add(_ node: Node) throws(FormatError) {
        guard Tree.precedes(last, node.name) else {
            if node.name.isEmpty { throw FormatError(.invalidArgument, "a node has no name") }
            let name = String(decoding: node.name, as: UTF8.self)
            throw FormatError(.invalidArgument, "the name '\(name)' stands twice in one directory, or not in its order")
        }
        last = node.name
        write(node)
    }

    mutating func write(_ node: Node) { node.write(to: &json) }

    /// The whole text, with its newline.
    public consuming func finished() -> [UInt8] {
        json.endArray()
        json.endObject()
        json.newline()
        return json.bytes
    }
}
