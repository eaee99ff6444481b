/// How a content is shown before it is restored.
public enum PreviewKind: String, Sendable, Hashable, CaseIterable {
    case text, image

    /// The bytes of a text that are shown.
    public static let textBytes: UInt64 = 256 << 10
    /// The longest image that is shown.
    public static let imageBytes: UInt64 = 20 << 20
    /// The bytes that tell the kind of an image.
    public static let signatureBytes: UInt64 = 12

    /// Whether a content begins as an image does that is shown: PNG, JPEG, GIF or WebP. Never SVG,
    /// HTML or PDF, which programs can hide in.
    public static func isImage(_ beginning: [UInt8]) -> Bool {
        let signatures: [[UInt8]] = [
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF], Array("GIF87a".utf8),
            Array("GIF89a".utf8),
        ]
        if signatures.contains(where: { beginning.starts(with: $0) }) { return true }
        return beginning.starts(with: Array("RIFF".utf8)) && beginning.dropFirst(8).starts(with: Array("WEBP".utf8))
    }

    /// The beginning of a text as UTF-8, for people: whole characters, other bytes as U+FFFD.
    /// - Parameter isCut: whether the content goes on, so that its last character may be cut.
    public static func text(_ bytes: [UInt8], isCut: Bool) -> [UInt8] {
        var end = bytes.count
        if isCut {
            // A character has at most 4 bytes: leave out a beginning of one at the end.
            for length in 1...min(4, max(1, bytes.count)) where bytes.count >= length {
                let byte = bytes[bytes.count - length]
                guard byte & 0xC0 != 0x80 else { continue }
                let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
                if needed > length { end = bytes.count - length }
                break
            }
        }
        return Array(String(decoding: bytes[..<end], as: UTF8.self).utf8)
    }
}
