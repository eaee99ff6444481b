import Foundation

extension String {
    /// The text with escapes such as `\u{1b}` in place of control characters and of marks that turn
    /// the direction of writing.
    ///
    /// Names of items and of the directory are foreign. Printed as they are, they could move a
    /// terminal's cursor, change its title, or begin a line of their own in a log.
    var printable: String {
        // Most lines are plain ASCII, which is seen without decoding.
        guard !utf8.allSatisfy({ (0x20..<0x7f).contains($0) }), unicodeScalars.contains(where: \.isUnprintable) else {
            return self
        }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isUnprintable {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Controls of C0 and C1, separators of lines and paragraphs, and the marks of bidirectional
    /// text (Unicode Technical Report 36, section 2.7).
    var isUnprintable: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

/// Prints one line, which may hold foreign names.
func show(_ line: some CustomStringConvertible) {
    print(line.description.printable)
}

extension FileHandle {
    /// Writes a text for people. Where that fails, as on a full disk, the program goes on: it has no
    /// other way to tell. `write(_:)` would end the program.
    func show(_ text: String) {
        try? write(contentsOf: Data(text.utf8))
    }
}
