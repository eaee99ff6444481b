import ResticFormat
package import Texts

/// What an index tells of one item: its events in order.
package struct NameHistory: Sendable {
    package var key: NameKey
    var events: [NameEvent]

    /// A time in which an item was the same: from one snapshot on, and until another one.
    package struct Span: Sendable, Hashable {
        package var state: NameState
        /// The number of the first snapshot that may have it.
        package var from: UInt32
        /// The number of the first that has it no more; nil where the last one has it.
        package var until: UInt32?
    }

    /// The state that a snapshot has; nil where it does not have the item.
    /// - Parameter snapshot: its number.
    package func span(at snapshot: UInt32) -> Span? {
        let spans = spans
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].from <= snapshot { low = middle + 1 } else { high = middle }
        }
        guard low > 0, spans[low - 1].until.map({ snapshot < $0 }) ?? true else { return nil }
        return spans[low - 1]
    }

    /// The states of the item, in order.
    package var spans: [Span] {
        var spans: [Span] = []
        var isOpen = false
        for event in events {
            if isOpen {
                if spans.last?.state == event.state { continue }
                spans[spans.count - 1].until = event.snapshot
            }
            isOpen = event.state != nil
            if let state = event.state { spans.append(Span(state: state, from: event.snapshot)) }
        }
        return spans
    }
}

/// Finds the items whose names a query finds, in the order of their keys.
///
/// A search reads the names of all blocks, of several groups at once, and the details only of the
/// blocks that have what it looks for. It holds a few groups in memory, however long the index is.
package struct NameSearch {
    private var cursors: [NameSearchCursor]

    /// - Parameter key: begins behind it; nil begins with the first.
    /// - Parameter width: how many groups are looked through at once.
    package init(_ index: NameIndex, _ query: NameQuery, after key: NameKey? = nil, width: Int) async throws {
        cursors = []
        for segment in index.head.segments {
            let reader = try await index.reader(of: segment)
            cursors.append(NameSearchCursor(reader, query, after: key, width: width))
        }
        let isFound: (NameEvent) -> Bool = { event in
            query.finds(folded: NameFolding.folded(event.key.name)) && key.map { $0 < event.key } ?? true
        }
        cursors.append(NameSearchCursor(index.head.tail.filter(isFound)))
    }

    /// The next item; nil behind the last.
    /// - Throws: `RepositoryError`: `damaged` also where the index was changed meanwhile, `storage`.
    package mutating func next() async throws -> NameHistory? {
        for number in cursors.indices { try await cursors[number].fill() }
        guard let key = cursors.compactMap({ $0.next?.key }).min() else { return nil }
        var events: [NameEvent] = []
        for number in cursors.indices {
            while let event = cursors[number].next, event.key == key {
                events.append(event)
                cursors[number].advance()
                try await cursors[number].fill()
            }
        }
        return NameHistory(key: key, events: events)
    }
}

/// What a search finds in one segment.
private struct NameSearchCursor {
    private let source: (reader: NameSegmentReader, query: NameQuery)?
    private let after: NameKey?
    private let width: Int
    private var block = 0
    private var found: [NameEvent]
    private var place = 0

    init(_ reader: NameSegmentReader, _ query: NameQuery, after: NameKey?, width: Int) {
        source = (reader, query)
        (self.after, self.width, found) = (after, width, [])
        if let after { block = reader.block(of: after) }
    }

    init(_ found: [NameEvent]) {
        (source, after, width, self.found) = (nil, nil, 1, found)
    }

    var next: NameEvent? { place < found.count ? found[place] : nil }

    mutating func advance() { place += 1 }

    /// Looks through further groups, until something is found or nothing is left.
    mutating func fill() async throws {
        guard let source else { return }
        while place == found.count, block < source.reader.places.count {
            try Task.checkCancellation()
            var windows: [Range<Int>] = []
            while windows.count < width, block < source.reader.places.count {
                let end = (block / NameSegment.blocksPerGroup + 1) * NameSegment.blocksPerGroup
                windows.append(block..<min(end, source.reader.places.count))
                block = min(end, source.reader.places.count)
            }
            found = try await Self.look(through: windows, source.reader, source.query)
            if let after { found.removeAll { !(after < $0.key) } }
            place = 0
        }
    }

    private static func look(
        through windows: [Range<Int>], _ reader: NameSegmentReader, _ query: NameQuery
    ) async throws -> [NameEvent] {
        try await withThrowingTaskGroup(of: (Int, [NameEvent]).self) { group in
            for (number, window) in windows.enumerated() {
                group.addTask { (number, try await reader.events(in: window, query)) }
            }
            var found = Array(repeating: [NameEvent](), count: windows.count)
            for try await (number, events) in group { found[number] = events }
            return Array(found.joined())
        }
    }
}

extension NameSegmentReader {
    /// The events of items that a query finds.
    fileprivate func events(in blocks: Range<Int>, _ query: NameQuery) async throws -> [NameEvent] {
        var events: [NameEvent] = []
        for (number, names) in zip(blocks, try await names(of: blocks)) {
            let rows = names.rows(foundBy: query)
            guard !rows.isEmpty else { continue }
            let details = try await details(of: number).rows
            let keys = try Repository.decoding(segment.object, names.keys(ofRows: rows))
            for (row, key) in zip(rows, keys) {
                events.append(NameEvent(key: key, snapshot: details[row].snapshot, state: details[row].state))
            }
        }
        return events
    }
}

extension NameIndex {
    /// What the index tells of the item with a key.
    /// - Throws: `RepositoryError`: `damaged` also where the index was changed meanwhile, `storage`.
    package func history(of key: NameKey) async throws -> NameHistory {
        var events: [NameEvent] = []
        for segment in head.segments {
            let reader = try await reader(of: segment)
            var block = reader.block(of: key)
            while block < reader.places.count, !(key < reader.places[block].first) {
                events += try await reader.events(of: block).filter { $0.key == key }
                block += 1
            }
        }
        return NameHistory(key: key, events: events + head.tail.filter { $0.key == key })
    }
}
