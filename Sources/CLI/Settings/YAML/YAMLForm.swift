/// The part of YAML that a configuration file may use, looked at before a parser sees the text.
///
/// Groups, lists of texts, quotes and comments are all that is needed. Refused are anchors, aliases,
/// tags, several documents, directives, tabs, texts over several lines, and keys that occur twice.
/// So the parser gets no text that is small and grows, and none that is nested deeply: what it does
/// with such a text need not be trusted.
///
/// Line by line, and each token in its line: a text in quotes, and an entry in brackets, ends where
/// it begins. So nothing can hide in what this takes for a quote and the parser does not. The rules
/// follow the scanner of libyaml, which Yams holds.
struct YAMLForm {
    struct Fault: Equatable, Sendable {
        let mark: TextMark
        let message: String
    }

    private(set) var faults: [Fault] = []
    /// Brackets that are open.
    private var depth = 0
    /// Whether the last token before the end of the line was an entry in brackets.
    private var isEntryOpen = false
    private var hasContent = false
    /// The keys of the groups around the present line, by where they begin.
    private var groups: [(indent: Int, keys: Set<String>)] = []

    private static let maximumDepth = 4
    private static let maximumIndent = 64
    /// Of a file with more faults only these are told.
    private static let maximumFaults = 100

    /// The faults of a text, in its order; none where a parser may see it.
    static func faults(in text: String) -> [Fault] {
        var form = YAMLForm()
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where form.faults.count < maximumFaults {
            form.read(Array(line.last == "\r" ? line.dropLast() : line), number: index + 1)
        }
        return form.faults
    }

    private mutating func read(_ line: [Unicode.Scalar], number: Int) {
        var cursor = YAMLLine(line, number: number)
        if let index = line.firstIndex(where: \.isForeignToConfiguration) {
            return refuse(cursor.mark(index), Self.explanation(of: line[index]))
        }
        cursor.skipSpaces()
        guard let first = cursor.next, first != "#" else { return }
        if depth == 0, cursor.index == 0, isMark(&cursor) { return }
        hasContent = true
        if cursor.index > Self.maximumIndent {
            return refuse(cursor.mark, "this is indented by more than \(Self.maximumIndent) spaces.")
        }
        if isEntryOpen, ![",", "]", "}"].contains(first) {
            return refuse(cursor.mark, "put a comma between entries, and write each of them on one line.")
        }
        isEntryOpen = false
        let (before, count) = (depth, faults.count)
        if depth == 0 { readBlockLine(&cursor) } else { readTokens(&cursor) }
        // What the rest of a refused line holds is not known; mostly it closes what it opened.
        if faults.count > count { (depth, isEntryOpen) = (before, false) }
    }

    /// Takes a line that begins or ends a document, or is a directive.
    private mutating func isMark(_ cursor: inout YAMLLine) -> Bool {
        if cursor.next == "%" {
            refuse(cursor.mark, "a configuration file has no directives: remove this line.")
            return true
        }
        guard let word = cursor.documentMark else { return false }
        if word == "..." || hasContent {
            refuse(cursor.mark, "a configuration file is one document: remove '\(word)'.")
        } else if !cursor.isOnlyDocumentMark {
            refuse(cursor.mark, "nothing may stand behind '\(word)'.")
        }
        hasContent = true
        return true
    }

    /// A line outside of brackets: an entry of a list, or a key.
    private mutating func readBlockLine(_ cursor: inout YAMLLine) {
        var isEntry = false
        while cursor.next == "-", cursor.isBlank(after: 1) {
            if isEntry { return refuse(cursor.mark, "a list holds texts, no lists.") }
            isEntry = true
            groups.removeAll { [indent = cursor.index] in $0.indent > indent }
            cursor.advance()
            cursor.skipSpaces()
        }
        let start = cursor.mark
        let key = readTokens(&cursor)
        if let key {
            note(key, at: start)
        } else if !isEntry {
            refuse(start, "a value stands in the line of its key, as in 'name: value'.")
        }
    }

    /// Notes the key of a line outside of brackets.
    private mutating func note(_ key: String, at mark: TextMark) {
        let indent = mark.column - 1
        groups.removeAll { $0.indent > indent }
        if groups.last?.indent != indent { groups.append((indent, [])) }
        guard groups[groups.count - 1].keys.insert(key).inserted else {
            return refuse(mark, "'\(key.cut(to: 80))' stands here twice.")
        }
    }

