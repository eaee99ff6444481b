import ProtectionRules
import Testing

@Suite struct QueryExpressionTests {
    private func term(_ text: String) -> QueryExpression {
        .term(property: "name", operator: "contains", value: .text(text))
    }

    @Test(arguments: [
        "name -contains 'b'", "(name -contains 'b')", "((name  -CONTAINS ‘b’))", "( name -contains ’b’ )",
    ])
    func `quotes of every kind and parentheses are read`(text: String) throws {
        let expression = try QueryExpression(text)
        #expect(expression == term("b"))
    }

    @Test func `and binds closer than or`() throws {
        let expression = try QueryExpression(
            "name -contains 'a' -or name -contains 'b' -and (name -contains 'c' -or name -contains 'd')")
        #expect(expression == .or([term("a"), .and([term("b"), .or([term("c"), term("d")])])]))
    }

    @Test func `a doubled quote is one, and truth values are no texts`() throws {
        let quoted = try QueryExpression("name -contains 'it''s'")
        let flag = try QueryExpression("hasAttachment -eq true")
        #expect(quoted == term("it's"))
        #expect(flag == .term(property: "hasAttachment", operator: "eq", value: .flag(true)))
    }

    // Source: mail/search.md, section 1.
    @Test(arguments: [
        ("name -contains 'Q3’s'", "Q3’s"), ("(name -contains 'Q3’s')", "Q3’s"), ("name -contains 'It’s'", "It’s"),
        ("name -contains ‘it\u{27}s’", "it's"),
        ("name -contains “a ‘b’ \u{27}c\u{27}”", "a ‘b’ 'c'"), ("name -contains \"Q3’s\"", "Q3’s"),
        ("name -contains ‘invoice'", "invoice"),
        ("name -contains 'invoice’", "invoice"), ("name -contains ‘it’’s’", "it’s"),
        ("name -contains \"a\"\"b\"", "a\"b"), ("name -contains ''", ""),
        ("name -contains 'a\u{301}'", "a\u{301}"),
    ])
    func `a text ends at the next quote of the kind that opened it`(text: String, wanted: String) throws {
        #expect(try QueryExpression(text) == term(wanted))
    }

    @Test(arguments: [
        "", "name", "name -contains", "name -contains b", "name -contains 'b", "(name -contains 'b'",
        "name -contains 'b')", "-contains 'b'",
        "name contains 'b'", "name -contains 'b' -and", "name -contains 'b' name -contains 'c'",
        String(repeating: "(", count: 100),
    ])
    func `what is no expression is refused with a position`(text: String) throws {
        let fault = try #require(throws: QueryExpression.Fault.self) { try QueryExpression(text) }
        #expect(!fault.message.isEmpty)
    }
}
