/// Identifiers as clients write them.
package enum Identifiers {
    /// A GUID in its one lower-case form; nil where `text` is not 32 hexadecimal digits
    /// in groups of 8-4-4-4-12.
    package static func canonical(_ text: String) -> String? {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard groups.map(\.count) == [8, 4, 4, 4, 12] else { return nil }
        for character in groups.joined() {
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                continue
            default: return nil
            }
        }
        return text.lowercased()
    }

    /// The zero GUID, which names nothing.
    package static let zero = "00000000-0000-0000-0000-000000000000"

    /// A GUID in its one form.
    /// - Throws: an error with `code` where `text` is none.
    package static func require(_ text: String, _ code: ServiceErrorCode) throws(ServiceError) -> String {
        guard let id = canonical(text) else { throw ServiceError(code, "The id is not a GUID.") }
        return id
    }

    /// The site's own GUID in `host,siteCollectionGuid,webGuid`, or in the bare form.
    package static func canonicalSite(_ text: String) -> String? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return canonical(text)
        case 3: return canonical(String(parts[2])) == nil ? nil : canonical(String(parts[1]))
        default: return nil
        }
    }
}
