import Foundation
import Testing

@testable import OData

/// The tree that a filter becomes, without any data.
@Suite struct FilterParserTests {
    private func parse(
        _ text: String, of type: String = "book", limits: QueryLimits = QueryLimits(), version: ServiceVersion = .v1
    ) throws(ODataError) -> FilterExpression {
        try FilterParser.parse(text, PropertyScope(model: libraryModel, type: type, version: version), limits)
    }

    /// The tree as text: every operation in parentheses.
    private func shape(_ expression: FilterExpression) -> String {
        switch expression {
        case .comparison(let path, let comparison, let value):
            "\(path.names.joined(separator: ".")) \(comparison.rawValue) \(Self.text(value))"
        case .oneOf(let path, let values):
            "\(path.names.joined(separator: ".")) in [\(values.map(Self.text).joined(separator: " "))]"
        case .text(let function, let path, let text):
            "\(function.rawValue) \(path.names.joined(separator: ".")) \(text)"
        case .and(let terms): "(and \(terms.map(shape).joined(separator: "; ")))"
        case .or(let terms): "(or \(terms.map(shape).joined(separator: "; ")))"
        case .not(let term): "(not \(shape(term)))"
        }
    }

    private static func text(_ value: FilterValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "'\(text)'"
        case .date(let date): "@\(Int(date.timeIntervalSince1970))"
        case .enumeration(let members): members.joined(separator: "|")
        }
    }

    /// Source: OData 4.0, part 2, 5.1.1.9: `not` binds strongest, then `and`, then `or`.
    @Test(arguments: [
        ("pages eq 1 or pages eq 2 and pages eq 3", "(or pages eq 1; (and pages eq 2; pages eq 3))"),
        ("pages eq 1 and pages eq 2 or pages eq 3", "(or (and pages eq 1; pages eq 2); pages eq 3)"),
        ("(pages eq 1 or pages eq 2) and pages eq 3", "(and (or pages eq 1; pages eq 2); pages eq 3)"),
        ("not pages eq 1 and pages eq 2", "(and (not pages eq 1); pages eq 2)"),
        ("not (pages eq 1 and pages eq 2)", "(not (and pages eq 1; pages eq 2))"),
        ("pages eq 1 or pages eq 2 or pages eq 3", "(or pages eq 1; pages eq 2; pages eq 3)"),
        ("((((pages eq 1))))", "pages eq 1"),
        ("not not pages eq 1", "(not (not pages eq 1))"),
    ])
    func `operators bind as the protocol says`(text: String, tree: String) throws {
        #expect(shape(try parse(text)) == tree)
    }

    @Test(arguments: [
        ("1 lt pages", "pages gt 1"), ("1 le pages", "pages ge 1"), ("1 gt pages", "pages lt 1"),
        ("1 ge pages", "pages le 1"), ("1 eq pages", "pages eq 1"), ("1 ne pages", "pages ne 1"),
        ("null eq pages", "pages eq null"), ("true eq isReference", "isReference eq true"),
    ])
    func `a literal on the left mirrors the comparison`(text: String, tree: String) throws {
        #expect(shape(try parse(text)) == tree)
    }

    @Test(arguments: [
        ("isReference", "isReference eq true"), ("not isReference", "(not isReference eq true)"),
        ("startswith(title,'a')", "startswith title a"), ("ENDSWITH(title,'a') eq true", "endswith title a"),
        ("contains(title,'a') eq false", "(not contains title a)"),
        ("contains(title,'a') ne false", "contains title a"),
        ("startswith(title,'a') ne true", "(not startswith title a)"),
        ("pages in (1, 2,null)", "pages in [1 2 null]"),
        ("shelves eq 'RARE, open'", "shelves eq open|rare"),
        ("status eq town.library.mediumStatus'LENT'", "status eq lent"),
        ("author/name eq 'x'", "author.name eq 'x'"), ("weightKilograms gt 1.5e1", "weightKilograms gt 15.0"),
        ("id eq 7C5B9D3E-1F2A-4B6C-8D4E-5F6071829304", "id eq '7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304'"),
        ("title eq 7C5B9D3E-1F2A-4B6C-8D4E-5F6071829304", "title eq '7C5B9D3E-1F2A-4B6C-8D4E-5F6071829304'"),
    ])
    func `a test has the canonical names and typed values`(text: String, tree: String) throws {
        #expect(shape(try parse(text)) == tree)
    }

    private func terms(_ count: Int) -> String {
        Array(repeating: "pages eq 1", count: count).joined(separator: " or ")
    }

    @Test(arguments: [1, 7, 100]) func `as many terms are read as the limit says`(limit: Int) throws {
        var limits = QueryLimits()
        limits.maximumFilterTerms = limit
        #expect(try parse(terms(limit), limits: limits).tests.count == limit)
        let error = #expect(throws: ODataError.self) { try parse(terms(limit + 1), limits: limits) }
        #expect(error?.code == "FilterLengthExceeded")
        #expect(error?.status == 400)
    }

    @Test func `each element of a list counts as a term`() throws {
        var limits = QueryLimits()
        limits.maximumFilterTerms = 3
        #expect(shape(try parse("pages in (1,2,3)", limits: limits)) == "pages in [1 2 3]")
        #expect(throws: ODataError.self) { try parse("pages in (1,2,3,4)", limits: limits) }
        #expect(throws: ODataError.self) { try parse("pages in (1,2,3) or pages eq 4", limits: limits) }
    }

    @Test(arguments: [("(", ")"), ("not ", "")]) func `nesting is bounded`(opening: String, closing: String) throws {
        var limits = QueryLimits()
        limits.maximumFilterDepth = 4
        func nested(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + "pages eq 1" + String(repeating: closing, count: depth)
        }
        #expect(try parse(nested(3), limits: limits).tests.count == 1)
        let error = #expect(throws: ODataError.self) { try parse(nested(4), limits: limits) }
        #expect(error?.code == "FilterLengthExceeded")
    }

    @Test(arguments: [
        ("title eq", "ends too early"), ("", "ends too early"), ("title eq 'a' 'b'", "unexpected ''b''"),
        ("(title eq 'a'", "ends too early"), ("title eq 'a')", "unexpected ')'"),
        ("status gt 'lent'", "'status' has no order"), ("isReference gt true", "'isReference' has no order"),
        ("contains(pages,'1')", "needs text, but 'pages' is not"), ("contains('a',title)", "needs a property first"),
        ("contains(title,1)", "needs a quoted string"),
        ("contains(title,'a') gt true", "only be compared with true or false"),
        ("contains(title,'a') eq 1", "only be compared with true or false"),
        ("tags/any(t:t eq 'a')", "'any' is not offered"),
        ("loans/all(l:l/due gt 2026-01-01)", "'all' is not offered"),
        ("pages gt null", "something that can be ordered"),
        ("pages eq 'x'", "but needs a value of Edm.Int32"), ("weightKilograms eq x", "but needs a number"),
        ("acquired eq x", "but needs a date and time"), ("isReference eq 'true'", "but needs a value of Edm.Boolean"),
        ("title eq duration'P1D'", "but needs a quoted string"),
    ])
    func `a refusal says what is wrong`(text: String, reason: String) {
        let error = #expect(throws: ODataError.self) { try parse(text) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(error?.target == "$filter")
        #expect(error?.code == "BadRequest")
    }

    @Test func `a property of a derived type is named with its cast`() throws {
        #expect(shape(try parse("town.library.book/pages gt 1", of: "medium")) == "pages gt 1")
        #expect(shape(try parse("library.film/minutes gt 1", of: "medium")) == "minutes gt 1")
        #expect(throws: ODataError.self) { try parse("town.library.film/minutes gt 1", of: "book") }
        #expect(throws: ODataError.self) { try parse("town.library.loan/due gt 2026-01-01", of: "book") }
    }

    @Test func `the conjuncts of a filter are the terms that must all hold`() throws {
        let inner = try parse("pages eq 1 and (pages eq 2 and pages eq 3) and (pages eq 4 or pages eq 5)")
        #expect(
            inner.conjuncts.map(shape) == ["pages eq 1", "pages eq 2", "pages eq 3", "(or pages eq 4; pages eq 5)"])
        #expect(try parse("pages eq 1 or pages eq 2").conjuncts.count == 1)
    }
}
