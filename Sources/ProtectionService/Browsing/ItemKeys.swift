import Crypto
import FileTree

/// The keys of a browse session's items: GUIDs joined with commas, one more for each
/// level below the site.
///
/// Each GUID is a keyed digest (HMAC-SHA256, cut to 16 bytes) of the session's id, the key above
/// and the item's name. So a key means something in its own session only, cannot be made up, and
/// needs no row: it is found again by walking down the snapshot.
package struct ItemKeys: Sendable {
    private let secret: SymmetricKey
    private let sessionID: String

    package init(_ secrets: TenantSecrets, sessionID: String) {
        secret = secrets.itemKeySecret
        self.sessionID = sessionID
    }

    /// The key of the site, the only one without a parent: two parts.
    package var site: String { "\(part(of: Array("host".utf8), in: "")),\(part(of: Array("site".utf8), in: "host"))" }

    /// The key of an item below another.
    package func key(of name: [UInt8], in parent: String) -> String { "\(parent),\(part(of: name, in: parent))" }

    /// The GUID of a name below a key.
    package func part(of name: [UInt8], in parent: String) -> String {
        let digest = HMAC<SHA256>.authenticationCode(for: Array("\(sessionID)\n\(parent)\n".utf8) + name, using: secret)
        var bytes = Array(digest.prefix(16))
        // Version 8 is for digests of one's own making (RFC 9562, section 5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return Self.text(bytes)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
