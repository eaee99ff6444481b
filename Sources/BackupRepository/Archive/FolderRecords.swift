import FileTree
import ResticFormat

/// What a run saw of some folders: each with its tree and the fingerprint of its listing, followed
/// by the folders in it in the order of their names.
struct FolderRecords: Sendable {
    /// A tree's ID, a fingerprint, and how many records belong to the folder, its own included.
    static let recordBytes = 2 * ObjectID.byteCount + 4
    /// Of a folder that cannot be told unchanged by its listing. It is the fingerprint of none.
    private static let noFingerprint = [UInt8](repeating: 0, count: ObjectID.byteCount)

    private(set) var bytes: [UInt8]

    /// Takes what `bytes` gave; nil where that cannot be.
    init?(bytes: [UInt8]) {
        guard bytes.count >= Self.recordBytes, bytes.count % Self.recordBytes == 0 else { return nil }
        self.bytes = bytes
        guard span(of: 0) == count else { return nil }
    }

    /// The records of a folder.
    /// - Parameters:
    ///   - fingerprint: nil where the tree is not all that the listing showed.
    ///   - folders: the records of each folder in it.
    init(tree: ObjectID, fingerprint: ObjectID?, folders: [FolderRecords]) {
        let span = 1 + folders.reduce(0) { $0 + $1.count }
        bytes = []
        bytes.reserveCapacity(span * Self.recordBytes)
        tree.appendBytes(to: &bytes)
        bytes += fingerprint?.bytes ?? Self.noFingerprint
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: span >> shift)) }
        for folder in folders { bytes += folder.bytes }
    }

    /// How many there are.
    var count: Int { bytes.count / Self.recordBytes }

    /// The tree of a folder.
    func tree(of number: Int) -> ObjectID? { ObjectID(bytes: field(number, 0, ObjectID.byteCount)) }

    /// Whether a folder was seen with that fingerprint.
    func hasFingerprint(_ fingerprint: ObjectID, _ number: Int) -> Bool {
        ObjectID(bytes: field(number, ObjectID.byteCount, ObjectID.byteCount)) == fingerprint
    }

    /// The records of a folder and of all beneath it.
    func part(_ number: Int) -> FolderRecords? {
        let end = number + span(of: number)
        guard end <= count else { return nil }
        return FolderRecords(bytes: Array(bytes[(number * Self.recordBytes)..<(end * Self.recordBytes)]))
    }

    /// The numbers of the folders in a folder.
    func folders(in number: Int) -> [Int] {
        var numbers: [Int] = []
        var next = number + 1
        let end = min(count, number + span(of: number))
        while next < end {
            numbers.append(next)
            next += max(1, span(of: next))
        }
        return numbers
    }

    private func span(of number: Int) -> Int {
        field(number, 2 * ObjectID.byteCount, 4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func field(_ number: Int, _ start: Int, _ count: Int) -> ArraySlice<UInt8> {
        let start = number * Self.recordBytes + start
        return bytes[start..<(start + count)]
    }
}

extension ObjectID {
    /// The fingerprint of a folder's entries: of all by which ``Node/isUnchanged(_:)`` tells that
    /// one is as it was archived.
    static func fingerprint(of items: [Item]) -> ObjectID {
        var fingerprint = hash(of: [])
        // In pieces, each with the hash of those before it, so that a folder of a million entries
        // needs no memory for them.
        for start in stride(from: 0, to: items.count, by: 1024) {
            var piece = fingerprint.bytes
            for item in items[start..<min(start + 1024, items.count)] { item.appendFingerprint(to: &piece) }
            fingerprint = hash(of: piece)
        }
        return fingerprint
    }
}

extension Item {
    fileprivate func appendFingerprint(to bytes: inout [UInt8]) {
        let mode = FileMode.mode(of: NodeType(attributes.kind), permissions: attributes.permissions)
        let words = (
            UInt64(name.count) << 32 | UInt64(mode), UInt64(attributes.userID) << 32 | UInt64(attributes.groupID),
            UInt64(attributes.modified.nanoseconds) << 32 | UInt64(attributes.changed.nanoseconds),
            UInt64(bitPattern: attributes.modified.seconds), UInt64(bitPattern: attributes.changed.seconds),
            attributes.inode, attributes.size, attributes.kind == .folder ? 0 : attributes.linkCount
        )
        // Eight words without gaps between them.
        unsafe withUnsafeBytes(of: words) { unsafe bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: name)
    }
}
