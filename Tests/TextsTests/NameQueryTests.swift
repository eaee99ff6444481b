import Testing
import Texts

@Suite struct NameQueryTests {
    /// Query, name, whether it is found.
    static let cases: [(String, String, Bool)] = [
        ("budget", "Budget 2026.xlsx", true), ("budget xlsx", "2026-BUDGET.XLSX", true),
        ("xlsx budget", "budget.xlsx", true), ("budget xlsx", "budget.docx", false),
        ("budget", "budge", false), ("aab", "aaab", true),
        // A word with wildcards is for the whole name.
        ("bud*xlsx", "budget.xlsx", true), ("bud*xls", "budget.xlsx", false), ("bud*xls*", "budget.xlsx", true),
        ("*bud*xls*", "a budget.xlsx", true), ("xls*bud", "budget.xlsx", false), ("b?dget", "budget", true),
        ("b?dget", "budgets", false), ("b?dget", "a budget", false), ("b?dget", "bdget", false),
        ("*.xlsx", "a.xlsx", true), ("*.xlsx", "a.xlsx.locked", false), ("*.xlsx*", "a.xlsx.locked", true),
        (".xlsx", "a.xlsx.locked", true), ("*.XLSX", "A.xlsx", true), ("??.txt", "ab.txt", true),
        ("??.txt", "abc.txt", false), ("??.txt", "\u{e9}b.txt", true), ("*?\u{e9}c", "b\u{e9}c", true),
        ("a?c", "a\u{e9}c", true), ("a??c", "a\u{e9}c", false), ("a*a*a", "aa", false), ("a*a*a", "aaa", true),
        ("ab*ab", "ab", false), ("ab*ab", "abab", true), ("a*?b", "ab", false), ("a*?b", "aab", true),
        // Other words may stand anywhere; or all of it is one pattern.
        ("budget *.xlsx", "My budget.xlsx", true), ("budget *.xlsx", "My budget.xlsx.locked", false),
        ("my budget*.xlsx", "My budget 2026.xlsx", true), ("my budget*.xlsx", "Oh my budget 2026.xlsx", false),
        (" my budget?.xlsx ", "My budget1.xlsx", true), ("my budget.xlsx", "budget.xlsx of my son", true),
        // However letters are composed, and in whatever case.
        ("caf\u{e9}", "CAFE\u{301}.txt", true), ("cafe\u{301}", "Caf\u{e9}.txt", true), ("cafe", "Caf\u{e9}", false),
        ("stra\u{df}e", "STRASSE", true), ("\u{130}stanbul", "i\u{307}stanbul", true),
        // No word of Unicode's is a wildcard.
        ("\u{ff0a}\u{ff1f}", "anything", false),
        ("  two\twords  ", "words of two", true),
    ]

    @Test(arguments: cases) func `words are found anywhere, and patterns are for the whole name`(
        query: String, name: String, isFound: Bool
    ) throws {
        #expect(try #require(NameQuery(query)).finds(name) == isFound)
    }

    @Test(arguments: ["", " ", "a", "*", "**", "??", "? *", "*a*", "\u{e9}", "e\u{301}"])
    func `a query of fewer than two characters is none`(text: String) {
        #expect(NameQuery(text) == nil)
    }

    @Test(arguments: ["ab", "a b", "a*b", "a?b", "\u{e9}\u{e9}", "\u{1f600}\u{1f600}"])
    func `a query of two characters is one`(text: String) {
        #expect(NameQuery(text) != nil)
    }

    @Test func `a query has a greatest length`() {
        #expect(NameQuery(String(repeating: "a", count: NameQuery.maximumBytes)) != nil)
        #expect(NameQuery(String(repeating: "a", count: NameQuery.maximumBytes + 1)) == nil)
    }

    @Test(arguments: [("ab cdef", "cdef"), ("a?bcd*ef", "bcd"), ("a?b", "a"), ("CAF\u{c9}", "caf\u{e9}")])
    func `the needle is the longest text that every name has which is found`(query: String, needle: String) throws {
        #expect(try #require(NameQuery(query)).needle == Array(needle.utf8))
    }

    /// What makes expressions with backtracking take years.
    @Test func `patterns that explode elsewhere take their length times that of the name`() throws {
        let query = try #require(NameQuery(String(repeating: "a*", count: 254) + "b"))
        let name = String(repeating: "a", count: 255)
        for _ in 0..<20 { #expect(!query.finds(name)) }
        #expect(query.finds(name + "b"))
    }

    /// Against a matcher that tries every place, with all its backtracking.
    @Test(arguments: UInt64(1)...4) func `it finds what a matcher by definition finds`(seed: UInt64) throws {
        var state = seed
        func number(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        func text(_ letters: [Character], _ count: Int) -> String {
            String((0..<count).map { _ in letters[number(letters.count)] })
        }
        for _ in 0..<2000 {
            let (word, name) = (
                text(["a", "b", "?", "*", "\u{e9}"], 1 + number(5)), text(["a", "b", "\u{e9}"], number(8))
            )
            guard let query = NameQuery(word) else { continue }
            #expect(query.finds(name) == Self.occurs(Array(word), in: Array(name)), "'\(word)' in '\(name)'")
        }
    }

    private static func occurs(_ word: [Character], in name: [Character]) -> Bool {
        let isPattern = word.contains { $0 == "*" || $0 == "?" }
        return isWhole((isPattern ? word : ["*"] + word + ["*"])[...], name[...])
    }

    private static func isWhole(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case "*":
            return (name.startIndex...name.endIndex).contains { isWhole(pattern.dropFirst(), name[$0...]) }
        case "?": return !name.isEmpty && isWhole(pattern.dropFirst(), name.dropFirst())
        default: return name.first == first && isWhole(pattern.dropFirst(), name.dropFirst())
        }
    }
}
