import Catalog
import Foundation
import Testing

@testable import ProtectionRules

@Suite struct RuleLexerTests {
    private func kinds(_ text: String) throws -> [RuleToken.Kind] {
        try RuleLexer.tokens(text, RuleExpressionLimits()).map(\.kind)
    }

    @Test func `nothing and blanks are no pieces`() throws {
        #expect(try kinds("").isEmpty)
        #expect(try kinds(" \t\n\u{A0}").isEmpty)
    }

    @Test func `every mark is a piece of its own`() throws {
        #expect(try kinds("()[],") == [.mark("("), .mark(")"), .mark("["), .mark("]"), .mark(",")])
    }

    @Test func `words are read in lower case, up to what cannot be in one`() throws {
        #expect(
            try kinds("memberOf -ANY(Group.id") == [.word("memberof"), .word("-any"), .mark("("), .word("group.id")])
    }

    @Test func `dates are words`() throws {
        #expect(try kinds("2026-03-01T08:00:00+01:00") == [.word("2026-03-01t08:00:00+01:00")])
    }

    @Test(arguments: [("'a'", "a"), ("''", ""), ("'it''s'", "it's"), ("''''", "'"), ("' A (b) '", " A (b) ")])
    func `a text keeps its letters, and a doubled quote is one`(source: String, text: String) throws {
        #expect(try kinds(source) == [.text(text)])
    }

    @Test func `a quote with a combining mark is still a quote`() throws {
        #expect(try kinds("'\u{301}a'") == [.text("\u{301}a")])
    }

    @Test func `a piece knows how many scalars stand before it`() throws {
        let tokens = try RuleLexer.tokens("  a ('é') b", RuleExpressionLimits())
        #expect(tokens.map(\.offset) == [2, 4, 5, 8, 10])
    }

    @Test(arguments: [("a 'b", 2), ("'", 0), ("'a''", 0), ("x {", 2), ("\"a\"", 0), ("a;b", 1)])
    func `what is no piece is told with its place`(text: String, offset: Int) {
        let error = #expect(throws: RuleExpressionError.self) {
            try RuleLexer.tokens(text, RuleExpressionLimits())
        }
        #expect(error?.kind == .malformed)
        #expect(error?.offset == offset)
    }

    @Test func `a text of the longest length is read and a longer one is not`() throws {
        var limits = RuleExpressionLimits()
        limits.length = 4
        #expect(try RuleLexer.tokens("abcd", limits).count == 1)
        let error = #expect(throws: RuleExpressionError.self) { try RuleLexer.tokens("abcde", limits) }
        #expect(error?.offset == 4)
    }
}

@Suite struct RuleMomentTests {
    /// Seconds since 1970, by `date -u -d … +%s`.
    @Test(arguments: [
        ("1970-01-01", 0.0), ("2026-03-01", 1_772_323_200), ("2024-02-29", 1_709_164_800),
        ("2026-03-01T08:00:00Z", 1_772_352_000), ("2026-03-01t08:00:00z", 1_772_352_000),
        ("2026-03-01T08:00:00.5Z", 1_772_352_000.5), ("2026-03-01T08:00:00.0000001Z", 1_772_352_000.0000001),
        ("2026-03-01T08:00:00+01:00", 1_772_348_400), ("2026-03-01T08:00:00-05:30", 1_772_371_800),
    ])
    func `a moment is read to the second and beyond`(text: String, seconds: Double) throws {
        let moment = try #require(RuleMoment.date(text))
        #expect(abs(moment.timeIntervalSince1970 - seconds) < 0.000_01)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2026-03-32", "2026-03-01T", "2026-03-01T08:00",
        "2026-03-01T24:00:00Z", "2026-03-01T08:60:00Z", "2026-03-01T08:00:00.12345678Z", "2026-03-01T08:00:00+24:00",
        "2026-03-01T08:00:00+01:60", " 2026-03-01", "26-03-01", "2026-03-01Z",
    ])
    func `what names no moment is none`(text: String) {
        #expect(RuleMoment.date(text) == nil)
    }
}

@Suite struct RuleParserTests {
    private let group = "0a1b2c3d-0002-4000-8000-000000000001"

