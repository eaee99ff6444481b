/// A small part of a file's content, taken while the file is read anyway: its first and last bytes,
/// and pieces from everywhere. It looks at no more than 3 KiB of a file, or at one byte in a thousand
/// of a long one.
struct ContentSample: Sendable {
    private(set) var head: [UInt8] = []
    private(set) var tail: [UInt8] = []
    private(set) var length = 0
    /// Of the pieces, those of the head included.
    private(set) var body = ByteCounts()

    static let tailBytes = 1024
    static let pieces = 8
    static let pieceBytes = 64

    init() {}

    /// Takes the next part of the content.
    mutating func add(_ part: UnsafeRawBufferPointer) {
        guard unsafe !part.isEmpty else { return }
        if head.count < FileForm.headBytes {
            // In bounds: a prefix of the part.
            unsafe head.append(contentsOf: part.prefix(FileForm.headBytes - head.count))
        }
        if part.count >= Self.tailBytes {
            tail = unsafe Array(part.suffix(Self.tailBytes))
        } else {
            unsafe tail.append(contentsOf: part)
            if tail.count > Self.tailBytes { tail.removeFirst(tail.count - Self.tailBytes) }
        }
        length += part.count
        let step = max(Self.pieceBytes, (part.count - Self.pieceBytes) / Self.pieces)
        // In bounds: each piece ends with the part at the latest.
        for start in stride(from: 0, to: max(1, part.count - Self.pieceBytes + 1), by: step) {
            unsafe body.add(
                UnsafeRawBufferPointer(rebasing: part[start..<min(part.count, start + Self.pieceBytes)]))
        }
    }

    /// Whether it seems to be text of any encoding: next to no control bytes.
    var isText: Bool { body.isText || isWideText }

    /// UTF-16 in either order: each second byte is zero, or a mark says so.
    private var isWideText: Bool {
        if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) { return true }
        guard head.count >= 32 else { return false }
        let even = stride(from: 0, to: head.count, by: 2).count { head[$0] == 0 }
        let odd = stride(from: 1, to: head.count, by: 2).count { head[$0] == 0 }
        let (more, fewer) = (max(even, odd), min(even, odd))
        return more * 10 >= head.count * 3 && fewer * 20 <= head.count
    }

    /// Whether all bytes are about equally frequent, in the head or all over.
    var isRandom: Bool { ByteCounts(head).isRandom || body.isRandom }

    var isZero: Bool { length > 0 && body.isZero && head.allSatisfy { $0 == 0 } }
}

/// How often each byte occurs.
struct ByteCounts: Sendable {
    /// One for each of 256 bytes; none before the first piece. In the array's own memory, because 1 KiB in
    /// the value would be copied with each look at it: a fifth of the time of backing up small files.
    private var counts: [UInt32] = []
    private(set) var total = 0

    init() {}

    init(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe add($0) } }

    mutating func add(_ piece: UnsafeRawBufferPointer) {
        guard unsafe !piece.isEmpty else { return }
        if counts.isEmpty { counts = Array(repeating: 0, count: 256) }
        var places = counts.mutableSpan
        for index in piece.indices { places[Int(unsafe piece[index])] += 1 }
        total += piece.count
    }

    var isZero: Bool { counts.first.map { Int($0) == total } ?? false }

    /// Fewer bytes than that say nothing.
    static let minimumBytes = 64

    /// Whether they could be random: Pearson's statistic over 256 classes, of which random bytes
    /// have 255 on average, with a deviation of 23. Text has thousands, and what compressed
    /// formats begin with has more too.
    var isRandom: Bool {
        guard total >= Self.minimumBytes else { return false }
        let squares = counts.reduce(0) { $0 + Int($1) * Int($1) }
        let statistic = 256 * Double(squares) / Double(total) - Double(total)
        return (150...350).contains(statistic)
    }

    /// Whether at most one byte in fifty is a control byte that texts do not have. Of random
    /// bytes it is one in nine.
    var isText: Bool {
        guard !counts.isEmpty else { return true }
        var controls = Int(counts[127])
        for byte in 0..<32 where Self.textControls & 1 << UInt32(byte) == 0 { controls += Int(counts[byte]) }
        return controls * 50 <= total
    }

    /// Tab, line feed, vertical tab, form feed, carriage return, escape, and the end of old files.
    private static let textControls: UInt32 = 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 26 | 1 << 27
}
