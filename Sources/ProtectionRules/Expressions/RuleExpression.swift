package import Catalog
package import Foundation
import Texts

/// What a drive or mailbox rule chooses: the members of any of some groups.
///
/// ```
/// expression = "(" expression ")" / "memberOf" "-any" "(" "group.id" "-in" "[" id *("," id) "]" ")"
/// ```
package struct GroupExpression: Sendable, Hashable {
    /// The groups: UUIDs in lower case, in the order of the expression, none twice.
    package var groupIDs: [String]
}

/// What a site rule chooses. `-and` binds tighter than `-or`.
///
/// ```
/// expression = term *("-or" term);  term = factor *("-and" factor)
/// factor     = "(" expression ")" / ("displayName" / "webUrl") "-contains" text / "lastModifiedDateTime" "-ge" moment
/// ```
package indirect enum SiteExpression: Sendable, Hashable {
    /// Every part holds.
    case and([SiteExpression])
    /// One part holds.
    case or([SiteExpression])
    /// The name contains a text, in any letter case.
    case nameContains(String)
    /// The address contains a text, in any letter case.
    case urlContains(String)
    /// Something in it changed at that moment or later.
    case modifiedSince(Date)
}

/// Why an expression is refused.
struct RuleExpressionError: Error, Sendable, Hashable {
    /// The kinds of faults.
    enum Kind: Sendable, Hashable {
        /// The text is not an expression.
        case malformed
        /// It names too many groups.
        case tooManyGroups
    }

    var kind: Kind
    /// Characters before the fault.
    var offset: Int
    /// What is wrong, for the client.
    var message: String
}

/// How much a client may write.
package struct RuleExpressionLimits: Sendable, Hashable {
    /// Characters of an expression: room for far more groups than are allowed, so that too many are
    /// told apart from nonsense.
    package var length = 32_768
    /// Parentheses within parentheses.
    package var depth = 32
    package var groups = 100
    /// Conditions of a site expression.
    package var conditions = 100

    package init() {}
}

/// An expression of any workload.
package enum RuleExpression: Sendable, Hashable {
    /// Of a drive or mailbox rule.
    case groups(GroupExpression)
    /// Of a site rule.
    case sites(SiteExpression)

    /// Reads an expression.
    /// - Throws: `invalidRuleExpression`, `invalidRuleExpressionGroupLimitExceeded`.
    package init(_ text: String, _ workload: Workload, groupsMost: Int) throws(ServiceError) {
        var limits = RuleExpressionLimits()
        limits.groups = groupsMost
        do throws(RuleExpressionError) {
            self =
                workload == .sharePoint
                ? .sites(try RuleParser.sites(text, limits)) : .groups(try RuleParser.groups(text, limits))
        } catch {
            switch error.kind {
            case .malformed:
                throw ServiceError(
                    .invalidRuleExpression,
                    "The expression is not valid: \(error.message) (at character \(error.offset)).")
            case .tooManyGroups:
                throw ServiceError(
                    .invalidRuleExpressionGroupLimitExceeded, "The expression is too long: \(error.message).")
            }
        }
    }
}
