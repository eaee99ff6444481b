/// Names that break programs which take a character for a byte, for a scalar, or for what a
/// person calls a character.
public enum UnicodeTraps {
    /// Each differs from all others in its bytes and is a valid name of a folder; none has a NUL or
    /// a slash, none begins with a dot.
    public static let names: [String] = [
        "plain", "Plain", "PLAIN",
        // Composed and decomposed, and one letter with two marks in its four forms.
        "Caf\u{e9}", "Cafe\u{301}", "CAF\u{c9}", "CAFE\u{301}", "\u{1ed9}", "\u{f4}\u{323}", "\u{1ecd}\u{302}",
        "o\u{323}\u{302}",
        // A mark that joins what is before it: a quote, a comma, a letter for the kind of a value.
        "\u{301}first", "\u{20dd}", "'\u{301}quote", ",\u{301}comma", "%\u{301}", "_\u{301}", "@\u{301}",
        // Canonically equivalent to ASCII.
        "\u{212a}elvin", "Kelvin", "semi\u{37e}colon", "semi;colon", "\u{212b}ngstrom", "\u{c5}ngstrom",
        // Case that changes length, or does not come back.
        "Stra\u{df}e", "STRASSE", "\u{130}stanbul", "i\u{307}stanbul", "\u{3a3}\u{3b1}\u{3c2}", "\u{3c3}\u{3b1}\u{3c3}",
        // Sequences that are one character to a person.
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", "\u{1f468}\u{1f469}\u{1f467}", "\u{1f1e9}\u{1f1ea}", "\u{1f1e9}",
        "\u{ac00}", "\u{1100}\u{1161}",
        // Marks of direction, invisible characters, characters that only look like spaces.
        "\u{202e}fdp.exe", "a\u{200f}b", "ab", "a\u{200b}b", "a\u{ad}b", "a\u{feff}b", "\u{feff}ab", "a\u{a0}b", "a b",
        "a\u{2028}b",
        // Unassigned, private, the last ones, and where UTF-16 sorts otherwise than UTF-8.
        "\u{378}", "\u{e000}", "\u{ffff}", "\u{fffe}", "\u{10000}", "\u{10ffff}", "\u{ff61}", "\u{1f600}",
        // One character of many scalars.
        "z" + String(repeating: "\u{301}", count: 100),
    ]
}
