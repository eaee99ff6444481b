/// A line of YAML and how far it was read.
struct YAMLLine {
    private let line: [Unicode.Scalar]
    private let number: Int
    private(set) var index = 0

    init(_ line: [Unicode.Scalar], number: Int) { (self.line, self.number) = (line, number) }

    /// The next character; nil at the end.
    var next: Unicode.Scalar? { index < line.count ? line[index] : nil }
    var mark: TextMark { mark(index) }

    func mark(_ index: Int) -> TextMark { TextMark(line: number, column: index + 1) }

    /// Whether a space, or the end, stands so many characters on.
    func isBlank(after offset: Int) -> Bool { index + offset >= line.count || line[index + offset] == " " }

    mutating func advance() { index += 1 }

    mutating func skipSpaces() {
        while next == " " { index += 1 }
    }

    /// The word that begins or ends a document, where the line begins with one.
    var documentMark: String? {
        ["---", "..."].first { line.starts(with: $0.unicodeScalars) && (line.count == 3 || line[3] == " ") }
    }

    /// Whether only spaces or a comment follow that word.
    var isOnlyDocumentMark: Bool {
        let rest = line.dropFirst(3).drop { $0 == " " }
        return rest.isEmpty || rest.first == "#"
    }

    /// Reads a text in quotes, up to the closing one; nil where there is none in this line.
    mutating func quoted() -> String? {
        let (quote, start) = (line[index], index + 1)
        var end = start
        while end < line.count {
            if quote == "\"", line[end] == "\\" {
                end += 2
            } else if line[end] != quote {
                end += 1
            } else if quote == "'", end + 1 < line.count, line[end + 1] == "'" {
                end += 2
            } else {
                index = end + 1
                return text(start..<end)
            }
        }
        return nil
    }

    /// Reads a text without quotes, up to what ends one.
    mutating func plain(inBrackets: Bool) -> String {
        let start = index
        while let next {
            if next == ":", isBlank(after: 1) { break }
            if next == "#", index > start, line[index - 1] == " " { break }
            if inBrackets, [",", "[", "]", "{", "}"].contains(next) { break }
            index += 1
        }
        return text(start..<index).trimmingSuffix(" ")
    }

    private func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: line[range])
        return String(text)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = Substring(self)
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
