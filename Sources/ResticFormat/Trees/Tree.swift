/// One directory: the content of a tree blob. Source: restic-format.md section 10.
///
/// Text form: `{"nodes":[…]}` and one newline, which is part of what is hashed.
public struct Tree: Hashable, Sendable {
    /// The entries. `encoded` wants them in the order of `sort`.
    public private(set) var nodes: [Node]

    private static let fieldNames = FieldNames(["nodes"])

    /// Makes a tree of nodes in any order; they are sorted by the bytes of their names.
    /// - Throws: `invalidArgument` if a name is empty or stands twice.
    public init(nodes: [Node]) throws(FormatError) {
        self.nodes = nodes.sorted { Self.precedes($0.name, $1.name) }
        guard self.nodes.first?.name.isEmpty != true else { throw FormatError(.invalidArgument, "a node has no name") }
        for (left, right) in zip(self.nodes, self.nodes.dropFirst()) where left.name == right.name {
            throw FormatError(
                .invalidArgument,
                "the name '\(String(decoding: left.name, as: UTF8.self))' stands twice in one directory")
        }
    }

    /// Reads a tree, as lenient as restic: any order, duplicates, unknown fields.
    /// - Throws: `malformed` for anything that is not a tree; `tooLarge` for absurd nesting.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        var nodes: [Node] = []
        try Self.visit(bytes) { nodes.append($0) }
        self.nodes = nodes
    }

    /// Reads a tree node by node, as lenient as restic, so that one of a hundred thousand entries
    /// need not be kept as a whole.
    /// - Throws: as `init(decoding:)`; nodes before the fault have been visited by then.
    public static func visit(_ bytes: [UInt8], _ body: (Node) -> Void) throws(FormatError) {
        func visitNodes(_ json: inout JSONReader) throws(FormatError) -> Bool {
            var hasNodes = false
            var object = try json.beginObject()
            while try json.nextField(of: &object, fieldNames) != nil {
                var array = try json.beginArray()
                while try json.nextElement(of: &array) { body(try Node(reading: &json)) }
                hasNodes = true
            }
            return hasNodes
        }
        guard try JSONReader.read(bytes.span, visitNodes) else { throw FormatError(.malformed, "a tree has no nodes") }
    }

    /// The canonical text, with its newline.
    public func encoded() -> [UInt8] {
        var text = TreeText(count: nodes.count)
        for node in nodes { text.write(node) }
        return text.finished()
    }

    /// Whether a name comes before another: the order of unsigned bytes.
    public static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.lexicographicallyPrecedes(right)
    }
}
