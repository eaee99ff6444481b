/// The names of copies, as OneDrive gives them: `report 1.docx`.
package enum CopyName {
    private static let maximumBytes = 255

    /// A name with a number before its extension. What is before the number is cut so that the name
    /// keeps within 255 bytes.
    package static func numbered(_ name: [UInt8], _ number: Int, isFolder: Bool) -> [UInt8] {
        let dot = isFolder ? nil : name.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil }
        let end = name.count - (dot ?? name.count) < 64 ? dot ?? name.count : name.count
        let tail = Array(" \(number)".utf8) + name[end...]
        var stem = Array(name[..<end].prefix(maximumBytes - tail.count))
        // Not in the middle of a character of several bytes.
        if stem.count < end { while let last = stem.last, last & 0xC0 == 0x80 { stem.removeLast() } }
        if stem.count < end, let last = stem.last, last >= 0xC0 { stem.removeLast() }
        return stem + tail
    }
}
