/// What a search for names asks: words that must all occur in a name, in any order. `*` stands for
/// any number of characters and `?` for one; case does not count, and letters compare as `SearchText`
/// has them, however they are composed.
///
/// The parts of a word between its `*` are found one after the other, each at the first place where
/// it fits. That is enough, because a later place could only leave less room for the rest; so no
/// pattern takes more than its length times that of the name.
public struct NameQuery: Sendable, Hashable {
    /// Characters of a query at least, wildcards not counted.
    public static let minimumCharacters = 2
    /// Bytes of a query at most: twice what a name can have.
    public static let maximumBytes = 510

    private static let wildcard = UInt8(ascii: "?")

    /// For each word the parts between its `*`; a `?` in them is any character.
    private let words: [[[UInt8]]]
    /// The longest text that every name has which the query finds; empty where there is none.
    public let needle: [UInt8]

    /// nil for a text with fewer than two characters that are no wildcards, or too long.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        let folded = SearchText(text).bytes
        words = folded.split(whereSeparator: Self.isSpace).map { word in
            word.split(separator: UInt8(ascii: "*")).map(Array.init)
        }
        .filter { !$0.isEmpty }
        let parts = words.joined()
        let characters = parts.reduce(0) { sum, part in
            sum + part.count(where: { $0 != Self.wildcard && !Self.isContinuation($0) })
        }
        guard characters >= Self.minimumCharacters else { return nil }
        needle = parts.flatMap { $0.split(separator: Self.wildcard) }.max { $0.count < $1.count }.map(Array.init) ?? []
    }

    /// Whether the query finds a name.
    public func finds(_ name: String) -> Bool { finds(folded: SearchText(name).bytes) }

    /// Whether the query finds a name that is given in the form of `SearchText`.
    public func finds(folded name: some RandomAccessCollection<UInt8>) -> Bool {
        words.allSatisfy { parts in
            var start = name.startIndex
            for part in parts {
                guard let end = Self.end(of: part, in: name[start...]) else { return false }
                start = end
            }
            return true
        }
    }

    /// Where the first occurrence of a part ends.
    private static func end<Name: RandomAccessCollection<UInt8>>(of part: [UInt8], in name: Name) -> Name.Index? {
        var start = name.startIndex
        while start != name.endIndex {
            if !isContinuation(name[start]), let end = end(of: part, at: start, in: name) { return end }
            start = name.index(after: start)
        }
        return nil
    }

    private static func end<Name: RandomAccessCollection<UInt8>>(
        of part: [UInt8], at start: Name.Index, in name: Name
    ) -> Name.Index? {
        var place = start
        for byte in part {
            guard place != name.endIndex else { return nil }
            if byte == wildcard {
                repeat { place = name.index(after: place) } while place != name.endIndex && isContinuation(name[place])
            } else {
                guard name[place] == byte else { return nil }
                place = name.index(after: place)
            }
        }
        return place
    }

    /// Whether a byte of UTF-8 goes on with a character that another one begins.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
