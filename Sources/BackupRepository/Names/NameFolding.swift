import Texts

/// How searches see names.
enum NameFolding {
    /// A name in the form in which searches see it, where that is another one than lower case of
    /// ASCII makes; bytes that are not UTF-8 are seen as U+FFFD.
    static func exception(_ name: [UInt8]) -> [UInt8]? {
        guard name.contains(where: { $0 >= 0x80 }) else { return nil }
        return SearchText(String(decoding: name, as: UTF8.self)).bytes
    }

    /// Lower case of ASCII, in place.
    static func lower(_ text: inout [UInt8]) {
        for place in text.indices where text[place] &- UInt8(ascii: "A") < 26 { text[place] |= 0x20 }
    }
}
