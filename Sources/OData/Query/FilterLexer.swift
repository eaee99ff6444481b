/// A word, string or punctuation mark of a filter.
enum FilterToken: Equatable {
    /// Anything without blanks, quotes and signs: a name, an operator, a number, a date.
    case word(String)
    /// A quoted string, quotes undoubled; `prefix` is what stands directly before
    /// it, as in `duration'P1D'`.
    case string(String, prefix: String)
    case open
    case close
    case comma

    /// The token as a message shows it.
    var text: String {
        switch self {
        case .word(let word): word
        case .string(let text, let prefix): "\(prefix)'\(text)'"
        case .open: "("
        case .close: ")"
        case .comma: ","
        }
    }
}

/// Cuts a decoded filter into tokens, in time that is linear in its length.
enum FilterLexer {
    static func tokens(of text: String) throws(ODataError) -> [FilterToken] {
        let bytes = Array(text.utf8)
        var tokens: [FilterToken] = []
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09: position += 1
            case UInt8(ascii: "("):
                tokens.append(.open)
                position += 1
            case UInt8(ascii: ")"):
                tokens.append(.close)
                position += 1
            case UInt8(ascii: ","):
                tokens.append(.comma)
                position += 1
            case UInt8(ascii: "'"): tokens.append(.string(try string(bytes, &position), prefix: ""))
            default:
                let word = self.word(bytes, &position)
                if position < bytes.count, bytes[position] == UInt8(ascii: "'") {
                    tokens.append(.string(try string(bytes, &position), prefix: word))
                } else {
                    tokens.append(.word(word))
                }
            }
        }
        return tokens
    }

    private static func word(_ bytes: [UInt8], _ position: inout Int) -> String {
        let start = position
        while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "'"): false
        default: true
        }
    }

    private static func string(_ bytes: [UInt8], _ position: inout Int) throws(ODataError) -> String {
        var result: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "'") {
                guard position < bytes.count, bytes[position] == byte else {
                    return String(decoding: result, as: UTF8.self)
                }
                position += 1
            }
            result.append(byte)
        }
        throw .badRequest("A string in the filter is not closed.", target: "$filter")
    }
}
