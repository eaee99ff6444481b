import Foundation
import Texts

/// Reads the expressions of inclusion rules. Source: contract behaviour.md, section 5. Names and
/// operators are read in any letter case.
struct RuleParser {
    private let tokens: [RuleToken]
    private let limits: RuleExpressionLimits
    private let end: Int
    private var place = 0
    private var conditions = 0

    private init(_ text: String, _ limits: RuleExpressionLimits) throws(RuleExpressionError) {
        tokens = try RuleLexer.tokens(text, limits)
        self.limits = limits
        end = text.unicodeScalars.count
    }

    /// Reads the expression of a drive or mailbox rule.
    static func groups(
        _ text: String, _ limits: RuleExpressionLimits = RuleExpressionLimits()
    ) throws(RuleExpressionError) -> GroupExpression {
        var parser = try RuleParser(text, limits)
        let expression = try parser.groupExpression(depth: 0)
        try parser.expectEnd()
        guard expression.groupIDs.count <= limits.groups else {
            throw RuleExpressionError(
                kind: .tooManyGroups, offset: 0,
                message: "the expression names \(expression.groupIDs.count) groups; \(limits.groups) are the most")
        }
        return expression
    }

    /// Reads the expression of a site rule.
    static func sites(
        _ text: String, _ limits: RuleExpressionLimits = RuleExpressionLimits()
    ) throws(RuleExpressionError) -> SiteExpression {
        var parser = try RuleParser(text, limits)
        let expression = try parser.alternatives(depth: 0)
        try parser.expectEnd()
        return expression
    }
}

// MARK: Groups

extension RuleParser {
    private mutating func groupExpression(depth: Int) throws(RuleExpressionError) -> GroupExpression {
        if try takeOpening(depth) {
            let inner = try groupExpression(depth: depth + 1)
            try expect(.mark(")"))
            return inner
        }
        for kind: RuleToken.Kind in [
            .word("memberof"), .word("-any"), .mark("("), .word("group.id"), .word("-in"), .mark("["),
        ] { try expect(kind) }
        var ids: [String] = []
        var seen: Set<String> = []
        repeat {
            let offset = self.offset
            let text = try expectText()
            guard let id = Identifiers.canonical(text) else {
                throw RuleExpressionError(
                    kind: .malformed, offset: offset, message: "'\(text.shortened())' is not the id of a group")
            }
            if seen.insert(id).inserted { ids.append(id) }
        } while take(.mark(","))
        try expect(.mark("]"))
        try expect(.mark(")"))
        return GroupExpression(groupIDs: ids)
    }
}

// MARK: Sites

extension RuleParser {
    private mutating func alternatives(depth: Int) throws(RuleExpressionError) -> SiteExpression {
        var parts = [try conjunction(depth)]
        while take(.word("-or")) { parts.append(try conjunction(depth)) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction(_ depth: Int) throws(RuleExpressionError) -> SiteExpression {
        var parts = [try condition(depth)]
        while take(.word("-and")) { parts.append(try condition(depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func condition(_ depth: Int) throws(RuleExpressionError) -> SiteExpression {
        if try takeOpening(depth) {
            let inner = try alternatives(depth: depth + 1)
            try expect(.mark(")"))
            return inner
        }
        conditions += 1
        guard conditions <= limits.conditions else {
            throw fault("more than \(limits.conditions) conditions are not allowed")
        }
        if take(.word("displayname")) {
            try expect(.word("-contains"))
            return .nameContains(try expectKeyword())
        }
        if take(.word("weburl")) {
            try expect(.word("-contains"))
            return .urlContains(try expectKeyword())
        }
        if take(.word("lastmodifieddatetime")) {
            try expect(.word("-ge"))
            return .modifiedSince(try expectMoment())
        }
        throw fault("displayName, webUrl, lastModifiedDateTime or '(' is expected")
    }

    private mutating func expectKeyword() throws(RuleExpressionError) -> String {
        let offset = self.offset
        let text = try expectText()
        guard !text.isEmpty else {
            throw RuleExpressionError(kind: .malformed, offset: offset, message: "the text to look for is empty")
        }
        return text
    }

    private mutating func expectMoment() throws(RuleExpressionError) -> Date {
        let offset = self.offset
        var text: String?
        switch tokens.indices.contains(place) ? tokens[place].kind : nil {
        case .text(let written), .word(let written): text = written
        case .mark, nil: break
        }
        guard let text, let moment = RuleMoment.date(text) else {
            throw RuleExpressionError(
                kind: .malformed, offset: offset,
                message: "a date such as '2026-03-01' or '2026-03-01T08:00:00Z' is expected")
        }
        place += 1
        return moment
    }
}

// MARK: Pieces

extension RuleParser {
    private var offset: Int { tokens.indices.contains(place) ? tokens[place].offset : end }

    private func fault(_ message: String) -> RuleExpressionError {
        RuleExpressionError(kind: .malformed, offset: offset, message: message)
    }

    private mutating func take(_ kind: RuleToken.Kind) -> Bool {
        guard tokens.indices.contains(place), tokens[place].kind == kind else { return false }
        place += 1
        return true
    }

    private mutating func takeOpening(_ depth: Int) throws(RuleExpressionError) -> Bool {
        guard take(.mark("(")) else { return false }
        guard depth < limits.depth else {
            throw fault("more than \(limits.depth) parentheses within each other are not allowed")
        }
        return true
    }

    private mutating func expect(_ kind: RuleToken.Kind) throws(RuleExpressionError) {
        guard take(kind) else {
            switch kind {
            case .mark(let mark): throw fault("'\(mark)' is expected")
            case .word(let word), .text(let word): throw fault("'\(word)' is expected")
            }
        }
    }

    private mutating func expectText() throws(RuleExpressionError) -> String {
        guard tokens.indices.contains(place), case .text(let text) = tokens[place].kind else {
            throw fault("a text in single quotes is expected")
        }
        place += 1
        return text
    }

    private func expectEnd() throws(RuleExpressionError) {
        guard place == tokens.count else { throw fault("the expression should end here") }
    }
}
