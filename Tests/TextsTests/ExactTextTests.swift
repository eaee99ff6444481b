import Testing
import Texts

@Suite struct ExactTextTests {
    /// Composed and decomposed, and a sign that Unicode takes for a letter.
    @Test(arguments: [
        ("Caf\u{e9}", "Cafe\u{301}"), ("\u{212a}", "K"), ("\u{37e}", ";"), ("\u{ac00}", "\u{1100}\u{1161}"),
    ])
    func `texts with different bytes are two, also where they are canonically equivalent`(left: String, right: String) {
        #expect(left == right)
        #expect(ExactText(left) != ExactText(right))
        #expect(Set([ExactText(left), ExactText(right), ExactText(left)]).count == 2)
    }

    @Test func `the order is that of the bytes`() {
        let sorted = ["a\u{ffff}", "e\u{301}", "\u{e9}", "a\u{10000}", "Z", "\u{301}"].map(ExactText.init).sorted()
        #expect(
            sorted.map(\.string).map { Array($0.utf8) }
                == ["Z", "a\u{ffff}", "a\u{10000}", "e\u{301}", "\u{e9}", "\u{301}"].map { Array($0.utf8) })
    }

    @Test func `a combining mark does not hide the character before it`() {
        #expect("a/\u{301}b".has("/"))
        #expect("a/\u{301}b".parts(at: "/").map(String.init) == ["a", "\u{301}b"])
        #expect("/a/\u{301}b".beginsExactly(with: "/a/"))
        #expect("a\u{301}".endsExactly(with: "\u{301}"))
    }

    @Test func `a shortened text has so many scalars, however few characters it is`() {
        let cluster = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(cluster.count == 1)
        #expect(cluster.shortened().utf8.count == 199)
    }

    @Test func `escapes tell twins apart`() {
        #expect("Caf\u{e9}".withEscapes == #"Caf\u{e9}"#)
        #expect("Cafe\u{301}\u{202e}\n".withEscapes == #"Cafe\u{301}\u{202e}\u{a}"#)
    }
}

@Suite struct NameTableTests {
    private func found(_ match: NameTable<Int>.Match) -> [Int] {
        switch match {
        case .none: []
        case .one(let value): [value]
        case .several(let values): values
        }
    }

    @Test func `a name finds what has its bytes, then the one thing that looks like it`() {
        var table = NameTable<Int>(.exact)
        table.insert(1, for: "Caf\u{e9}")
        #expect(table["Cafe\u{301}"] == 1)
        table.insert(2, for: "Cafe\u{301}")
        #expect(table["Cafe\u{301}"] == 2)
        #expect(table["Caf\u{e9}"] == 1)
        #expect(table["caf\u{e9}"] == nil)
    }

    @Test func `a name that looks like two things and is neither finds both and no one`() {
        var table = NameTable<Int>(.anyCase)
        // One letter with two marks can be written in three ways.
        table.insert(1, for: "\u{1ed9}")
        table.insert(2, for: "\u{f4}\u{323}")
        #expect(table["\u{1ecd}\u{302}"] == nil)
        #expect(found(table.find("\u{1ecd}\u{302}")).sorted() == [1, 2])
    }

    @Test func `names of people compare without regard to case and keep twins apart`() {
        var table = NameTable<Int>(.anyCase)
        #expect(table.insert(1, for: "\u{c9}lan") == nil)
        #expect(table.insert(2, for: "\u{e9}LAN") == 1)
        #expect(table.insert(3, for: "e\u{301}lan") == nil)
        #expect(table["\u{c9}LAN"] == nil)
        #expect(found(table.find("\u{c9}LAN")) == [1, 2])
        #expect(table["\u{e9}LAN"] == 2)
    }
}

@Suite struct SearchTextTests {
    /// Source of the foldings: Unicode Character Database, CaseFolding.txt, status C and F.
    @Test(arguments: [
        ("Cafe\u{301}", "caf\u{c9}"), ("Stra\u{df}e", "STRASSE"),
        ("\u{39f}\u{394}\u{39f}\u{3a3}", "\u{3bf}\u{3b4}\u{3bf}\u{3c2}"), ("\u{fb01}n", "FIN"),
        ("\u{212b}", "a\u{30a}"), ("report", ""),
    ])
    func `a search finds a text however it is written`(text: String, part: String) {
        #expect(SearchText(text).contains(SearchText(part)))
    }

    @Test(arguments: [("Caf\u{e9}", "Cafe"), ("\u{131}", "i"), ("abc", "abd"), ("ab", "abc"), ("", "a")])
    func `a search keeps accents and letters apart`(text: String, part: String) {
        #expect(!SearchText(text).contains(SearchText(part)))
    }
}
