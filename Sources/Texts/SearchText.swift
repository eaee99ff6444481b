import Foundation

/// A text as searches see it: canonically composed, and without regard to case by Unicode's full
/// folding (`ß` is `ss`). Accents stay.
///
/// Here, and only here, canonical equivalence counts: a search for `Café` should find it however it
/// is written. Source: Unicode Standard, section 3.13, canonical caseless matching.
public struct SearchText: Sendable {
    /// The text as UTF-8, for comparing byte by byte.
    public let bytes: [UInt8]

    public init(_ text: String) {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            bytes = text.foldingASCII
        } else {
            let folded = Self.folded(text.precomposedStringWithCanonicalMapping)
            bytes = Array(folded.precomposedStringWithCanonicalMapping.utf8)
        }
    }

    /// The text in the form that is searched.
    public var folded: String { String(decoding: bytes, as: UTF8.self) }

    /// Lower case of upper case: it folds letters that lower case alone keeps apart (`ß`, the two
    /// forms of `σ`). The dotless `ı` stays, because its upper case is that of another letter.
    private static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard scalar != "ı" else {
                folded.append(scalar)
                continue
            }
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(folded)
    }

    /// Whether `part` occurs; the empty text does everywhere.
    public func contains(_ part: SearchText) -> Bool {
        guard let first = part.bytes.first else { return true }
        guard part.bytes.count <= bytes.count else { return false }
        for start in 0...(bytes.count - part.bytes.count) where bytes[start] == first {
            if bytes[start...].starts(with: part.bytes) { return true }
        }
        return false
    }
}