    private mutating func refuse(_ mark: TextMark, _ message: String) {
        // After the first fault of a line the rest of it is not known.
        if faults.last?.mark.line != mark.line { faults.append(Fault(mark: mark, message: message)) }
    }
}

// MARK: Tokens

extension YAMLForm {
    /// Reads the tokens up to the end of the line.
    /// - Returns: the text before the first `:`, where the line has one outside of brackets.
    @discardableResult
    private mutating func readTokens(_ cursor: inout YAMLLine) -> String? {
        var (key, isAtStart, first) = (String?.none, true, String?.none)
        var bracketsEnded = false
        while true {
            cursor.skipSpaces()
            guard let next = cursor.next, next != "#" else { break }
            if next == ":", depth > 0 || cursor.isBlank(after: 1) {
                if depth == 0, key == nil {
                    guard !bracketsEnded else {
                        refuse(cursor.mark, "a key is a text, not what stands in brackets.")
                        return key
                    }
                    key = first ?? ""
                }
                cursor.advance()
                isAtStart = true
                isEntryOpen = false
            } else if depth > 0, next == "," {
                cursor.advance()
                (isAtStart, isEntryOpen) = (true, false)
            } else if depth > 0, next == "]" || next == "}" {
                depth -= 1
                cursor.advance()
                (isAtStart, bracketsEnded) = (false, bracketsEnded || depth == 0)
                isEntryOpen = depth > 0
            } else if isAtStart {
                switch readStart(next, &cursor) {
                case .text(let text): (first, isAtStart, isEntryOpen) = (first ?? text, false, depth > 0)
                case .bracket: isEntryOpen = false
                case .refused: return key
                }
            } else {
                refuse(cursor.mark, "'\(next)' stands here after the end of a text: put the whole text in quotes.")
                return key
            }
        }
        return key
    }

    /// What stands where a token may begin.
    private enum Start {
        case text(String)
        case bracket
        case refused
    }

    private mutating func readStart(_ next: Unicode.Scalar, _ cursor: inout YAMLLine) -> Start {
        switch next {
        case "\"", "'":
            if let text = cursor.quoted() { return .text(text) }
            refuse(cursor.mark, "a text in quotes ends in its line.")
            return .refused
        case "[", "{":
            depth += 1
            cursor.advance()
            guard depth > Self.maximumDepth else { return .bracket }
            refuse(cursor.mark, "more than \(Self.maximumDepth) brackets are open.")
            return .refused
        default:
            guard let message = Self.refusal(of: next, isKeyMark: depth > 0 || cursor.isBlank(after: 1)) else {
                return .text(cursor.plain(inBrackets: depth > 0))
            }
            refuse(cursor.mark, message)
            return .refused
        }
    }

    /// Why a text may not begin with a character; nil where it may.
    private static func refusal(of first: Unicode.Scalar, isKeyMark: Bool) -> String? {
        switch first {
        case "&": "anchors are not read: write the value where it belongs, or put it in quotes."
        case "*": "aliases are not read: write the value again, or put it in quotes."
        case "!": "tags are not read: the setting says of which type it is. Put a text that begins with '!' in quotes."
        case "|", ">": "a text over several lines is not read: put it in quotes, in one line."
        case "?" where isKeyMark: "a key stands before a ':'; put a text with '?' in quotes."
        case "@", "`", "%", ",", "]", "}": "a text that begins with '\(first)' is put in quotes."
        default: nil
        }
    }

    private static func explanation(of scalar: Unicode.Scalar) -> String {
        guard scalar != "\t" else { return "there is a tab: indent with spaces, and write \"\\t\" within quotes." }
        let number = String(scalar.value, radix: 16, uppercase: true)
        return
            "the character U+\(String(repeating: "0", count: max(0, 4 - number.count)))\(number) does not belong here."
    }
}

extension Unicode.Scalar {
    /// Controls, and what some readers take for the end of a line or for nothing at all.
    fileprivate var isForeignToConfiguration: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff: true
        default: false
        }
    }
}
