/// What a search for names asks: words that must all fit a name, in any order. A word without
/// wildcards may stand anywhere in it. One with wildcards is a pattern for the whole name, as for
/// `find -name`: `*` stands for any number of characters and `?` for one. Case does not count, and
/// letters compare as `SearchText` has them, however they are composed.
///
/// A text with spaces and wildcards is also taken as one pattern, because names have spaces too:
/// `my budget*.xlsx` finds `My budget 2026.xlsx`.
public struct NameQuery: Sendable, Hashable {
    /// Characters of a query at least, wildcards not counted.
    public static let minimumCharacters = 2
    /// Bytes of a query at most: twice what a name can have.
    public static let maximumBytes = 510

    /// A name fits where all of these do.
    private let words: [NamePattern]
    /// Or where this does.
    private let whole: NamePattern?
    /// The longest text that every name has which the query finds; empty where there is none.
    public let needle: [UInt8]

    /// nil for a text with fewer than two characters that are no wildcards, or too long.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        let folded = SearchText(text).bytes
        let texts = folded.split(whereSeparator: Self.isSpace)
        words = texts.map { NamePattern($0) }.filter { !$0.isAnything }
        guard words.reduce(0, { $0 + $1.characters }) >= Self.minimumCharacters else { return nil }
        needle = words.flatMap(\.literals).max { $0.count < $1.count } ?? []
        if texts.count > 1, words.contains(where: \.isWhole), let first = texts.first, let last = texts.last {
            whole = NamePattern(folded[first.startIndex..<last.endIndex])
        } else {
            whole = nil
        }
    }

    /// Whether the query finds a name.
    public func finds(_ name: String) -> Bool { finds(folded: SearchText(name).bytes) }

    /// Whether the query finds a name that is given in the form of `SearchText`.
    public func finds(folded name: some RandomAccessCollection<UInt8>) -> Bool {
        words.allSatisfy { $0.fits(name) } || whole?.fits(name) ?? false
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// One word of a query.
///
/// The parts between its `*` are found one after the other, each at the first place where it fits, but
/// for the first and the last where they stand at the ends. That is enough, because a later place
/// could only leave less room for the rest; so no pattern takes more than its length times
/// that of the name.
private struct NamePattern: Sendable, Hashable {
    private static let star = UInt8(ascii: "*")
    private static let mark = UInt8(ascii: "?")

    /// The parts between the `*`; a `?` in them is any character.
    private let parts: [[UInt8]]
    /// Whether it has wildcards, so that it is for the whole name.
    let isWhole: Bool
    private let beginsAnyhow: Bool
    private let endsAnyhow: Bool

    init(_ word: ArraySlice<UInt8>) {
        parts = word.split(separator: Self.star).map(Array.init)
        isWhole = word.contains { $0 == Self.star || $0 == Self.mark }
        beginsAnyhow = !isWhole || word.first == Self.star
        endsAnyhow = !isWhole || word.last == Self.star
    }

    /// Whether it fits every name.
    var isAnything: Bool { parts.isEmpty }

    /// The characters that are no wildcards.
    var characters: Int {
        parts.reduce(0) { sum, part in sum + part.count { $0 != Self.mark && !Self.isContinuation($0) } }
    }

    /// The texts that every name has which it fits.
    var literals: [[UInt8]] { parts.flatMap { $0.split(separator: Self.mark).map(Array.init) } }

    func fits<Name: RandomAccessCollection<UInt8>>(_ name: Name) -> Bool {
        var (rest, inner) = (name[...], parts[...])
        if !beginsAnyhow, let first = inner.popFirst() {
            guard let end = Self.end(of: first, at: rest.startIndex, in: rest) else { return false }
            rest = rest[end...]
            if inner.isEmpty { return endsAnyhow || rest.isEmpty }
        }
        if !endsAnyhow, let last = inner.popLast() {
            guard let start = Self.start(of: last, in: rest) else { return false }
            rest = rest[..<start]
        }
        for part in inner {
            guard let end = Self.end(of: part, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
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
            if byte == mark {
                repeat { place = name.index(after: place) } while place != name.endIndex && isContinuation(name[place])
            } else {
                guard name[place] == byte else { return nil }
                place = name.index(after: place)
            }
        }
        return place
    }

    /// Where a part begins that stands at the end of a name.
    private static func start<Name: RandomAccessCollection<UInt8>>(of part: [UInt8], in name: Name) -> Name.Index? {
        var place = name.endIndex
        for byte in part.reversed() {
            guard place != name.startIndex else { return nil }
            place = name.index(before: place)
            if byte == mark {
                while isContinuation(name[place]) {
                    guard place != name.startIndex else { return nil }
                    place = name.index(before: place)
                }
            } else if name[place] != byte {
                return nil
            }
        }
        return place
    }

    /// Whether a byte of UTF-8 goes on with a character that another one begins.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