    @Test(arguments: [
        ("displayName -contains 'a'", SiteExpression.nameContains("a")), ("webUrl -contains 'a'", .urlContains("a")),
        ("((DISPLAYNAME -CONTAINS 'A'))", .nameContains("A")),
        ("lastModifiedDateTime -ge '1970-01-01'", .modifiedSince(Date(timeIntervalSince1970: 0))),
        ("lastModifiedDateTime -ge 1970-01-02", .modifiedSince(Date(timeIntervalSince1970: 86_400))),
        (
            "displayName -contains 'a' -or webUrl -contains 'b' -and displayName -contains 'c'",
            .or([.nameContains("a"), .and([.urlContains("b"), .nameContains("c")])])
        ),
        (
            "(displayName -contains 'a' -or webUrl -contains 'b') -and displayName -contains 'c'",
            .and([.or([.nameContains("a"), .urlContains("b")]), .nameContains("c")])
        ),
    ])
    func `an expression over sites is a tree`(text: String, tree: SiteExpression) throws {
        #expect(try RuleParser.sites(text) == tree)
    }

    @Test(arguments: [
        ("displayName", "'-contains' is expected", 11),
        ("displayName -contains ''", "the text to look for is empty", 22),
        ("displayName -contains a", "a text in single quotes is expected", 22),
        ("displayName -contains 'a' 'b'", "the expression should end here", 26),
        ("(displayName -contains 'a'", "')' is expected", 26),
        ("name -contains 'a'", "displayName, webUrl, lastModifiedDateTime or '(' is expected", 0),
        (
            "lastModifiedDateTime -ge 'soon'",
            "a date such as '2026-03-01' or '2026-03-01T08:00:00Z' is expected", 25
        ),
    ])
    func `a fault says what is expected and where`(text: String, message: String, offset: Int) {
        let error = #expect(throws: RuleExpressionError.self) { try RuleParser.sites(text) }
        #expect(error?.message == message)
        #expect(error?.offset == offset)
    }

    @Test func `conditions are counted over the whole expression`() throws {
        var limits = RuleExpressionLimits()
        limits.conditions = 2
        let two = "displayName -contains 'a' -or (webUrl -contains 'b')"
        #expect(try RuleParser.sites(two, limits) == .or([.nameContains("a"), .urlContains("b")]))
        #expect(throws: RuleExpressionError.self) {
            try RuleParser.sites(two + " -and displayName -contains 'c'", limits)
        }
    }

    @Test func `parentheses nest as deep as allowed and no deeper`() throws {
        var limits = RuleExpressionLimits()
        limits.depth = 2
        #expect(try RuleParser.sites("((displayName -contains 'a'))", limits) == .nameContains("a"))
        #expect(throws: RuleExpressionError.self) { try RuleParser.sites("(((displayName -contains 'a')))", limits) }
        #expect(throws: RuleExpressionError.self) {
            try RuleParser.groups("(((memberOf -any (group.id -in ['\(group)']))))", limits)
        }
    }

    @Test func `a group that is named twice counts once`() throws {
        var limits = RuleExpressionLimits()
        limits.groups = 1
        let text = "memberOf -any (group.id -in ['\(group)', '\(group.uppercased())'])"
        #expect(try RuleParser.groups(text, limits) == GroupExpression(groupIDs: [group]))
    }

    @Test func `too many groups are another fault than nonsense`() {
        var limits = RuleExpressionLimits()
        limits.groups = 1
        let other = "0a1b2c3d-0002-4000-8000-000000000002"
        let error = #expect(throws: RuleExpressionError.self) {
            try RuleParser.groups("memberOf -any (group.id -in ['\(group)', '\(other)'])", limits)
        }
        #expect(error?.kind == .tooManyGroups)
    }

    @Test func `the workload decides which expressions are read`() throws {
        let sites = "displayName -contains 'a'"
        let groups = "memberOf -any (group.id -in ['\(group)'])"
        #expect(try RuleExpression(sites, .sharePoint, groupsMost: 1) == .sites(.nameContains("a")))
        #expect(
            try RuleExpression(groups, .oneDriveForBusiness, groupsMost: 1)
                == .groups(GroupExpression(groupIDs: [group])))
        #expect(throws: ServiceError.self) { try RuleExpression(groups, .sharePoint, groupsMost: 1) }
        #expect(throws: ServiceError.self) { try RuleExpression(sites, .exchange, groupsMost: 1) }
    }

    @Test func `the two faults of an expression have codes of their own`() {
        let malformed = #expect(throws: ServiceError.self) { try RuleExpression("x", .exchange, groupsMost: 1) }
        #expect(malformed?.code == .invalidRuleExpression)
        let long = #expect(throws: ServiceError.self) {
            try RuleExpression("memberOf -any (group.id -in ['\(group)'])", .exchange, groupsMost: 0)
        }
        #expect(long?.code == .invalidRuleExpressionGroupLimitExceeded)
    }
}
