import FileTree
import ResticFormat

/// Where events of one snapshot go, in order: the first of them stay in memory, and from a number on
/// all go into a segment.
struct NameEventSink {
    /// More names than any drive has. A tree can claim any number of them with a few bytes, by naming
    /// one folder in many.
    static let maximumEvents = 200_000_000

    private(set) var events: [NameEvent] = []
    private(set) var writer: NameSegmentWriter?
    private var count = 0
    private let memoryEvents: Int
    private let makeWriter: () async throws -> NameSegmentWriter

    /// - Parameter memoryEvents: how many stay in memory.
    init(memoryEvents: Int, makeWriter: @escaping () async throws -> NameSegmentWriter) {
        (self.memoryEvents, self.makeWriter) = (memoryEvents, makeWriter)
    }

    mutating func add(_ event: NameEvent) async throws {
        count += 1
        guard count <= Self.maximumEvents else {
            throw RepositoryError(.damaged, "the snapshot claims to hold more than \(Self.maximumEvents) names")
        }
        if writer == nil {
            events.append(event)
            guard events.count >= memoryEvents else { return }
            var writer = try await makeWriter()
            for event in events { try writer.add(event) }
            (self.writer, events) = (writer, [])
        } else {
            try writer?.add(event)
        }
    }
}

/// Tells the differences between two trees as events. It reads what differs, and nothing else.
struct NameWalk {
    /// A longer path has names that no program can ask for; what is deeper is left out.
    static let maximumFolderBytes = 16 << 10

    private struct Folder {
        var path: [UInt8]
        var old: ObjectID?
        var new: ObjectID?
    }

    private struct Entry {
        var name: [UInt8]
        var state: NameState
        var tree: ObjectID?
    }

    let trees: TreeReader
    /// The number of the snapshot with the new tree.
    let snapshot: UInt32

    func tell(from old: ObjectID?, to new: ObjectID, _ sink: inout NameEventSink) async throws {
        var waiting = [Folder(path: [], old: old, new: new)]
        while let folder = waiting.popLast() {
            try Task.checkCancellation()
            waiting += try await below(folder, &sink).reversed()
        }
    }

    /// Tells the differences directly in a folder, and returns the folders in it that differ.
    private func below(_ folder: Folder, _ sink: inout NameEventSink) async throws -> [Folder] {
        let (old, new) = (try await entries(of: folder.old), try await entries(of: folder.new))
        var (left, right) = (0, 0)
        var below: [Folder] = []
        while left < old.count || right < new.count {
            let (before, after) = Self.pair(old[left...].first, new[right...].first)
            if before != nil { left += 1 }
            if after != nil { right += 1 }
            guard let name = (after ?? before)?.name else { continue }
            if before?.state != after?.state {
                try await sink.add(
                    NameEvent(
                        key: NameKey(folder: folder.path, name: name), snapshot: snapshot, state: after?.state))
            }
            guard before?.tree != after?.tree else { continue }
            let path = folder.path + (folder.path.isEmpty ? [] : [0]) + name
            guard path.count <= Self.maximumFolderBytes else { continue }
            below.append(Folder(path: path, old: before?.tree, new: after?.tree))
        }
        return below
    }

    /// Two entries of one name, or the one that comes first.
    private static func pair(_ left: Entry?, _ right: Entry?) -> (Entry?, Entry?) {
        guard let left, let right, left.name != right.name else { return (left, right) }
        return left.name.lexicographicallyPrecedes(right.name) ? (left, nil) : (nil, right)
    }

    /// The entries of a tree in order. Impossible names, what only names an item that could not be
    /// read, and the second of two with one name are left out.
    private func entries(of tree: ObjectID?) async throws -> [Entry] {
        guard let tree else { return [] }
        var entries: [Entry] = []
        try await trees.visit(tree) { node in
            guard TreePath.isValidName(node.name), !node.isNameOnly else { return }
            entries.append(
                Entry(name: node.name, state: NameState(node), tree: node.type == .dir ? node.subtree : nil))
        }
        return Self.sorted(entries)
    }

    private static func sorted(_ entries: [Entry]) -> [Entry] {
        func precedes(_ left: Entry, _ right: Entry) -> Bool { left.name.lexicographicallyPrecedes(right.name) }
        if zip(entries, entries.dropFirst()).allSatisfy(precedes) { return entries }
        let sorted = entries.enumerated().sorted { left, right in
            left.element.name == right.element.name
                ? left.offset < right.offset : precedes(left.element, right.element)
        }.map(\.element)
        return sorted.enumerated().filter { $0.offset == 0 || sorted[$0.offset - 1].name != $0.element.name }
            .map(\.element)
    }
}
