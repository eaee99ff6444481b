import Testing
import Texts

@Suite struct NameRuleTests {
    /// Unicode's full mapping, scalar by scalar: not the reader's locale.
    @Test(arguments: [
        ("ADELE@X", "adele@x"), ("\u{c9}LAN", "\u{e9}lan"), ("\u{130}", "i\u{307}"), ("I", "i"), ("\u{1e9e}", "\u{df}"),
        ("123_-", "123_-"),
    ])
    func `names of people compare in lower case`(name: String, key: String) {
        #expect(NameRule.anyCase.key(name) == ExactText(key))
        #expect(NameRule.exact.key(name) == ExactText(name))
    }

    @Test(arguments: [
        ("\u{e9}", "e\u{301}"), ("\u{df}", "ss"), ("\u{fb01}", "fi"), ("\u{131}", "i"), ("\u{212b}", "a\u{30a}"),
    ])
    func `letters that a search takes for the same are different names`(left: String, right: String) {
        #expect(NameRule.anyCase.key(left) != NameRule.anyCase.key(right))
    }
}

@Suite struct NameTableDetailTests {
    @Test func `an empty table finds nothing`() {
        let table = NameTable<Int>(.anyCase)
        #expect(table[""] == nil)
        #expect(!table.contains(""))
        #expect(table.exactly("a") == nil)
    }

    @Test func `the empty name is a name`() {
        var table = NameTable<Int>(.exact)
        table.insert(1, for: "")
        #expect(table[""] == 1)
        #expect(table["a"] == nil)
    }

    @Test func `contains asks for the key and not for look-alikes`() {
        var table = NameTable<Int>(.anyCase)
        table.insert(1, for: "Caf\u{e9}")
        #expect(table.contains("CAF\u{c9}"))
        #expect(!table.contains("Cafe\u{301}"))
        #expect(table.exactly("Cafe\u{301}") == nil)
        #expect(table["Cafe\u{301}"] == 1)
    }

    @Test func `of several with one key the spelling decides, and without it none is found`() {
        var table = NameTable<Int>(.anyCase)
        for (value, name) in ["Adele", "ADELE", "adele"].enumerated() { table.insert(value, for: name) }
        #expect(table["ADELE"] == 1)
        #expect(table.exactly("adele") == 2)
        #expect(table["aDELE"] == nil)
        guard case .several(let values) = table.find("aDELE") else {
            Issue.record("several were expected")
            return
        }
        #expect(values == [0, 1, 2])
    }

    @Test func `a look-alike of a key with several values finds them all`() {
        var table = NameTable<Int>(.anyCase)
        table.insert(1, for: "\u{e9}lan")
        table.insert(2, for: "\u{c9}lan")
        guard case .several(let values) = table.find("e\u{301}lan") else {
            Issue.record("several were expected")
            return
        }
        #expect(values == [1, 2])
    }

    @Test func `the value that was first under a key is returned each time`() {
        var table = NameTable<String>(.anyCase)
        #expect(table.insert("first", for: "a") == nil)
        #expect(table.insert("second", for: "A") == "first")
        #expect(table.insert("third", for: "a") == "first")
    }
}

@Suite struct SearchTextDetailTests {
    @Test(arguments: ["", "a", "\u{e9}", "\u{1f98a}"]) func `the empty text occurs in every text`(text: String) {
        #expect(SearchText(text).contains(SearchText("")))
        #expect(SearchText(text).contains(SearchText(text)))
    }

    @Test(arguments: [("aaab", "aab"), ("abab", "bab"), ("xyz", "z"), ("xyz", "xyz"), ("aXbXc", "bxC")])
    func `a part is found wherever it begins`(text: String, part: String) {
        #expect(SearchText(text).contains(SearchText(part)))
    }

    @Test(arguments: [("abc", "abcd"), ("aab", "ba"), ("abc", "acb"), ("a b", "ab")])
    func `what does not occur in one piece is not found`(text: String, part: String) {
        #expect(!SearchText(text).contains(SearchText(part)))
    }

    /// Source: Unicode Character Database, CaseFolding.txt, status C and F.
    @Test(arguments: [
        ("\u{1f80}", "\u{1f00}\u{3b9}"), ("\u{3c3}", "\u{3a3}"), ("\u{3c2}", "\u{3c3}"),
        ("\u{149}", "\u{2bc}n"), ("\u{1e9b}", "\u{1e61}"),
    ])
    func `folding is Unicode's and not of the first letters only`(text: String, part: String) {
        #expect(SearchText(text).contains(SearchText(part)))
        #expect(SearchText(part).contains(SearchText(text)))
    }

    @Test func `a text of ASCII is folded as one with other letters is`() {
        #expect(SearchText("Report 2024 \u{e9}").contains(SearchText("REPORT 2024")))
        #expect(SearchText("@[`{").contains(SearchText("@[`{")))
        #expect(!SearchText("@").contains(SearchText("`")))
        #expect(!SearchText("[").contains(SearchText("{")))
    }
}

@Suite struct ExactTextDetailTests {
    @Test(arguments: [("", "a"), ("a", "b"), ("a", "aa"), ("Z", "a"), ("\u{7f}", "\u{80}"), ("\u{ffff}", "\u{10000}")])
    func `a text comes before another by its first different byte`(left: String, right: String) {
        #expect(ExactText(left) < ExactText(right))
        #expect(!(ExactText(right) < ExactText(left)))
        #expect(left.precedesExactly(right))
    }

    @Test func `a text does not come before itself`() {
        #expect(!(ExactText("a") < ExactText("a")))
        #expect(ExactText("a") == ExactText("a"))
    }

    @Test(
        arguments: [
            ("a/b/c", Int.max, true, ["a", "b", "c"]), ("a/b/c", 1, true, ["a", "b/c"]),
            ("/a//b/", .max, true, ["", "a", "", "b", ""]),
            ("/a//b/", .max, false, ["a", "b"]), ("", .max, true, [""]), ("", .max, false, []),
            ("abc", .max, true, ["abc"]),
        ] as [(String, Int, Bool, [String])])
    func `parts are split at a character`(text: String, splits: Int, keepingEmpty: Bool, parts: [String]) {
        #expect(text.parts(at: "/", maximumSplits: splits, keepingEmpty: keepingEmpty).map(String.init) == parts)
    }

    @Test func `beginnings and ends are of bytes`() {
        #expect("abc".beginsExactly(with: ""))
        #expect("abc".endsExactly(with: ""))
        #expect(!"abc".beginsExactly(with: "abcd"))
        #expect(!"abc".endsExactly(with: "xabc"))
        #expect(!"\u{e9}".beginsExactly(with: "e"))
    }

    @Test(arguments: [
        ("abcdef", 3, "abc"), ("ab", 3, "ab"), ("", 3, ""), ("\u{e9}\u{301}x", 2, "\u{e9}\u{301}"), ("abc", 0, ""),
    ])
    func `a shortened text is its first scalars`(text: String, count: Int, expected: String) {
        #expect(ExactText(text.shortened(toScalars: count)) == ExactText(expected))
    }
}
