/// A piece of a rule's expression.
struct RuleToken: Sendable, Hashable {
    /// The kinds of pieces.
    enum Kind: Sendable, Hashable {
        /// One of `( ) [ ] ,`.
        case mark(Character)
        /// A word such as `memberOf` or `-in`, in lower case.
        case word(String)
        /// A text in single quotes, without them; a quote within is doubled.
        case text(String)
    }

    var kind: Kind
    /// Characters before it.
    var offset: Int
}

/// Splits an expression into pieces.
enum RuleLexer {
    static func tokens(_ text: String, _ limits: RuleExpressionLimits) throws(RuleExpressionError) -> [RuleToken] {
        let characters = Array(text)
        guard characters.count <= limits.length else {
            throw RuleExpressionError(kind: .malformed, offset: limits.length, message: "the expression has more than \(limits.length) characters")
        }
        var tokens: [RuleToken] = []
        var place = 0
        while place < characters.count {
            let start = place
            switch characters[place] {
            case let character where character.isWhitespace: place += 1
            case "(", ")", "[", "]", ",":
                tokens.append(RuleToken(kind: .mark(characters[place]), offset: start))
                place += 1
            case "'": tokens.append(RuleToken(kind: .text(try quoted(characters, &place)), offset: start))
            case let character where isWord(character):
                while place < characters.count, isWord(characters[place]) { place += 1 }
                tokens.append(RuleToken(kind: .word(String(characters[start..<place]).lowercased()), offset: start))
            default: throw RuleExpressionError(kind: .malformed, offset: start, message: "'\(characters[start])' is not expected")
            }
        }
        return tokens
    }

    private static func quoted(_ characters: [Character], _ place: inout Int) throws(RuleExpressionError) -> String {
        let start = place
        var text = ""
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
                return text
            }
        }
        throw RuleExpressionError(kind: .malformed, offset: start, message: "the text is not closed with a single quote")
    }

    /// Letters, digits and what operators, property paths and dates consist of besides.
    private static func isWord(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-.:+".contains(character))
    }
}
