import ResticFormat

// The parts of a block:
//
// names      rows | folders | for each: bytes shared with the one before, the rest, rows in it
//            bytes of names | for each row: its name, NUL; nothing but NUL where the row is of
//                             the same item as the row before
//            exceptions | for each: rows since the last one, the name as searches see it
// details    for each row one byte: 0 gone, otherwise the kind
//            for each row: the snapshot's number, as the difference to the row before
//            for each file: its size
//            for each item but folders: when it changed, as the difference to the one before
//            for each file that is not empty, and each link: eight bytes of its content's digest
//
// An exception is a name that a search sees otherwise than in lower case of ASCII.

/// Some events in order, in two parts: what a search reads, and what is needed of what it finds.
enum NameBlock {
    /// The two parts of a block of events, which are in order and not empty.
    static func encode(_ events: [NameEvent]) -> (names: [UInt8], details: [UInt8]) {
        (names(of: events), details(of: events))
    }

    private static func names(of events: [NameEvent]) -> [UInt8] {
        var (folders, names, exceptions): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        var (folderCount, exceptionCount, lastException) = (0, 0, 0)
        var first = 0
        var lastFolder: [UInt8] = []
        while first < events.count {
            let folder = events[first].key.folder
            let end = events[first...].firstIndex { $0.key.folder != folder } ?? events.count
            let shared = zip(lastFolder, folder).prefix { $0 == $1 }.count
            folders.append(count: shared)
            folders.append(counted: folder[shared...])
            folders.append(count: end - first)
            (folderCount, lastFolder) = (folderCount + 1, folder)
            for row in first..<end {
                let name = events[row].key.name
                if row == first || events[row - 1].key.name != name {
                    names.append(contentsOf: name)
                    if let folded = NameFolding.exception(name) {
                        exceptions.append(count: row - lastException)
                        exceptions.append(counted: folded)
                        (exceptionCount, lastException) = (exceptionCount + 1, row)
                    }
                }
                names.append(0)
            }
            first = end
        }
        var bytes: [UInt8] = []
        bytes.append(count: events.count)
        bytes.append(count: folderCount)
        bytes += folders
        bytes.append(counted: names)
        bytes.append(count: exceptionCount)
        return bytes + exceptions
    }

    private static func details(of events: [NameEvent]) -> [UInt8] {
        var bytes = events.map { $0.state?.kind.rawValue ?? 0 }
        var lastSnapshot: Int64 = 0
        for event in events {
            bytes.append(signed: Int64(event.snapshot) - lastSnapshot)
            lastSnapshot = Int64(event.snapshot)
        }
        let states = events.compactMap(\.state)
        for state in states where state.kind == .file { bytes.append(number: state.size) }
        var lastModified: Int64 = 0
        for state in states where state.kind != .folder {
            bytes.append(signed: state.modifiedMilliseconds &- lastModified)
            lastModified = state.modifiedMilliseconds
        }
        for state in states where state.hasContent { bytes.append(word: state.content) }
        return bytes
    }
}

extension NameState {
    fileprivate var hasContent: Bool { kind == .link || (kind == .file && size > 0) }
}

/// The names of a block as they are read again.
struct NameBlockNames: Sendable {
    let rows: Int
    /// Each folder, and the row behind its last.
    private(set) var folders: [(path: [UInt8], end: Int)] = []
    /// The names with a NUL behind each.
    let text: [UInt8]
    /// Names that searches see in a form of their own, in the order of rows.
    private(set) var exceptions: [(row: Int, folded: [UInt8])] = []

    init(decoding bytes: [UInt8]) throws(FormatError) {
        var reader = NameBytesReader(bytes)
        rows = try reader.count()
        var last: [UInt8] = []
        var end = 0
        for _ in 0..<(try reader.count()) {
            let shared = try reader.count()
            guard shared <= last.count else { throw FormatError(.malformed, "a folder of the name index is unknown") }
            last = last[..<shared] + (try reader.text())
            end += try reader.count()
            folders.append((last, end))
        }
        text = try reader.text()
        guard end == rows else { throw FormatError(.malformed, "a block of the name index lacks rows") }
        var row = 0
        for _ in 0..<(try reader.count()) {
            row += try reader.count()
            exceptions.append((row, try reader.text()))
        }
        guard reader.isAtEnd, row < max(1, rows) else {
            throw FormatError(.malformed, "a block of the name index has more than its rows")
        }
    }

    /// The keys of all rows.
    func keys() throws(FormatError) -> [NameKey] {
        var keys: [NameKey] = []
        keys.reserveCapacity(rows)
        var (place, folder) = (0, 0)
        for row in 0..<rows {
            while folder < folders.count, folders[folder].end <= row { folder += 1 }
            guard let end = text[place...].firstIndex(of: 0), folder < folders.count else { throw Self.short }
            if end == place {
                guard let same = keys.last else { throw Self.short }
                keys.append(same)
            } else {
                keys.append(NameKey(folder: folders[folder].path, name: Array(text[place..<end])))
            }
            place = end + 1
        }
        return keys
    }

    private static let short = FormatError(.malformed, "a block of the name index lacks names")
}

/// The rest of a block as it is read again: for each row, when and what.
struct NameBlockDetails: Sendable {
    private(set) var rows: [(snapshot: UInt32, state: NameState?)] = []

    init(decoding bytes: [UInt8], rows count: Int) throws(FormatError) {
        var reader = NameBytesReader(bytes)
        rows.reserveCapacity(count)
        for _ in 0..<count {
            let number = try reader.byte()
            guard number == 0 || NameState.Kind(rawValue: number) != nil else {
                throw FormatError(.malformed, "the name index has an item of kind \(number)")
            }
            rows.append((0, NameState.Kind(rawValue: number).map { NameState(kind: $0) }))
        }
        var lastSnapshot: Int64 = 0
        for row in rows.indices {
            lastSnapshot &+= try reader.signed()
            guard let number = UInt32(exactly: lastSnapshot) else {
                throw FormatError(.malformed, "the name index has a snapshot without number")
            }
            rows[row].snapshot = number
        }
        for row in rows.indices where rows[row].state?.kind == .file { rows[row].state?.size = try reader.number() }
        var lastModified: Int64 = 0
        for row in rows.indices {
            guard let kind = rows[row].state?.kind, kind != .folder else { continue }
            lastModified &+= try reader.signed()
            rows[row].state?.modifiedMilliseconds = lastModified
        }
        for row in rows.indices where rows[row].state?.hasContent == true {
            rows[row].state?.content = try reader.word()
        }
        guard reader.isAtEnd else { throw FormatError(.malformed, "a block of the name index has more than its rows") }
    }
}
