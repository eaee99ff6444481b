/// An element of an answer: its name without the prefix of a name space, its text, its children.
struct XMLElement: Equatable {
    var name: String
    var text = ""
    var children: [XMLElement] = []

    /// The first child of a name.
    subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// What is wrong with an answer's XML, as the end of a sentence.
struct XMLFault: Error, Equatable {
    var words: String
}

/// Reads the XML that servers of S3 answer with: elements, text, the five named characters and those
/// by number. Declarations of types are refused, so no answer can make itself longer than it is.
struct XMLReader {
    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0
    private static let maximumDepth = 16

    /// The outermost element of a document.
    static func root(of bytes: [UInt8]) throws(XMLFault) -> XMLElement {
        var reader = XMLReader(bytes: bytes)
        if reader.take("\u{FEFF}") {}
        try reader.skipMisc()
        let root = try reader.element()
        try reader.skipMisc()
        guard reader.place == bytes.count else { throw XMLFault(words: "something follows its end") }
        return root
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func element() throws(XMLFault) -> XMLElement {
        guard take("<") else { throw XMLFault(words: "an element is missing") }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw XMLFault(words: "its elements are nested too deeply") }
        let fullName = try name()
        var element = XMLElement(name: fullName.split(separator: ":").last.map(String.init) ?? fullName)
        if try skipAttributes() { return element }
        var text: [UInt8] = []
        while true {
            guard place < bytes.count else { throw XMLFault(words: "it ends before its elements do") }
            if take("</") {
                guard try name() == fullName else { throw XMLFault(words: "an element ends under another name") }
                skipBlanks()
                guard take(">") else { throw XMLFault(words: "a tag does not end") }
                guard let whole = String(validating: text, as: UTF8.self), !text.contains(0) else {
                    throw XMLFault(words: "its text is not UTF-8")
                }
                element.text = whole
                return element
            } else if take("<![CDATA[") {
                text += try upTo("]]>")
            } else if take("<!--") {
                _ = try upTo("-->")
            } else if bytes[place] == UInt8(ascii: "<") {
                element.children.append(try self.element())
            } else if take("&") {
                text += try character()
            } else {
                text.append(bytes[place])
                place += 1
            }
        }
    }

    /// - Returns: whether the tag ends its element too.
    private mutating func skipAttributes() throws(XMLFault) -> Bool {
        while true {
            skipBlanks()
            if take("/>") { return true }
            if take(">") { return false }
            _ = try name()
            skipBlanks()
            guard take("=") else { throw XMLFault(words: "an attribute has no value") }
            skipBlanks()
            if take("\"") {
                _ = try upTo("\"")
            } else if take("'") {
                _ = try upTo("'")
            } else {
                throw XMLFault(words: "the value of an attribute has no quotes")
            }
        }
    }

    /// The character that is named between an ampersand and a semicolon.
    private mutating func character() throws(XMLFault) -> [UInt8] {
        let name = String(decoding: try upTo(";", within: 12), as: UTF8.self)
        switch name {
        case "amp": return [UInt8(ascii: "&")]
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        default:
            let digits = name.dropFirst(name.hasPrefix("#x") ? 2 : 1)
            guard name.hasPrefix("#"), let number = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
                number > 0, let scalar = Unicode.Scalar(number)
            else { throw XMLFault(words: "it has a character that is not known by its name") }
            return Array(String(Character(scalar)).utf8)
        }
    }

    /// Blanks, comments and the declaration of XML, which may stand around the outermost element.
    private mutating func skipMisc() throws(XMLFault) {
        while true {
            skipBlanks()
            if take("<!--") {
                _ = try upTo("-->")
            } else if take("<?xml") {
                _ = try upTo("?>")
            } else {
                return
            }
        }
    }

    private mutating func name() throws(XMLFault) -> String {
        let start = place
        while place < bytes.count, Self.isOfName(bytes[place]) { place += 1 }
        guard place > start else { throw XMLFault(words: "a name is missing, or it declares types") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), 0x80...:
            true
        default: false
        }
    }

    private mutating func skipBlanks() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    /// Goes past `text` where it comes next.
    private mutating func take(_ text: String) -> Bool {
        guard bytes[place...].starts(with: text.utf8) else { return false }
        place += text.utf8.count
        return true
    }

    /// Goes past the next `end`, and returns what stands before it.
    private mutating func upTo(_ end: String, within limit: Int = .max) throws(XMLFault) -> ArraySlice<UInt8> {
        let start = place
        while place < bytes.count, place - start <= limit {
            let stop = place
            if take(end) { return bytes[start..<stop] }
            place += 1
        }
        throw XMLFault(words: "'\(end)' is missing")
    }
}
