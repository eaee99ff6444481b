import ResticFormat

/// Merges segments into one.
struct NameMerge {
    /// The numbers of the snapshots that are still there, ascending.
    let living: [UInt32]
    /// Whether nothing is older than what is merged.
    let isOldest: Bool

    func merge(_ readers: [NameSegmentReader], into writer: inout NameSegmentWriter) async throws {
        var sources = readers.map(NameEventSource.init)
        for number in sources.indices { try await sources[number].fill() }
        while let key = sources.compactMap({ $0.next?.key }).min() {
            try Task.checkCancellation()
            var events: [NameEvent] = []
            for number in sources.indices {
                while let event = sources[number].next, event.key == key {
                    events.append(event)
                    try await sources[number].advance()
                }
            }
            for event in kept(events) { try writer.add(event) }
        }
    }

    /// What is kept of the events of one item, which are in order: not what no snapshot has that is
    /// still there, nor what says nothing new.
    func kept(_ events: [NameEvent]) -> [NameEvent] {
        var kept: [NameEvent] = []
        for (number, event) in events.enumerated() {
            if number + 1 < events.count, !isAnyLiving(from: event.snapshot, until: events[number + 1].snapshot) {
                continue
            }
            if let last = kept.last, last.state == event.state { continue }
            if kept.isEmpty, isOldest, event.state == nil { continue }
            kept.append(event)
        }
        return kept
    }

    private func isAnyLiving(from first: UInt32, until end: UInt32) -> Bool {
        var (low, high) = (0, living.count)
        while low < high {
            let middle = (low + high) / 2
            if living[middle] < first { low = middle + 1 } else { high = middle }
        }
        return low < living.count && living[low] < end
    }
}

/// The events of a segment, block by block.
private struct NameEventSource {
    private let reader: NameSegmentReader
    private var block = 0
    private var events: [NameEvent] = []
    private var place = 0

    init(_ reader: NameSegmentReader) { self.reader = reader }

    var next: NameEvent? { place < events.count ? events[place] : nil }

    mutating func fill() async throws {
        while place == events.count, block < reader.places.count {
            (events, place) = (try await reader.events(of: block), 0)
            block += 1
        }
    }

    mutating func advance() async throws {
        place += 1
        if place == events.count { try await fill() }
    }
}
