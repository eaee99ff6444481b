/// Reads a filter against a type: `or` binds weakest, then `and`, then `not`.
struct FilterParser {
    private let tokens: [FilterToken]
    private let scope: PropertyScope
    private let limits: QueryLimits
    private var position = 0
    private var termCount = 0

    /// Reads a decoded `$filter`.
    static func parse(
        _ text: String, _ scope: PropertyScope, _ limits: QueryLimits
    ) throws(ODataError) -> FilterExpression {
        var parser = FilterParser(tokens: try FilterLexer.tokens(of: text), scope: scope, limits: limits)
        let expression = try parser.disjunction(depth: 0)
        if let rest = parser.peek() { throw parser.unexpected(rest) }
        return expression
    }

    private init(tokens: [FilterToken], scope: PropertyScope, limits: QueryLimits) {
        self.tokens = tokens
        self.scope = scope
        self.limits = limits
    }

    private mutating func disjunction(depth: Int) throws(ODataError) -> FilterExpression {
        var terms = [try conjunction(depth: depth)]
        while takeWord("or") { terms.append(try conjunction(depth: depth)) }
        return terms.count == 1 ? terms[0] : .or(terms)
    }

    private mutating func conjunction(depth: Int) throws(ODataError) -> FilterExpression {
        var terms = [try factor(depth: depth)]
        while takeWord("and") { terms.append(try factor(depth: depth)) }
        return terms.count == 1 ? terms[0] : .and(terms)
    }

    private mutating func factor(depth: Int) throws(ODataError) -> FilterExpression {
        guard depth < limits.maximumFilterDepth else { throw limits.filterTooLong }
        if takeWord("not") { return .not(try factor(depth: depth + 1)) }
        guard take(.open) else { return try term() }
        let inner = try disjunction(depth: depth + 1)
        try expect(.close)
        return inner
    }

    private mutating func term() throws(ODataError) -> FilterExpression {
        try countTerm()
        let token = try next()
        if case .word(let word) = token, let function = TextFunction(rawValue: word.lowercased()), take(.open) {
            return try textTest(function)
        }
        if case .word(let word) = token, !FilterLiteral.isLiteral(word) {
            if peek() == .open, let lambda = word.split(separator: "/").last,
                ["any", "all"].contains(lambda.lowercased())
            {
                throw fault("The entries of a collection cannot be tested: '\(lambda)' is not offered.")
            }
            return try comparison(of: try scope.property(word, for: .filter, option: "$filter"))
        }
        // A literal on the left: `'a' eq name`.
        guard let comparison = takeOperator() else { throw unexpected(peek()) }
        guard case .word(let word) = try next() else { throw unexpected(token) }
        let property = try scope.property(word, for: .filter, option: "$filter")
        let value = try FilterLiteral.value(token, of: property, scope.version, allowsNull: comparison.isEquality)
        try checkOrder(comparison, property)
        return .comparison(property, comparison.mirrored, value)
    }

    private mutating func comparison(of property: PropertyPath) throws(ODataError) -> FilterExpression {
        if takeWord("in") { return .oneOf(property, try list(for: property)) }
        guard let comparison = takeOperator() else {
            guard property.type == .boolean else { throw unexpected(peek()) }
            return .comparison(property, .equal, .bool(true))
        }
        try checkOrder(comparison, property)
        let value = try FilterLiteral.value(try next(), of: property, scope.version, allowsNull: comparison.isEquality)
        return .comparison(property, comparison, value)
    }

    private mutating func list(for property: PropertyPath) throws(ODataError) -> [FilterValue] {
        try expect(.open)
        var values: [FilterValue] = []
        repeat {
            if !values.isEmpty { try countTerm() }
            values.append(try FilterLiteral.value(try next(), of: property, scope.version, allowsNull: true))
        } while take(.comma)
        try expect(.close)
        return values
    }

    private mutating func textTest(_ function: TextFunction) throws(ODataError) -> FilterExpression {
        guard case .word(let name) = try next() else {
            throw fault("The function \(function.rawValue) needs a property first.")
        }
        let property = try scope.property(name, for: .filter, option: "$filter")
        guard property.type == .string else {
            throw fault("The function \(function.rawValue) needs text, but '\(name)' is not.")
        }
        try expect(.comma)
        guard case .string(let text, "") = try next() else {
            throw fault("The function \(function.rawValue) needs a quoted string.")
        }
        try expect(.close)
        // Graph's grammar also has `startswith(name,'a') eq true`.
        guard let comparison = takeOperator() else { return .text(function, property, text) }
        guard comparison.isEquality, case .word(let word) = try next(), let wanted = Bool(word.lowercased()) else {
            throw fault("The function \(function.rawValue) can only be compared with true or false.")
        }
        let test = FilterExpression.text(function, property, text)
        return wanted == (comparison == .equal) ? test : .not(test)
    }

    private func checkOrder(_ comparison: ComparisonOperator, _ property: PropertyPath) throws(ODataError) {
        switch property.type {
        // A structured value can only be compared with null, which is checked with the literal.
        case .boolean, .enumeration, .duration, .complex:
            guard comparison.isEquality else {
                throw fault("The property '\(property.names.joined(separator: "/"))' has no order; use eq or ne.")
            }
        case .string, .int32, .int64, .double, .dateTimeOffset: return
        case .entity, .collection:
            throw fault("The property '\(property.names.joined(separator: "/"))' cannot be compared.")
        }
    }

    private mutating func countTerm() throws(ODataError) {
        termCount += 1
        guard termCount <= limits.maximumFilterTerms else { throw limits.filterTooLong }
    }

    // MARK: Tokens

    private func peek() -> FilterToken? { position < tokens.count ? tokens[position] : nil }

    private mutating func next() throws(ODataError) -> FilterToken {
        guard let token = peek() else { throw unexpected(nil) }
        position += 1
        return token
    }

    private mutating func take(_ token: FilterToken) -> Bool {
        guard peek() == token else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ wanted: String) -> Bool {
        guard case .word(let word) = peek(), word.lowercased() == wanted else { return false }
        position += 1
        return true
    }

    private mutating func takeOperator() -> ComparisonOperator? {
        guard case .word(let word) = peek(), let comparison = ComparisonOperator(rawValue: word.lowercased()) else {
            return nil
        }
        position += 1
        return comparison
    }

    private mutating func expect(_ token: FilterToken) throws(ODataError) {
        guard take(token) else { throw unexpected(peek()) }
    }

    private func unexpected(_ token: FilterToken?) -> ODataError {
        fault(token.map { "The filter has an unexpected '\($0.text)'." } ?? "The filter ends too early.")
    }

    private func fault(_ message: String) -> ODataError { .badRequest(message, target: "$filter") }
}

extension ComparisonOperator {
    /// Whether it is `equal` or `notEqual`.
    var isEquality: Bool { self == .equal || self == .notEqual }
}
