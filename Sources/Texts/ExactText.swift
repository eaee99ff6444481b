/// A text that compares by its bytes in UTF-8.
///
/// Swift's own comparison is by canonical equivalence: `é` in one scalar equals `e`
/// with an accent in two. File systems, SQLite, JSON and our clients keep the two
/// apart. Texts from outside that become keys, are compared for equality or are sorted
/// use this type (docs/decisions/0007-comparing-texts.md).
public struct ExactText: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let string: String

    public init(_ string: String) { self.string = string }

    public static func == (left: ExactText, right: ExactText) -> Bool { left.string.isExactly(right.string) }

    /// Over the bytes: with the hash of `String`, which all canonically equivalent texts share, a
    /// client could make any number collide.
    ///
    /// Safe: the bytes are only read, and only during the call.
    public func hash(into hasher: inout Hasher) {
        var text = string
        text.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xff as UInt8)
    }

    /// The order of SQLite's `BINARY`, which is that of the scalars.
    public static func < (left: ExactText, right: ExactText) -> Bool { left.string.precedesExactly(right.string) }

    public var description: String { string }
}

extension StringProtocol {
    /// Whether both have the same bytes in UTF-8.
    public func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Whether the bytes begin with those of `prefix`, also where a combining mark follows.
    public func beginsExactly(with prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }

    /// Whether the bytes end with those of `suffix`.
    public func endsExactly(with suffix: some StringProtocol) -> Bool {
        utf8.reversed().starts(with: suffix.utf8.reversed())
    }

    /// Whether it comes before `other` in the order of the bytes.
    public func precedesExactly(_ other: some StringProtocol) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    /// Whether an ASCII character occurs, also with a combining mark after it.
    public func has(_ character: Unicode.Scalar) -> Bool { utf8.contains(UInt8(ascii: character)) }

    /// The parts between the places where an ASCII character stands, also with a
    /// combining mark after it.
    ///
    /// Paths and names are split for every request: each module has it for the text that it splits.
    @inlinable
    public func parts(
        at character: Unicode.Scalar, maximumSplits: Int = .max, keepingEmpty: Bool = true
    ) -> [SubSequence] {
        let separator = UInt8(ascii: character)
        return utf8.split(separator: separator, maxSplits: maximumSplits, omittingEmptySubsequences: !keepingEmpty)
            .map { self[$0.startIndex..<$0.endIndex] }
    }

    /// The first scalars, for messages: a single `Character` can have megabytes.
    public func shortened(toScalars maximum: Int = 100) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(maximum)))
    }

    /// The text with everything but printable ASCII as `\u{…}`, so that texts that look the same
    /// can be told apart.
    public var withEscapes: String {
        var text = ""
        for scalar in unicodeScalars {
            if (0x20..<0x7f).contains(scalar.value) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }
}
