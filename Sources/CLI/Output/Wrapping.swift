import Foundation

/// Sentences for a terminal: broken between words, so that no word is cut in two.
enum Wrapping {
    /// The lines of a text.
    /// - Parameter width: columns of the terminal; nil where the reader is a program, which gets one line.
    /// - Parameter indent: spaces before each line but the first, and before words that do not fit.
    static func lines(_ text: String, width: Int?, indent: Int = 0) -> [String] {
        guard let width, text.displayWidth > width else { return [text] }
        // A command stays whole, so that it can be copied.
        if let command = text.range(of: ": holdfast ", options: .backwards) {
            let end = text.index(after: command.lowerBound)
            let words = text[end...].trimmingCharacters(in: .whitespaces)
            return lines(String(text[..<end]), width: width, indent: indent) + ["  " + words]
        }
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        // The spaces at the beginning belong to the first line.
        var line = String(text.prefix { $0 == " " })
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.displayWidth + 1 + word.description.displayWidth > width {
                lines.append(line)
                (line, isEmpty) = (margin, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// A sentence, and the command that helps: on one line where both fit.
    static func lines(_ text: String, then command: String, width: Int?) -> [String] {
        let one = command.isEmpty ? text : "\(text)     \(command)"
        guard let width, one.displayWidth > width else { return [one] }
        return lines(text, width: width, indent: 4) + (command.isEmpty ? [] : ["    " + command])
    }
}

/// Prints a sentence that may hold foreign names, broken into lines that fit the terminal.
func tell(_ text: String, indent: Int = 0) {
    for line in Wrapping.lines(text.printable, width: Terminal.width, indent: indent) { print(line) }
}
