import Foundation

/// What a drive or mailbox rule chooses: the members of any of some groups.
///
/// ```
/// expression = "(" expression ")" / "memberOf" "-any" "(" "group.id" "-in" "[" id *("," id) "]" ")"
/// ```
struct GroupExpression: Sendable, Hashable {
    /// The groups: UUIDs in lower case, in the order of the expression, none twice.
    var groupIDs: [String]
}

/// What a site rule chooses. `-and` binds tighter than `-or`.
///
/// ```
/// expression = term *("-or" term);  term = factor *("-and" factor)
/// factor     = "(" expression ")" / ("displayName" / "webUrl") "-contains" text / "lastModifiedDateTime" "-ge" moment
/// ```
indirect enum SiteExpression: Sendable, Hashable {
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
struct RuleExpressionLimits: Sendable, Hashable {
    /// Characters of an expression: room for far more groups than are allowed, so that too many are
    /// told apart from nonsense.
    var length = 32_768
    /// Parentheses within parentheses.
    var depth = 32
    /// Groups.
    var groups = 100
    /// Conditions of a site expression.
    var conditions = 100
}
