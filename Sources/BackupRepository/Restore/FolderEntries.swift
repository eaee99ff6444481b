import FileTree
import ResticFormat

/// The entries of one folder of a snapshot in the order of their names, kept so compactly that a
/// folder of a million can stay in memory: 41 bytes and its name for each.
public final class FolderEntries: Sendable {
    private struct Record: Sendable {
        var size: UInt64
        var seconds: Int64
        var nanoseconds: UInt32
        /// The position in `trees`, or -1.
        var tree: Int32
        var kind: ItemKind
    }

    private let names: [UInt8]
    /// Where each name begins in `names`, and where the last one ends.
    private let starts: [Int]
    private let records: [Record]
    private let trees: [ObjectID]

    /// Entries with impossible names are left out, and so are those that only name an item that
    /// could not be read, and the second of two with one name.
    init(_ nodes: (_ body: (Node) -> Void) async throws -> Void) async rethrows {
        var (names, starts, records, trees): ([UInt8], [Int], [Record], [ObjectID]) = ([], [0], [], [])
        try await nodes { node in
            guard TreePath.isValidName(node.name), !node.isNameOnly else { return }
            names.append(contentsOf: node.name)
            starts.append(names.count)
            let subtree = node.type == .dir ? node.subtree : nil
            let modified = Timestamp(node.mtime)
            records.append(
                Record(
                    size: node.type == .file ? node.size : 0, seconds: modified.seconds,
                    nanoseconds: modified.nanoseconds,
                    tree: subtree == nil ? -1 : Int32(trees.count), kind: node.type.kind))
            if let subtree { trees.append(subtree) }
        }
        (self.trees, self.names, self.starts, self.records) = (trees, names, starts, records)
    }

    /// In the order of names, as writers make them; the trees of others may need it.
    func sorted() -> FolderEntries {
        let isSorted = (1..<max(1, count)).allSatisfy { name(at: $0 - 1).lexicographicallyPrecedes(name(at: $0)) }
        if isSorted { return self }
        return FolderEntries(
            self,
            order: (0..<count).sorted { left, right in
                let (first, second) = (name(at: left), name(at: right))
                return first.lexicographicallyPrecedes(second) || (first.elementsEqual(second) && left < right)
            })
    }

    private init(_ entries: FolderEntries, order: [Int]) {
        var (names, starts, records): ([UInt8], [Int], [Record]) = ([], [0], [])
        for number in order {
            let name = entries.name(at: number)
            if let last = starts.dropLast().last, names[last...].elementsEqual(name) { continue }
            names.append(contentsOf: name)
            starts.append(names.count)
            records.append(entries.records[number])
        }
        (self.names, self.starts, self.records, trees) = (names, starts, records, entries.trees)
    }

    /// How many there are.
    public var count: Int { records.count }

    /// How much memory they take, in bytes.
    var sizeBytes: Int {
        names.count + starts.count * MemoryLayout<Int>.stride + records.count * MemoryLayout<Record>.stride + trees
            .count * 32
    }

    private func name(at number: Int) -> ArraySlice<UInt8> { names[starts[number]..<starts[number + 1]] }

    /// The entry with a number from 0 to `count - 1`.
    public subscript(number: Int) -> SnapshotBrowser.Entry {
        let record = records[number]
        return SnapshotBrowser.Entry(
            name: Array(name(at: number)), kind: record.kind, size: record.size,
            modified: Timestamp(seconds: record.seconds, nanoseconds: record.nanoseconds),
            folder: record.tree < 0 ? nil : SnapshotBrowser.Folder(tree: trees[Int(record.tree)]))
    }

    /// How many entries come before a name.
    public func count(before name: [UInt8]) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self.name(at: middle).lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The entry of a name.
    public subscript(name name: [UInt8]) -> SnapshotBrowser.Entry? {
        let number = count(before: name)
        return number < count && self.name(at: number).elementsEqual(name) ? self[number] : nil
    }
}
