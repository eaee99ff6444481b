import Foundation
import Testing

@testable import ProtectionRules

@Suite struct RuleExpressionTests {
    private let first = "0a1b2c3d-0002-4000-8000-000000000001"
    private let second = "0a1b2c3d-0002-4000-8000-000000000002"

    @Test func `a group expression names its groups, with or without outer parentheses, in any letter case`() throws {
        let expected = GroupExpression(groupIDs: [first, second])
        #expect(try RuleParser.groups("(memberOf -any (group.id -in ['\(first)', '\(second)']))") == expected)
        #expect(try RuleParser.groups("memberOf -any (group.id -in ['\(first)','\(second)'])") == expected)
        #expect(
            try RuleParser.groups(
                " ( ( MEMBEROF -Any(Group.Id -IN['\(first.uppercased())' , '\(second)','\(first)'] ) ) ) ") == expected)
    }

    @Test(arguments: [
        "", " ", "()", "memberOf", "memberOf -any (group.id -in [])", "memberOf -any (group.id -in ['x'])",
        "memberOf -any (group.id -in 'x')",
        "memberOf -any (group.id -in ['0a1b2c3d-0002-4000-8000-000000000001',])",
        "memberOf -any (group.id -in ['0a1b2c3d-0002-4000-8000-000000000001'",
        "(memberOf -any (group.id -in ['0a1b2c3d-0002-4000-8000-000000000001'])",
        "memberOf -any (group.id -in ['0a1b2c3d-0002-4000-8000-000000000001'])) ",
        "memberOf -all (group.id -in ['0a1b2c3d-0002-4000-8000-000000000001'])", "displayName -contains 'x'",
        "memberOf -any (group.id -in [\"a\"])", "é", "'",
    ])
    func `what is not a group expression is malformed`(text: String) {
        let error = #expect(throws: RuleExpressionError.self) { try RuleParser.groups(text) }
        #expect(error?.kind == .malformed)
        #expect((error?.offset ?? -1) >= 0)
        #expect((error?.offset ?? .max) <= text.count)
    }

    @Test func `a hundred groups are allowed and one more is told apart from nonsense`() throws {
        func text(_ count: Int) -> String {
            let ids = (0..<count).map {
                "'0a1b2c3d-0002-4000-8000-" + String(repeating: "0", count: 12 - String($0).count) + "\($0)'"
            }
            return "(memberOf -any (group.id -in [\(ids.joined(separator: ","))]))"
        }
        #expect(try RuleParser.groups(text(100)).groupIDs.count == 100)
        let error = #expect(throws: RuleExpressionError.self) { try RuleParser.groups(text(101)) }
        #expect(error?.kind == .tooManyGroups)
    }

    @Test func `and binds tighter than or, and parentheses decide otherwise`() throws {
        let (a, b, c) = (
            SiteExpression.nameContains("a"), SiteExpression.urlContains("b"), SiteExpression.nameContains("c")
        )
        #expect(
            try RuleParser.sites("displayName -contains 'a' -or webUrl -contains 'b' -and displayName -contains 'c'")
                == .or([a, .and([b, c])]))
        #expect(
            try RuleParser.sites("(displayName -contains 'a' -or webUrl -contains 'b') -and displayName -contains 'c'")
                == .and([.or([a, b]), c]))
        #expect(
            try RuleParser.sites("((displayName -contains 'Legal') -or (webUrl -contains 'hr'))")
                == .or([.nameContains("Legal"), .urlContains("hr")]))
        #expect(try RuleParser.sites("displayName -contains 'it''s (a) [b], c'") == .nameContains("it's (a) [b], c"))
    }

    @Test(arguments: [
        ("'2026-03-01T08:00:00Z'", 1_772_352_000.0), ("2026-03-01T08:00:00Z", 1_772_352_000),
        ("'2026-03-01'", 1_772_323_200),
        ("'2026-03-01T10:00:00.5+02:00'", 1_772_352_000.5), ("'1969-12-31T23:59:59z'", -1),
    ])
    func `dates are read as moments`(text: String, seconds: Double) throws {
        #expect(
            try RuleParser.sites("lastModifiedDateTime -ge \(text)")
                == .modifiedSince(Date(timeIntervalSince1970: seconds)))
    }

    @Test(arguments: [
        "lastModifiedDateTime -ge '2026-02-30'", "lastModifiedDateTime -ge '2026-13-01'",
        "lastModifiedDateTime -ge 'now'", "lastModifiedDateTime -gt '2026-02-01'",
        "lastModifiedDateTime -ge '2026-02-01T25:00:00Z'", "lastModifiedDateTime -ge '2026-02-01T05:00:00'",
        "lastModifiedDateTime -ge", "displayName -contains ''",
        "displayName -contains", "displayName -eq 'a'", "webUrl -contains 'a' webUrl -contains 'b'",
        "webUrl -contains 'a' -and", "-or webUrl -contains 'a'",
        "(webUrl -contains 'a'", "webUrl -contains 'a')", "webUrl -contains 'a", "title -contains 'a'",
        "webUrl -contains 'a' -xor webUrl -contains 'b'",
    ])
    func `what is not a site expression is malformed`(text: String) {
        #expect(throws: RuleExpressionError.self) { try RuleParser.sites(text) }
    }

    @Test func `depth, length and number of conditions have limits`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "webUrl -contains 'a'" + String(repeating: ")", count: depth)
        }
        #expect(try RuleParser.sites(nested(32)) == .urlContains("a"))
        #expect(throws: RuleExpressionError.self) { try RuleParser.sites(nested(33)) }
        #expect(throws: RuleExpressionError.self) { try RuleParser.sites(nested(10_000)) }
        #expect(throws: RuleExpressionError.self) { try RuleParser.groups(String(repeating: "(", count: 16_000)) }
        let many = Array(repeating: "webUrl -contains 'a'", count: 101).joined(separator: " -or ")
        #expect(throws: RuleExpressionError.self) { try RuleParser.sites(many) }
        #expect(throws: RuleExpressionError.self) {
            try RuleParser.sites("webUrl -contains '" + String(repeating: "a", count: 40_000) + "'")
        }
    }

    @Test func `no text crashes the parser`() {
        let alphabet =
            Array("()[],'-. aB0é\n🦊").map(String.init) + [
                "memberOf", "-any", "group.id", "-in", "displayName", "-contains", "-or", "-and", "'x'",
                "lastModifiedDateTime", "-ge",
            ]
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<3000 {
            let text = (0..<next(30)).map { _ in alphabet[next(alphabet.count)] }.joined(
                separator: next(2) == 0 ? "" : " ")
            do { _ = try RuleParser.sites(text) } catch { #expect(error.offset <= text.count) }
            do { _ = try RuleParser.groups(text) } catch { #expect(error.offset <= text.count) }
        }
    }
}
