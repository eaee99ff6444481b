import Texts

/// A filter in the words of the backup API: `(name -contains 'b') -and (hasAttachment -eq true)`.
///
/// Names and operators compare without regard to case. Texts stand in `'`, in `‘` and `’`, or in
/// `"`, `“` and `”`, as the published samples have them, and end at the next quote of the kind that
/// opened them, so that the other kinds are letters inside; where none follows, any quote ends
/// them. A doubled quote is one. `-and` binds closer than `-or`. Source: contract behaviour.md,
/// sections 5, 7 and 10.
public indirect enum QueryExpression: Sendable, Hashable {
    /// A property, an operator without its dash in lower case, and a value.
    case term(property: String, operator: String, value: Value)
    /// Both hold.
    case and([QueryExpression])
    /// One of them holds.
    case or([QueryExpression])

    /// What a property is compared with.
    public enum Value: Sendable, Hashable {
        case text(String)
        case flag(Bool)
    }

    /// Why a text is no expression, and where.
    public struct Fault: Error, Sendable, Hashable {
        /// What was expected.
        public var message: String

        package init(message: String) { self.message = message }
    }

    /// Reads an expression. Nesting is limited to 32 levels; limit the length before.
    public init(_ text: String) throws(Fault) {
        var parser = QueryExpressionParser(text)
        self = try parser.expression(depth: 0)
        try parser.expectEnd()
    }
}

/// The kinds of quotes; of one kind any opens a text and any closes it.
private enum Quote {
    case straight, single, double

    init?(_ character: Unicode.Scalar) {
        switch character {
        case "'": self = .straight
        case "\u{2018}", "\u{2019}": self = .single
        case "\"", "\u{201C}", "\u{201D}": self = .double
        default: return nil
        }
    }
}

/// Reads an expression from left to right.
private struct QueryExpressionParser {
    // Scalar by scalar: a quote that carries a combining accent is still a quote.
    private let characters: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { characters = Array(text.unicodeScalars) }

    mutating func expression(depth: Int) throws(QueryExpression.Fault) -> QueryExpression {
        guard depth < 32 else { throw QueryExpression.Fault(message: "the expression is nested too deeply") }
        var alternatives = [try conjunction(depth)]
        while takeWord("-or") { alternatives.append(try conjunction(depth)) }
        return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
    }

    private mutating func conjunction(_ depth: Int) throws(QueryExpression.Fault) -> QueryExpression {
        var parts = [try primary(depth)]
        while takeWord("-and") { parts.append(try primary(depth)) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func primary(_ depth: Int) throws(QueryExpression.Fault) -> QueryExpression {
        if take("(") {
            let inner = try expression(depth: depth + 1)
            guard take(")") else { throw fault("a closing parenthesis") }
            return inner
        }
        let property = word()
        guard !property.isEmpty, property.first != "-" else { throw fault("the name of a property") }
        let name = word()
        guard name.first == "-", name.count > 1 else { throw fault("an operator such as -contains") }
        return .term(property: property, operator: name.dropFirst().lowercased(), value: try value())
    }

    private mutating func value() throws(QueryExpression.Fault) -> QueryExpression.Value {
        skipBlanks()
        guard let kind = characters[position...].first.flatMap(Quote.init) else {
            switch word().lowercased() {
            case "true", "$true": return .flag(true)
            case "false", "$false": return .flag(false)
            default: throw fault("a text in quotes, true or false")
            }
        }
        position += 1
        let isClosedByItsKind = characters[position...].contains { Quote($0) == kind }
        var text = String.UnicodeScalarView()
        while position < characters.count {
            let character = characters[position]
            position += 1
            if let found = Quote(character), found == kind || !isClosedByItsKind {
                guard position < characters.count, characters[position] == character else { return .text(String(text)) }
                position += 1
            }
            text.append(character)
        }
        throw fault("a closing quote")
    }

    private mutating func word() -> String {
        skipBlanks()
        let start = position
        while position < characters.count, !characters[position].properties.isWhitespace,
            !["(", ")"].contains(characters[position]),
            Quote(characters[position]) == nil
        { position += 1 }
        return String(String.UnicodeScalarView(characters[start..<position]))
    }

    private mutating func takeWord(_ wanted: String) -> Bool {
        let start = position
        if word().lowercased() == wanted { return true }
        position = start
        return false
    }

    private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < characters.count, characters[position] == wanted else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < characters.count, characters[position].properties.isWhitespace { position += 1 }
    }

    mutating func expectEnd() throws(QueryExpression.Fault) {
        skipBlanks()
        guard position == characters.count else { throw fault("nothing more") }
    }

    private func fault(_ wanted: String) -> QueryExpression.Fault {
        QueryExpression.Fault(message: "\(wanted) was expected at character \(position + 1)")
    }
}

extension QueryExpression {
    /// Whether every term is one of some properties with one of its operators and a
    /// value of its kind.
    package func usesOnly(_ allowed: [String: (operators: Set<String>, isFlag: Bool)]) -> Bool {
        switch self {
        case .and(let parts), .or(let parts): return parts.allSatisfy { $0.usesOnly(allowed) }
        case .term(let property, let name, let value):
            guard let rule = allowed[property.lowercased()], rule.operators.contains(name) else { return false }
            if case .flag = value { return rule.isFlag }
            return !rule.isFlag
        }
    }

    /// Whether the expression holds for a name, where every term is `name -contains`.
    package func matches(name: String) -> Bool { matches(SearchText(name)) }

    private func matches(_ name: SearchText) -> Bool {
        switch self {
        case .and(let parts): parts.allSatisfy { $0.matches(name) }
        case .or(let parts): parts.contains { $0.matches(name) }
        case .term(_, _, .text(let text)): name.contains(SearchText(text))
        case .term(_, _, .flag): false
        }
    }
}
