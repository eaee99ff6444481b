import Crypto
import Texts

/// Identifiers that are the same wherever and whenever they are made, and addresses made of names.
enum Identifiers {
    /// The UUID of version 5 for a name in a namespace, in lower case; nil where
    /// `namespace` is no UUID.
    ///
    /// Source: RFC 9562, section 5.5: SHA-1 over the 16 bytes of the namespace and the name, cut to
    /// 16 bytes, with version and variant set.
    static func uuid5(namespace: String, name: [UInt8]) -> String? {
        guard let space = bytes(ofUUID: namespace) else { return nil }
        var hash = Insecure.SHA1()
        hash.update(data: space)
        hash.update(data: name)
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        return text(ofUUID: bytes)
    }

    /// A UUID in its one lower-case form; nil where `text` is not 32 hexadecimal digits
    /// in groups of 8-4-4-4-12.
    static func canonicalUUID(_ text: String) -> String? {
        bytes(ofUUID: text).map { Identifiers.text(ofUUID: $0) }
    }

    private static func bytes(ofUUID text: String) -> [UInt8]? {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12] else { return nil }
        var nibbles: [UInt8] = []
        for character in groups.joined() {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): nibbles.append(character - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): nibbles.append(character - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): nibbles.append(character - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return stride(from: 0, to: 32, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }

    private static func text(ofUUID bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The segment of a personal site: `adele@contoso.example` becomes `adele_contoso_example`,
    /// as OneDrive's addresses do.
    static func personalSegment(_ userPrincipalName: String) -> String {
        let scalars = userPrincipalName.unicodeScalars.map { $0 == "@" || $0 == "." ? "_" : $0 }
        return String(String.UnicodeScalarView(scalars)).urlSegment
    }
}
