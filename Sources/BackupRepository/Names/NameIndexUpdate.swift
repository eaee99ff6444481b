package import ObjectStorage
import ResticFormat

/// How much of a name index is in memory at once.
package struct NameIndexLimits: Sendable {
    /// Events that a head holds before they become a segment.
    package var tailEvents = 2048
    /// Events of a block.
    package var blockEvents = 2048
    /// A block ends with the name that reaches this many bytes.
    package var blockNameBytes = 96 << 10

    package static let standard = NameIndexLimits()
}

/// Adds snapshots to a name index, or begins one.
///
/// Nothing of it counts before `commit`. Of two that begin with the same index one wins.
package struct NameIndexUpdate {
    private let repository: Repository
    private let store: any ObjectStore
    private let codec: NameCodec
    private let trees: TreeReader
    private let limits: NameIndexLimits
    private var head: NameHead
    private var segmentsMade = 0
    private var present: Set<String>?

    /// - Parameter index: what is there; nil to begin with nothing.
    /// - Parameter store: where the index lies.
    package init(
        _ index: NameIndex?, of repository: Repository, in store: any ObjectStore, limits: NameIndexLimits = .standard
    ) async throws {
        (self.repository, self.store, self.limits) = (repository, store, limits)
        codec = try index?.codec ?? NameCodec(repository.masterKey)
        trees = TreeReader(repository: repository, index: try await repository.index(skippingDamaged: true))
        if let index {
            head = index.head
            head.generation += 1
        } else {
            // What cannot be used any more has a number all the same.
            let heads = try await Repository.storing(await store.list(prefix: NameHead.folder))
            head = NameHead(generation: (heads.compactMap { NameHead.generation(ofHead: $0.name) }.max() ?? 0) + 1)
        }
    }

    /// Adds the snapshot that was made after all others. One whose trees cannot be read is noted,
    /// and nothing is known of what it holds.
    /// - Returns: whether they could be read.
    /// - Throws: `RepositoryError`; `damaged` where the index itself is.
    @discardableResult
    package mutating func add(_ snapshot: SnapshotInfo) async throws -> Bool {
        guard let object = ObjectID(hex: snapshot.id) else {
            throw RepositoryError(.snapshotNotFound, "'\(snapshot.id)' is not the ID of a snapshot")
        }
        let isReadable = try await add(try? repository.treeID(of: snapshot), head.nextNumber)
        head.snapshots.append(NameSnapshot(number: head.nextNumber, object: object, isReadable: isReadable))
        head.nextNumber += 1
        return isReadable
    }

    /// - Returns: whether the tree could be read.
    private mutating func add(_ tree: ObjectID?, _ number: UInt32) async throws -> Bool {
        guard let tree else { return false }
        guard tree != head.tree else { return true }
        segmentsMade += 1
        let (object, store, codec, limits) = (head.segmentName(segmentsMade, random: random()), store, codec, limits)
        var sink = NameEventSink(memoryEvents: limits.tailEvents) {
            try await NameSegmentWriter(object, in: store, codec, limits)
        }
        do {
            try await NameWalk(trees: trees, snapshot: number).tell(from: head.tree, to: tree, &sink)
        } catch let error as RepositoryError where error.code == .damaged {
            return false
        }
        try await take(sink)
        head.tree = tree
        return true
    }

    private mutating func take(_ sink: NameEventSink) async throws {
        if var writer = sink.writer {
            try await endTail()
            head.segments.append(try await writer.finish())
            return try await compact()
        }
        head.tail = (head.tail + sink.events).sorted(by: NameEvent.precedes)
        guard head.tail.count >= limits.tailEvents else { return }
        try await endTail()
        try await compact()
    }

    private func random() -> [UInt8] { repository.environment.randomBytes(4) }

    private mutating func makeWriter() async throws -> NameSegmentWriter {
        segmentsMade += 1
        return try await NameSegmentWriter(head.segmentName(segmentsMade, random: random()), in: store, codec, limits)
    }

    /// Makes a segment of the events in the head.
    private mutating func endTail() async throws {
        guard !head.tail.isEmpty else { return }
        var writer = try await makeWriter()
        for event in head.tail { try writer.add(event) }
        head.segments.append(try await writer.finish())
        head.tail = []
    }

    /// Merges the newest segments, as long as the one before is not three times as long as they are
    /// together. So there are few, and an event is rewritten as often as its number has digits.
    private mutating func compact() async throws {
        var first = head.segments.count - 1
        guard var rows = head.segments.last?.rows else { return }
        while first > 0, head.segments[first - 1].rows < 3 * rows {
            first -= 1
            rows += head.segments[first].rows
        }
        guard first < head.segments.count - 1 else { return }
        try await forgetSnapshots()
        var readers: [NameSegmentReader] = []
        for segment in head.segments[first...] {
            readers.append(try await NameSegmentReader(segment, in: store, codec))
        }
        var writer = try await makeWriter()
        let living = head.snapshots.filter(\.isReadable).map(\.number) + [head.nextNumber]
        try await NameMerge(living: living, isOldest: first == 0).merge(readers, into: &writer)
        head.segments.removeSubrange(first...)
        if !writer.isEmpty { head.segments.append(try await writer.finish()) }
    }

    /// Leaves out the snapshots that are gone.
    private mutating func forgetSnapshots() async throws {
        let present: Set<String>
        if let known = self.present { present = known } else { present = Set(try await repository.snapshotIDs()) }
        self.present = present
        let last = head.snapshots.last
        head.snapshots.removeAll { $0 != last && !present.contains($0.id) }
    }

    /// Puts the new state in place of the old one, and removes what that left.
    /// - Returns: nil where another update was committed first; nothing has changed then.
    package func commit() async throws -> NameIndex? {
        let sealed = try head.encode(codec)
        guard try await Repository.storing(await store.create(head.object, sealed)) else { return nil }
        // What cannot be removed now is removed by the next one.
        try? await removeLeftovers()
        return NameIndex(head: head, store: store, codec: codec)
    }

    /// Removes older heads, and segments that came with this head or before and are not in it. What
    /// another update prepares bears a greater number.
    private func removeLeftovers() async throws {
        let used = Set(head.segments.map(\.object))
        for object in try await store.list(prefix: NameHead.folder).map(\.name) where !used.contains(object) {
            if let generation = NameHead.generation(ofHead: object) {
                if generation < head.generation { try await store.delete(object) }
            } else if let generation = NameHead.generation(ofSegment: object), generation <= head.generation {
                try await store.delete(object)
            }
        }
    }
}
