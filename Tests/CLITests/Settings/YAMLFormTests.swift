import Testing

@testable import CLI

/// The part of YAML that a configuration file may use.
@Suite struct YAMLFormTests {
    private func faults(_ text: String) -> [String] {
        YAMLForm.faults(in: text).map { "\($0.mark.line):\($0.mark.column) \($0.message)" }
    }

    @Test(arguments: [
        "", "\n\n", "# a comment\n", "---\n", "--- # begins\na: b\n", "a: b", "a: b\r\nc: d\r\n",
        "a:\n  b: c # why\n  d: 'it''s # no comment'\n  e: \"\\\"&x\\\"\"\n", "a:\n- b\n- c\nd: e\n",
        "a:\n  - b\n  - 'c'\n", "a: [b, 'c, d', \"e\"]\n", "a: {b: c, d: [e, f]}\n", "a: [\n  b,\n  c\n]\nd: e\n",
        "a: {\n  b: c,\n  \"d\":e\n}\n", "a: don't & won't\n", "a: x*y!z?\n", "a: b#c\n", "a: -1\n",
        "a: http://x:1/y\n",
        "a:\n  x: 1\nb:\n  x: 1\n", "a: ''\n", "äöü: 日本\n",
    ])
    func `what people write passes`(text: String) {
        #expect(faults(text) == [])
    }

    @Test(arguments: [
        ("a: &x b\n", "1:4 anchors are not read"), ("&x a: b\n", "1:1 anchors are not read"),
        ("a: [&x b]\n", "1:5 anchors are not read"), ("a: {b: &x c}\n", "1:8 anchors are not read"),
        ("a:\n  - &x b\n", "2:5 anchors are not read"), ("a: {\"b\":&x c}\n", "1:9 anchors are not read"),
        ("a: *x\n", "1:4 aliases are not read"), ("*x : b\n", "1:1 aliases are not read"),
        ("a: [b, *x]\n", "1:8 aliases are not read"), ("<<: *x\n", "1:5 aliases are not read"),
        ("a: !!int 7\n", "1:4 tags are not read"), ("a: ! 7\n", "1:4 tags are not read"),
        ("!x a: b\n", "1:1 tags are not read"), ("a: [!x b]\n", "1:5 tags are not read"),
        ("a: |\n  b\n", "1:4 a text over several lines"), ("a: >-\n  b\n", "1:4 a text over several lines"),
        ("a: 'b\n  c'\n", "1:4 a text in quotes ends in its line"), ("a: \"b\\\"\n", "1:4 a text in quotes ends"),
        ("a: b\n  c\n", "2:3 a value stands in the line of its key"), ("? a\n: b\n", "1:1 a key stands before a ':'"),
        ("a: {? b: c}\n", "1:5 a key stands before a ':'"), ("a: @b\n", "1:4 a text that begins with '@'"),
        ("a:\tb\n", "1:3 there is a tab"), ("\ta: b\n", "1:1 there is a tab"), ("# \t\n", "1:3 there is a tab"),
        ("a: b\u{0}c\n", "1:5 the character U+0000"), ("a: b\rc: d\n", "1:5 the character U+000D"),
        ("a: b\u{85}c: d\n", "1:5 the character U+0085"), ("a: b\u{2028}c: d\n", "1:5 the character U+2028"),
        ("%YAML 1.2\n---\na: b\n", "1:1 a configuration file has no directives"),
        ("a: b\n---\nc: d\n", "2:1 a configuration file is one document"),
        ("a: b\n...\n", "2:1 a configuration file is one"),
        ("--- a\n", "1:1 nothing may stand behind '---'"), ("- - a\n", "1:3 a list holds texts, no lists."),
        ("a: b\na: c\n", "2:1 'a' stands here twice."), ("a:\n  b: 1\n  'b': 2\n", "3:3 'b' stands here twice."),
        ("a: [[[[[b]]]]]\n", "1:9 more than 4 brackets"), ("a: 'b' c\n", "1:8 'c' stands here after the end of a text"),
    ])
    func `what is refused is told with its place`(text: String, expected: String) {
        let found = faults(text)
        // What goes on in the next line is refused there too.
        let others = found.dropFirst().filter { !$0.contains("a value stands in the line of its key") }
        #expect(others == [])
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test(arguments: [
        // What the parser takes for a text over two lines would hide the anchor in what looks like a quote.
        "a: [b\n 'c, &x d']\n", "a: [b,\n c\n \"d, &x e\"]\n", "a: {b: c\n 'd': &x e}\n",
        "a: b\n 'c\nd: &x e\n", "a: [#]\n &x b]\n", "a: [b #]\n , &x c]\n",
    ])
    func `no anchor hides where the parser would see it`(text: String) {
        #expect(!faults(text).isEmpty)
    }

    @Test func `every fault of a file is told, up to a hundred`() {
        let found = faults("a: &x 1\nb:\t2\nc: 'd\ne: 1\ne: 2\n")
        #expect(found.map { $0.prefix(3) } == ["1:4", "2:3", "3:4", "5:1"])
        #expect(faults(String(repeating: "a: &x\n", count: 1000)).count == 100)
    }

    @Test func `a line that is refused does not confuse those behind it`() {
        #expect(faults("a: [&x b]\nc: d\ne: f\n").count == 1)
    }

    @Test(arguments: ["{b}: ", "{bb}: ''#a: }", "[a]: b", "- {a: b}: c", "[a,\n b]: c"])
    func `what stands in brackets is no key`(text: String) {
        #expect(faults(text).count == 1)
    }

    @Test(arguments: ["a: {b: c}", "- [a, b]", "a: [b,\n  c]"])
    func `brackets behind a key, or as an entry, are read`(text: String) {
        #expect(faults(text).isEmpty)
    }

    @Test func `indentation has a bound`() {
        #expect(faults(String(repeating: " ", count: 65) + "a: b\n").count == 1)
        let staircase = (0..<40).map { String(repeating: " ", count: 2 * $0) + "a:\n" }.joined()
        #expect(faults(staircase).count == 7)
    }

    @Test func `whatever passes has neither anchors nor tags for the parser either`() {
        var random = SystemRandomNumberGenerator()
        let pieces =
            Array(" \n\n::--[]{},,&*!?'\"#ab|>%").map(String.init) + [
                ": ", "- ", ", ", "&x ", "*x", "!t ", "a: ", "\n  ",
            ]
        var passed = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...24, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            guard YAMLForm.faults(in: text).isEmpty else { continue }
            passed += 1
            let found = YAMLFile(text).faults.map(\.message)
            let isSeenLate = found.contains { $0.contains("are not read.") || $0.contains("in one line.") }
            #expect(!isSeenLate, "\(text.debugDescription): \(found)")
        }
        #expect(passed > 500)
    }
}
