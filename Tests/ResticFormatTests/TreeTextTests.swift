import Testing

@testable import ResticFormat

@Suite struct TreeTextTests {
    private func node(_ name: String) -> Node {
        Node(
            name: Array(name.utf8), type: .file, mode: 420, mtime: NodeTime(seconds: 1), size: 3,
            content: [ObjectID.hash(of: Array(name.utf8))])
    }

    @Test func `a text written node by node is that of the whole tree`() throws {
        let nodes = ["a", "a.b", "a/b", "é", "\u{FFFD}"].map(node)
        var text = TreeText(count: 2)
        for node in nodes { try text.add(node) }
        #expect(text.finished() == (try Tree(nodes: nodes.reversed()).encoded()))
        #expect(TreeText().finished() == Array("{\"nodes\":[]}\n".utf8))
    }

    @Test(arguments: [["b", "a"], ["a", "a"], [""], ["a", ""]]) func `names without order, twice or empty are refused`(
        names: [String]
    ) throws {
        var text = TreeText()
        for name in names.dropLast() { try text.add(node(name)) }
        let error = #expect(throws: FormatError.self) { try text.add(node(names.last ?? "")) }
        #expect(error?.code == .invalidArgument)
    }
}
