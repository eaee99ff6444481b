import Texts

/// As S3 signs and lists names: letters, digits and `-._~` stay, in paths the slash too.
extension PercentEncoding {
    static func path(_ text: String) -> String { encode(text, allowing: "/") }

    static func query(_ text: String) -> String { encode(text) }

    /// The text of an encoded one; a plus is a blank, as in the lists of S3.
    /// - Returns: nil where it is not well formed.
    static func decoded(_ text: String) -> String? { decode(text.utf8, plusIsBlank: true) }
}
