import ResticFormat

/// Finds the nodes of a tree by name, asked for in ascending order, in one pass.
struct NodeMatcher {
    private let nodes: [Node]
    private var position = 0
    /// The numbers of the records of the tree's folders from `position` on.
    private var records: ArraySlice<Int>

    /// - Parameter records: the numbers that the tree's folders have in the last run's
    ///   `FolderRecords`, in their order; empty where there are none.
    init(_ tree: Tree?, records: [Int] = []) {
        nodes = tree?.nodes ?? []
        self.records = records[...]
    }

    mutating func next(_ name: [UInt8]) -> Node? {
        while position < nodes.count, nodes[position].name.lexicographicallyPrecedes(name) {
            if nodes[position].type == .dir { records = records.dropFirst() }
            position += 1
        }
        guard position < nodes.count, nodes[position].name == name else { return nil }
        return nodes[position]
    }

    /// The number of the record of the node that was found last, where that is a folder.
    var record: Int? { position < nodes.count && nodes[position].type == .dir ? records.first : nil }
}
