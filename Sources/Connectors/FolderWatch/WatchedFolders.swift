import Foundation

/// What is watched for which source, and how much happened there.
struct WatchedFolders {
    /// A source all folders of which are watched.
    struct Armed {
        /// Grows from one to the next.
        let serial: UInt64
        let root: Identity
        let since: Date
        /// How many events the source had had when the reading began.
        let events: UInt64
    }

    private struct Source {
        var events: UInt64 = 0
        var armed: Armed?
        var watches: Set<Int32> = []
        /// Until when it is not tried again to watch the source.
        var refusedUntil: Date?
    }

    private var sources: [SourceID: Source] = [:]
    private var owners: [Int32: SourceID] = [:]
    private var serial: UInt64 = 0
    /// Grows when events may be missing, or folders may hold something else without any.
    private(set) var epoch: UInt64 = 0

    /// How many folders are watched.
    var count: Int { owners.count }

    func events(of source: SourceID) -> UInt64 { sources[source]?.events ?? 0 }

    /// What is known of a source that was read whole and has not changed since.
    func unchanged(_ source: SourceID) -> Armed? {
        guard let state = sources[source], let armed = state.armed, armed.events == state.events else { return nil }
        return armed
    }

    func isRefused(_ source: SourceID, at now: Date) -> Bool {
        sources[source]?.refusedUntil.map { now < $0 } ?? false
    }

    /// Takes over a watch. Two sources that hold the same folder take it from each other, and each
    /// is then read every time.
    mutating func own(_ watch: Int32, by source: SourceID) {
        guard let former = owners.updateValue(source, forKey: watch), former != source else { return }
        sources[former]?.events += 1
        sources[former]?.watches.remove(watch)
    }

    mutating func note(_ event: EventQueue.Event) {
        switch event {
        case .changed(let watch):
            if let source = owners[watch] { sources[source]?.events += 1 }
        case .ended(let watch):
            guard let source = owners.removeValue(forKey: watch) else { return }
            sources[source]?.events += 1
            sources[source]?.watches.remove(watch)
        case .overflow: distrust()
        }
    }

    /// Everything is read again.
    mutating func distrust() {
        epoch += 1
        for source in sources.keys { sources[source]?.armed = nil }
    }

    /// Prepares to watch a source.
    mutating func begin(_ source: SourceID) { sources[source, default: Source()].refusedUntil = nil }

    /// A source was read whole, all its folders were watched while they were.
    /// - Returns: the watches of folders that it no longer has.
    mutating func arm(
        _ source: SourceID, root: Identity, events: UInt64, watches: Set<Int32>, at now: Date
    ) -> (armed: Armed, superfluous: [Int32]) {
        serial += 1
        let armed = Armed(serial: serial, root: root, since: now, events: events)
        let superfluous = (sources[source]?.watches ?? []).subtracting(watches)
        for watch in superfluous { owners[watch] = nil }
        sources[source]?.armed = armed
        sources[source]?.watches = watches.filter { owners[$0] == source }
        return (armed, Array(superfluous))
    }

    /// A source cannot be watched.
    /// - Returns: its watches.
    mutating func release(_ source: SourceID, _ more: Set<Int32>, until: Date?) -> [Int32] {
        let own = (sources[source]?.watches ?? []).union(more).filter { owners[$0] == source }
        for watch in own { owners[watch] = nil }
        sources[source]?.watches = []
        sources[source]?.armed = nil
        sources[source]?.refusedUntil = until
        return Array(own)
    }

    /// The sources that were last read before a moment.
    func sources(readBefore moment: Date) -> [SourceID] {
        sources.filter { $0.value.armed.map { $0.since < moment } ?? false }.map(\.key)
    }
}
