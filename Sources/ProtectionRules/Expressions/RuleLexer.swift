/// A piece of a rule's expression.
struct RuleToken: Sendable, Hashable {
    /// The kinds of pieces.
    enum Kind: Sendable, Hashable {
        /// One of `( ) [ ] ,`.
        case mark(Unicode.Scalar)
        /// A word such as `memberOf` or `-in`, in lower case.
        case word(String)
        /// A text in single quotes, without them; a quote within is doubled.
        case text(String)
    }

    var kind: Kind
    /// Scalars before it.
    var offset: Int
}

/// Splits an expression into pieces, scalar by scalar: a combining mark after a quote belongs to
/// the text, and the quote stays one.
enum RuleLexer {
    static func tokens(_ text: String, _ limits: RuleExpressionLimits) throws(RuleExpressionError) -> [RuleToken] {
        let characters = Array(text.unicodeScalars)
        guard characters.count <= limits.length else {
            throw RuleExpressionError(
                kind: .malformed, offset: limits.length,
                message: "the expression has more than \(limits.length) characters")
        }
        var tokens: [RuleToken] = []
        var place = 0
        while place < characters.count {
            let start = place
            switch characters[place] {
            case let character where character.properties.isWhitespace: place += 1
            case "(", ")", "[", "]", ",":
                tokens.append(RuleToken(kind: .mark(characters[place]), offset: start))
                place += 1
            case "'": tokens.append(RuleToken(kind: .text(try quoted(characters, &place)), offset: start))
            case let character where isWord(character):
                while place < characters.count, isWord(characters[place]) { place += 1 }
                tokens.append(RuleToken(kind: .word(string(characters[start..<place]).lowercased()), offset: start))
            default:
                throw RuleExpressionError(
                    kind: .malformed, offset: start, message: "'\(characters[start])' is not expected")
            }
        }
        return tokens
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    private static func quoted(_ characters: [Unicode.Scalar], _ place: inout Int) throws(RuleExpressionError) -> String
    {
        let start = place
        var text = String.UnicodeScalarView()
        place += 1
        while place < characters.count {
            if characters[place] != "'" {
                text.append(characters[place])
                place += 1
            } else if place + 1 < characters.count, characters[place + 1] == "'" {
                text.append("'")
                place += 2
            } else {
                place += 1
                return String(text)
            }
        }
        throw RuleExpressionError(
            kind: .malformed, offset: start, message: "the text is not closed with a single quote")
    }

    /// Letters, digits and what operators, property paths and dates consist of besides.
    private static func isWord(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", ":", "+": true
        default: false
        }
    }
}
