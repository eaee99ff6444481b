import Testing

@testable import OData

/// How a filter is cut into words, strings and signs. Source: OData 4.0, part 2, 5.1.1 and its ABNF: quotes inside a
/// string are doubled, and a literal may have its type in front.
@Suite struct FilterLexerTests {
    @Test(
        arguments: [
            ("", []),
            (" \t ", []),
            ("a", [.word("a")]),
            ("a eq 1", [.word("a"), .word("eq"), .word("1")]),
            ("a\teq\t1", [.word("a"), .word("eq"), .word("1")]),
            ("(a)", [.open, .word("a"), .close]),
            ("in('x','y')", [.word("in"), .open, .string("x", prefix: ""), .comma, .string("y", prefix: ""), .close]),
            ("''", [.string("", prefix: "")]),
            ("'it''s'", [.string("it's", prefix: "")]),
            ("''''", [.string("'", prefix: "")]),
            ("'a (b), c'", [.string("a (b), c", prefix: "")]),
            ("duration'P1D'", [.string("P1D", prefix: "duration")]),
            ("a/b ne null", [.word("a/b"), .word("ne"), .word("null")]),
            ("2026-03-02T09:41:07Z", [.word("2026-03-02T09:41:07Z")]),
            ("'é' é", [.string("é", prefix: ""), .word("é")]),
            ("a,b", [.word("a"), .comma, .word("b")]),
            ("'a''b'c", [.string("a'b", prefix: ""), .word("c")]),
        ] as [(String, [FilterToken])])
    func `a filter is cut into its tokens`(text: String, tokens: [FilterToken]) throws {
        #expect(try FilterLexer.tokens(of: text) == tokens)
    }

    @Test(arguments: ["'", "'a", "'a''", "a eq 'b", "duration'P1D", "'''"])
    func `a string that is not closed is refused at the filter`(text: String) {
        let error = #expect(throws: ODataError.self) { try FilterLexer.tokens(of: text) }
        #expect(error?.status == 400)
        #expect(error?.target == "$filter")
    }

    @Test(arguments: [
        (FilterToken.word("x"), "x"), (.string("a", prefix: ""), "'a'"),
        (.string("P1D", prefix: "duration"), "duration'P1D'"),
        (.open, "("), (.close, ")"), (.comma, ","),
    ])
    func `a message shows a token as it was written`(token: FilterToken, text: String) {
        #expect(token.text == text)
    }
}
