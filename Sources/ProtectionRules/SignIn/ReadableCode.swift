/// Codes that people read from one screen and type at another.
public enum ReadableCode {
    /// Without letters and digits that look alike: 0 O, 1 I L.
    public static let unambiguous = Array("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    /// Without vowels, so that no word comes about. Source: RFC 8628, section 6.1.
    public static let consonants = Array("BCDFGHJKLMNPQRSTVWXZ")

    public static let firstRunLength = 10
    public static let userCodeLength = 8
    public static let recoveryLength = 10

    /// A code of random characters.
    /// - Parameter random: a number from 0 up to its argument, which it does not reach.
    public static func make(_ alphabet: [Character], length: Int, random: (Int) -> Int) -> String {
        String((0..<length).map { _ in alphabet[random(alphabet.count)] })
    }

    /// With a dash in the middle, for people.
    public static func shown(_ code: String) -> String {
        let half = code.count / 2
        return "\(code.prefix(half))-\(code.dropFirst(half))"
    }

    /// What was meant by what was typed: without blanks and dashes, in upper case. Nil for anything
    /// that cannot be a code, so that it is not hashed.
    public static func typed(_ text: String) -> String? {
        guard text.utf8.count <= 64 else { return nil }
        let code = text.uppercased().filter { !$0.isWhitespace && $0 != "-" }
        guard !code.isEmpty, code.utf8.allSatisfy({ isLetter($0) || isDigit($0) }) else { return nil }
        return code
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
