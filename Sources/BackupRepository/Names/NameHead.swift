import ResticFormat
import Texts

// The objects of an index:
//
// names/head-<generation>                     twelve digits; the greatest counts
// names/<generation>-<number>-<random>        segments, named by the head that came with them
//
// A head is created, never replaced, so that of two writers at once one fails and changes nothing.

/// What a name index consists of: the one object that changes, and only by a new one in its place.
struct NameHead: Sendable {
    static let folder = "names/"
    private static let headPrefix = "names/head-"
    /// The form of everything in the index.
    private static let version: UInt8 = 1

    var generation: Int
    /// The number of the next snapshot.
    var nextNumber: UInt32 = 0
    /// Snapshots that are in the index, in the order in which they were made. Those that are gone
    /// are left out now and then; their numbers are not used again.
    var snapshots: [NameSnapshot] = []
    /// The tree of the last one that was readable.
    var tree: ObjectID?
    /// From the oldest to the newest.
    var segments: [NameSegment] = []
    /// The newest events, in order.
    var tail: [NameEvent] = []

    var object: String { Self.object(generation) }

    private static func object(_ generation: Int) -> String { headPrefix + twelveDigits(generation) }

    /// A name for a segment that comes with this head.
    func segmentName(_ number: Int, random: [UInt8]) -> String {
        "\(Self.folder)\(Self.twelveDigits(generation))-\(number)-\(Hexadecimal.text(of: random))"
    }

    /// The generation in the name of a head.
    static func generation(ofHead object: String) -> Int? {
        object.hasPrefix(headPrefix) ? Int(object.dropFirst(headPrefix.count)) : nil
    }

    /// The generation of the head that a segment came with.
    static func generation(ofSegment object: String) -> Int? {
        object.hasPrefix(folder) ? object.dropFirst(folder.count).split(separator: "-").first.flatMap { Int($0) } : nil
    }

    private static func twelveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}

/// A snapshot in the index.
package struct NameSnapshot: Sendable, Hashable {
    package var number: UInt32
    var object: ObjectID
    /// Its ID, 64 hexadecimal digits.
    package var id: String { object.hex }
    /// Whether its trees could be read. If not, nothing is known of what it holds.
    package var isReadable: Bool
}

extension NameHead {
    func encode(_ codec: NameCodec) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.append(number: UInt64(nextNumber))
        bytes.append(count: snapshots.count)
        for snapshot in snapshots {
            bytes.append(number: UInt64(snapshot.number))
            bytes.append(snapshot.isReadable ? 1 : 0)
            snapshot.object.appendBytes(to: &bytes)
        }
        bytes.append(tree == nil ? 0 : 1)
        tree?.appendBytes(to: &bytes)
        bytes.append(count: segments.count)
        for segment in segments {
            bytes.append(counted: segment.object.utf8)
            bytes.append(count: segment.rows)
            bytes.append(number: segment.directoryStart)
            bytes.append(count: segment.directoryBytes)
        }
        bytes.append(tail.isEmpty ? 0 : 1)
        if !tail.isEmpty {
            let parts = NameBlock.encode(tail)
            bytes.append(counted: parts.names)
            bytes.append(counted: parts.details)
        }
        return try codec.seal(bytes, as: NameMark(.head, of: object))
    }

    init(decoding sealed: [UInt8], generation: Int, _ codec: NameCodec) throws(FormatError) {
        self.generation = generation
        var reader = NameBytesReader(try codec.open(sealed, as: NameMark(.head, of: Self.object(generation))))
        guard try reader.byte() == Self.version else {
            throw FormatError(.malformed, "the name index has another form")
        }
        nextNumber = try reader.number32()
        for _ in 0..<(try reader.count()) {
            let (number, isReadable) = (try reader.number32(), try reader.byte() == 1)
            snapshots.append(NameSnapshot(number: number, object: try reader.id(), isReadable: isReadable))
        }
        if try reader.byte() == 1 { tree = try reader.id() }
        for _ in 0..<(try reader.count()) {
            let object = String(decoding: try reader.text(), as: UTF8.self)
            let (rows, start) = (Int(clamping: try reader.number()), try reader.number())
            let directory = Int(try reader.number32())
            guard start < UInt64(Int64.max) else { throw FormatError(.malformed, "a segment is too long") }
            segments.append(
                NameSegment(object: object, rows: rows, directoryStart: start, directoryBytes: directory))
        }
        if try reader.byte() == 1 {
            let names = try NameBlockNames(decoding: try reader.text())
            let details = try NameBlockDetails(decoding: try reader.text(), rows: names.rows)
            tail = zip(try names.keys(), details.rows).map { key, row in
                NameEvent(key: key, snapshot: row.snapshot, state: row.state)
            }
        }
        guard reader.isAtEnd else { throw FormatError(.malformed, "the head of the name index is too long") }
    }
}
