import FileTree
import Foundation
import ResticFormat

/// What a patch does to one file where it stands: pieces of content, the length, the attributes. It
/// can be done any number of times.
///
/// A record is one object, sealed with the repository's key: four bytes with the length of a JSON
/// text, the text, then pieces. Further pieces are in parts, objects of their own, of which the text
/// has the hashes; a record is complete when its own object stands, which is stored last.
struct RedoRecord: Codable, Sendable {
    static let currentVersion = 1

    var version = RedoRecord.currentVersion
    private var pathBytes: Data
    /// The file's inode number; another file under the same name is not patched.
    var inode: UInt64
    /// The file's length before the patch in bytes.
    var sizeBefore: UInt64
    /// The file's length after the patch in bytes.
    var sizeAfter: UInt64
    var attributes: RedoAttributes
    /// The hashes of the sealed parts, in hexadecimal digits.
    var parts: [String]

    init(path: TreePath, before: ItemAttributes, size: UInt64, changes: AttributeChanges, parts: [String]) {
        pathBytes = Data(path.bytes)
        inode = before.inode
        sizeBefore = before.size
        sizeAfter = size
        attributes = RedoAttributes(changes)
        self.parts = parts
    }

    /// nil where the bytes are no path; nothing seals such a record.
    var path: TreePath? { TreePath(bytes: Array(pathBytes)) }

    /// The text with pieces behind it.
    func encoded(with pieces: RedoPieces) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = try encoder.encode(self)
        return (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + pieces.bytes
    }

    /// Reads what `encoded` wrote; nil for anything else.
    static func decode(_ bytes: [UInt8]) -> (record: RedoRecord, pieces: RedoPieces)? {
        guard bytes.count >= 4 else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        guard length <= bytes.count - 4,
            let record = try? JSONDecoder().decode(RedoRecord.self, from: Data(bytes[4..<(4 + length)])),
            record.version == currentVersion, record.path != nil
        else { return nil }
        return (record, RedoPieces(bytes: Array(bytes[(4 + length)...])))
    }
}

/// Attributes as a record has them.
struct RedoAttributes: Codable, Sendable {
    private struct Time: Codable {
        var seconds: Int64
        var nanoseconds: UInt32
    }

    private struct Extended: Codable {
        var name: Data
        var value: Data
    }

    private var permissions: UInt16?
    private var modified: Time?
    private var accessed: Time?
    private var owner: [UInt32]?
    private var extended: [Extended]?

    init(_ changes: AttributeChanges) {
        permissions = changes.permissions
        modified = changes.modified.map { Time(seconds: $0.seconds, nanoseconds: $0.nanoseconds) }
        accessed = changes.accessed.map { Time(seconds: $0.seconds, nanoseconds: $0.nanoseconds) }
        owner = changes.owner.map { [$0.userID, $0.groupID] }
        extended = changes.extendedAttributes?.map { Extended(name: Data($0.name), value: Data($0.value)) }
    }

    var changes: AttributeChanges {
        let owner = owner.flatMap { $0.count == 2 ? AttributeChanges.Owner(userID: $0[0], groupID: $0[1]) : nil }
        return AttributeChanges(
            permissions: permissions,
            modified: modified.map { Timestamp(seconds: $0.seconds, nanoseconds: $0.nanoseconds) },
            accessed: accessed.map { Timestamp(seconds: $0.seconds, nanoseconds: $0.nanoseconds) }, owner: owner,
            extendedAttributes: extended?.map { ExtendedAttribute(name: Array($0.name), value: Array($0.value)) })
    }
}

/// Pieces of a file one after the other: for each eight bytes of offset and four of length, the
/// lowest byte first, then the content.
struct RedoPieces: Sendable {
    private static let headBytes = 12
    private(set) var bytes: [UInt8] = []

    init() {}

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func add(_ content: UnsafeRawBufferPointer, at offset: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: offset >> shift)) }
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: content.count >> shift)) }
        unsafe bytes.append(contentsOf: content)
    }

    /// Whether the pieces are whole, none of them behind `size`.
    func areValid(size: UInt64) -> Bool {
        var (position, isValid) = (0, true)
        while isValid, position < bytes.count {
            guard let (offset, content) = piece(at: position) else { return false }
            isValid = offset <= size && UInt64(content.count) <= size - offset
            position = content.upperBound
        }
        return isValid
    }

    /// Calls `body` for each piece. The pieces must be valid.
    func forEach(_ body: (UnsafeRawBufferPointer, UInt64) throws -> Void) throws {
        var position = 0
        while let (offset, content) = piece(at: position) {
            func visit(_ part: UnsafeRawBufferPointer) throws { unsafe try body(part, offset) }
            try unsafe bytes.span.bytes.extracting(content).withUnsafeBytes(visit)
            position = content.upperBound
        }
    }

    private func piece(at position: Int) -> (offset: UInt64, content: Range<Int>)? {
        guard position + Self.headBytes <= bytes.count else { return nil }
        let offset = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
        let length = (0..<4).reduce(0) { $0 | Int(bytes[position + 8 + $1]) << (8 * $1) }
        let start = position + Self.headBytes
        guard length <= bytes.count - start else { return nil }
        return (offset, start..<(start + length))
    }
}
