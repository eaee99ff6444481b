/// Text in the language of manual pages, mdoc(7).
struct ManualText {
    private(set) var text = ""

    /// A line that is a request, such as `.Sh NAME`.
    /// - Parameter words: escaped; a word with spaces stays one.
    mutating func request(_ name: String, _ words: String...) {
        let words = words.map { word in
            let escaped = Self.escaped(word)
            return escaped.contains(" ") ? "\"\(escaped)\"" : escaped
        }
        text += ([".\(name)"] + words).joined(separator: " ") + "\n"
    }

    /// A line as it stands.
    mutating func raw(_ line: String) { text += line + "\n" }

    /// Sentences: each begins a line, and no line is long.
    mutating func prose(_ prose: String) {
        for sentence in Self.sentences(prose) {
            var line = ""
            for word in Self.escaped(sentence).split(separator: " ") {
                if !line.isEmpty, line.utf8.count + word.utf8.count >= 78 {
                    text += Self.protected(line) + "\n"
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            if !line.isEmpty { text += Self.protected(line) + "\n" }
        }
    }

    /// Lines that are shown as they are.
    mutating func literal(_ lines: [String]) {
        raw(".Bd -literal -offset indent")
        for line in lines { text += Self.protected(Self.escaped(line)) + "\n" }
        request("Ed")
    }

    /// The sentences of a text. A line break ends one too.
    private static func sentences(_ prose: String) -> [Substring] {
        prose.split(separator: "\n").flatMap { line -> [Substring] in
            var (sentences, start) = ([Substring](), line.startIndex)
            for match in line.matches(of: /[.?!:]['")]?( )(?=['"(A-Z0-9])/) where line[match.range].first != ":" {
                sentences.append(line[start..<match.1.startIndex])
                start = match.range.upperBound
            }
            return sentences + [line[start...]]
        }
    }

    /// A text in which nothing is taken for a request or an escape.
    static func escaped(_ text: some StringProtocol) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "\"": escaped += "\\(dq"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "-": escaped += "\\-"
            case "~": escaped += "\\(ti"
            case "^": escaped += "\\(ha"
            case "\n": escaped += " "
            default:
                escaped +=
                    scalar.isASCII ? String(scalar) : "\\[u\(padded(String(scalar.value, radix: 16, uppercase: true)))]"
            }
        }
        return escaped
    }

    private static func padded(_ digits: String) -> String {
        String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// A line that begins with nothing that begins a request.
    private static func protected(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }
}
