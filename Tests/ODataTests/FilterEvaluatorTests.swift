import Foundation
import Testing

@testable import OData

/// Whether a test holds for a value. Source: OData 4.0, part 2, 5.1.1.1: comparisons with null are false, save that
/// null equals null and differs from everything else.
@Suite struct FilterEvaluatorTests {
    private static let path = PropertyPath(names: ["a"], column: "a", type: .string, isNullable: true)

    private func holds(_ left: FilterValue, _ comparison: ComparisonOperator, _ right: FilterValue) -> Bool {
        FilterExpression.comparison(Self.path, comparison, right).matches { _ in left }
    }

    /// The comparisons that hold, for a left side that is less, the same, or greater.
    private static let ofLess: Set<ComparisonOperator> = [.notEqual, .less, .lessOrEqual]
    private static let ofSame: Set<ComparisonOperator> = [.equal, .lessOrEqual, .greaterOrEqual]
    private static let ofGreater: Set<ComparisonOperator> = [.notEqual, .greater, .greaterOrEqual]

    @Test(
        arguments: [
            (.int(1), .int(2)), (.int(-1), .int(0)), (.double(0.5), .int(1)), (.int(1), .double(1.5)),
            (.string("a"), .string("b")), (.string("Z"), .string("a")), (.string("a"), .string("aa")),
            (.string(""), .string("a")), (.string("z"), .string("é")), (.string("\u{ffff}"), .string("\u{10000}")),
            (.date(Date(timeIntervalSince1970: 0)), .date(Date(timeIntervalSince1970: 0.001))),
        ] as [(FilterValue, FilterValue)])
    func `values have an order`(less: FilterValue, greater: FilterValue) {
        for comparison in ComparisonOperator.allCases {
            #expect(holds(less, comparison, greater) == Self.ofLess.contains(comparison), "\(comparison)")
            #expect(holds(greater, comparison, less) == Self.ofGreater.contains(comparison), "\(comparison)")
            #expect(holds(less, comparison, less) == Self.ofSame.contains(comparison), "\(comparison)")
        }
    }

    @Test(arguments: [FilterValue.int(0), .string(""), .bool(false), .date(Date(timeIntervalSince1970: 0))])
    func `null is the same as null and different from everything else`(value: FilterValue) {
        for comparison in ComparisonOperator.allCases {
            #expect(holds(.null, comparison, value) == (comparison == .notEqual), "\(comparison)")
            #expect(holds(value, comparison, .null) == (comparison == .notEqual), "\(comparison)")
        }
        #expect(holds(.null, .equal, .null))
        #expect(!holds(.null, .notEqual, .null))
        #expect(!holds(.null, .less, .null))
    }

    @Test func `texts that look the same are two`() {
        #expect(!holds(.string("Caf\u{e9}"), .equal, .string("Cafe\u{301}")))
        #expect(holds(.string("Caf\u{e9}"), .notEqual, .string("Cafe\u{301}")))
    }

    @Test func `members of enumerations are compared by name`() {
        #expect(holds(.enumeration(["open", "rare"]), .equal, .enumeration(["open", "rare"])))
        #expect(!holds(.enumeration(["open"]), .equal, .enumeration(["open", "rare"])))
        #expect(holds(.enumeration(["open"]), .notEqual, .enumeration(["rare"])))
    }

    @Test func `a list holds where one of its values is the same`() {
        let list = FilterExpression.oneOf(Self.path, [.int(1), .null])
        #expect(list.matches { _ in .int(1) })
        #expect(list.matches { _ in .null })
        #expect(!list.matches { _ in .int(2) })
        #expect(!FilterExpression.oneOf(Self.path, []).matches { _ in .null })
    }

    @Test(arguments: [
        (TextFunction.startsWith, "abc", "ab", true), (.startsWith, "abc", "bc", false),
        (.startsWith, "ABC", "ab", true),
        (.startsWith, "a", "ab", false), (.startsWith, "", "", true), (.endsWith, "abc", "bc", true),
        (.endsWith, "abc", "ab", false), (.endsWith, "abC", "BC", true), (.endsWith, "c", "bc", false),
        (.contains, "abc", "b", true), (.contains, "abc", "", true), (.contains, "", "a", false),
        (.contains, "aab", "ab", true), (.contains, "aabaabaaab", "aabaaab", true),
        (.contains, "abababac", "ababac", true),
        (.contains, "aaaa", "aab", false), (.contains, "ÀB", "àb", false), (.contains, "XÀb", "ÀB", true),
        (.contains, "[", "{", false), (.contains, "@", "`", false),
    ])
    func `texts are searched without regard to the case of ASCII letters`(
        function: TextFunction, text: String, wanted: String, isFound: Bool
    ) {
        let test = FilterExpression.text(function, Self.path, wanted)
        #expect(test.matches { _ in .string(text) } == isFound)
    }

    @Test func `a missing text contains nothing`() {
        for function in TextFunction.allCases {
            #expect(!FilterExpression.text(function, Self.path, "").matches { _ in .null })
        }
    }

    @Test func `truth has two values`() {
        let isGreater = FilterExpression.comparison(Self.path, .greater, .int(5))
        #expect(!isGreater.matches { _ in .null })
        #expect(FilterExpression.not(isGreater).matches { _ in .null })
        #expect(FilterExpression.or([isGreater, .not(isGreater)]).matches { _ in .null })
        #expect(!FilterExpression.and([isGreater, .not(isGreater)]).matches { _ in .null })
    }

    /// A search by hand is the other opinion.
    @Test(arguments: 0..<10 as Range<UInt64>) func `random texts are found where they are`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func text(_ most: Int) -> String {
            String(
                (0..<Int.random(in: 0...most, using: &generator)).map { _ in Bool.random(using: &generator) ? "a" : "b"
                })
        }
        for _ in 0..<200 {
            let (haystack, needle) = (Array(text(20)), Array(text(6)))
            let isThere =
                needle.count <= haystack.count
                && (0...haystack.count - needle.count).contains { Array(haystack[$0..<$0 + needle.count]) == needle }
            let test = FilterExpression.text(.contains, Self.path, String(needle))
            #expect(test.matches { _ in .string(String(haystack)) } == isThere, "\(haystack) \(needle)")
        }
    }
}
