import FileTree
import ResticFormat

/// The content of a present file, compared blob by blob with the snapshot's.
struct PresentContent {
    /// The longest chunk of a file.
    private static let usualLimit = Chunker.maximumLength
    private let content: any ReadableContent
    private var buffer: [UInt8] = []
    /// How much was read.
    private(set) var bytesRead: UInt64 = 0

    init(_ content: any ReadableContent) { self.content = content }

    /// Whether a blob stands at an offset. Unreadable content counts as absent.
    mutating func has(_ record: BlobTable.Record, at offset: UInt64) -> Bool { read(record, at: offset) != nil }

    /// The bytes of a blob that stands at an offset; nil where other bytes do, or unreadable ones.
    mutating func read(_ record: BlobTable.Record, at offset: UInt64) -> ArraySlice<UInt8>? {
        guard let length = record.location.plaintextLength else { return nil }
        if buffer.count < length {
            buffer = [UInt8](repeating: 0, count: max(length, min(2 * buffer.count, Self.usualLimit)))
        }
        let isEqual = unsafe buffer.withUnsafeMutableBytes { bytes in
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<length])
            guard let count = unsafe try? content.read(into: part, at: offset), count == length else { return false }
            return unsafe ObjectID.hash(of: UnsafeRawBufferPointer(part)) == record.id
        }
        bytesRead += UInt64(length)
        return isEqual ? buffer[..<length] : nil
    }
}
