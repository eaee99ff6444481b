/// What a request asks of a content by `Range` and `If-Range`.
///
/// One range is offered. Several ranges, other units and malformed fields are answered as if there
/// were none, which the standard allows. Source: RFC 9110, sections 14.2 and 13.1.5.
public enum ByteRange: Sendable, Hashable {
    /// The whole content: 200.
    case whole
    /// A part of the content: 206.
    case part(Range<UInt64>)
    /// A range that begins behind the content: 416.
    case unsatisfiable

    /// - Parameter field: `Range`; nil where it was not sent.
    /// - Parameter condition: `If-Range`; the range counts only for the content with this entity tag.
    /// - Parameter size: of the content, in bytes.
    /// - Parameter tag: the content's own entity tag, a strong one.
    public init(_ field: String?, ifRange condition: String?, size: UInt64, tag: String) {
        self = .whole
        guard let field, condition == nil || condition == tag, let (first, last) = Self.bounds(field) else { return }
        switch (first, last) {
        case (let first?, let last):
            if let last, last < first { return }
            guard first < size else {
                self = .unsatisfiable
                return
            }
            self = .part(first..<min(size - 1, last ?? .max) + 1)
        case (nil, let suffix?):
            guard suffix > 0, size > 0 else {
                self = .unsatisfiable
                return
            }
            self = .part(size - min(size, suffix)..<size)
        case (nil, nil): return
        }
    }

    /// `bytes=0-99`, `bytes=100-`, `bytes=-100`; nil for anything else.
    private static func bounds(_ field: String) -> (first: UInt64?, last: UInt64?)? {
        let sides = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, sides[0].lowercased() == "bytes" else { return nil }
        let text = sides[1].filter { $0 != " " && $0 != "\t" }
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.count == 2, numbers.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return nil
        }
        return (number(numbers[0]), number(numbers[1]))
    }

    /// Digits beyond 64 bits are as far as any content goes.
    private static func number(_ digits: Substring) -> UInt64? { digits.isEmpty ? nil : UInt64(digits) ?? .max }
}
