import FileTree
import ResticFormat

/// An entry of a folder that has to be looked at.
struct Candidate: Sendable {
    /// Its place in the piece of the folder that is in hand, from 0.
    var number: Int
    var path: TreePath
    var item: Item
    /// The entry of that name in the parent snapshot.
    var previous: Node?
    /// For a folder: the number of its record in what the last run saw.
    var known: Int?
    /// For a folder that was archived already: what came of it.
    var outcome: FolderOutcome?
    /// Whether the attributes are the item's; otherwise nothing is known of it but its name.
    var isExamined = true

    var kind: ItemKind? { isExamined ? item.attributes.kind : nil }
}

/// What is to be done for a piece of a folder.
struct FolderWork {
    /// One for each entry of the piece; those that equal the parent snapshot's are filled in.
    var entries: [ArchivedEntry]
    /// Small files, links and special items, by the dozen.
    private(set) var batches: [[Candidate]] = []
    private(set) var large: [Candidate] = []
    private(set) var folders: [Candidate] = []
    /// Those that could not be examined.
    private(set) var failed: [(candidate: Candidate, error: TreeError)] = []
    /// How many files equal the parent snapshot's, and their content bytes.
    private(set) var unmodified = (files: UInt64(0), bytes: UInt64(0))
    private var batchBytes: UInt64 = 0

    static let batchFiles = 64
    static let batchLimitBytes: UInt64 = 1 << 20

    init(count: Int) { entries = Array(repeating: ArchivedEntry(), count: count) }

    var isEmpty: Bool { batches.isEmpty && large.isEmpty && folders.isEmpty && failed.isEmpty }

    mutating func keep(_ node: Node, as number: Int) {
        entries[number] = ArchivedEntry(node: node, isSame: true)
        guard node.type == .file else { return }
        unmodified.files += 1
        unmodified.bytes += node.size
    }

    mutating func add(_ candidate: Candidate, failed error: TreeError) { failed.append((candidate, error)) }

    mutating func add(_ candidate: Candidate) {
        let attributes = candidate.item.attributes
        if attributes.kind == .folder {
            folders.append(candidate)
        } else if attributes.kind == .file, attributes.size > UInt64(Chunker.minimumLength) {
            large.append(candidate)
        } else {
            addSmall(candidate)
        }
    }

    private mutating func addSmall(_ candidate: Candidate) {
        if batches.isEmpty || batches[batches.count - 1].count == Self.batchFiles || batchBytes > Self.batchLimitBytes {
            batches.append([])
            batchBytes = 0
        }
        batches[batches.count - 1].append(candidate)
        batchBytes += candidate.item.attributes.size
    }
}

/// Sorts the entries of a folder, piece by piece from the first on, into those that equal the
/// parent snapshot's and those to work on.
struct FolderSorter {
    let listing: ExaminedListing
    let path: TreePath
    /// What came of the folders in it that were archived already, by their numbers in the listing.
    let outcomes: [Int: FolderOutcome]
    var matcher: NodeMatcher

    /// - Parameter hasContent: whether all of a file's blobs are stored.
    mutating func sort(_ piece: Range<Int>, hasContent: (Node) -> Bool) -> FolderWork {
        var work = FolderWork(count: piece.count)
        for (number, item) in listing.items[piece].enumerated() {
            let previous = matcher.next(item.name)
            let failure = listing.failures[item.name]
            if failure == nil, let previous, isUnchanged(item, previous), hasContent(previous) {
                work.keep(previous, as: number)
                continue
            }
            // Most items of most runs are unchanged: only for the others is a path put together.
            var candidate = Candidate(
                number: number, path: path.appending(item.name), item: item, previous: previous)
            if let failure {
                candidate.isExamined = false
                candidate.known = matcher.record
                work.add(candidate, failed: failure)
                continue
            }
            if item.attributes.kind == .folder {
                candidate.known = matcher.record
                candidate.outcome = outcomes[piece.lowerBound + number]
            }
            work.add(candidate)
        }
        return work
    }

    /// Folders are never taken over unseen: what is in them may have changed.
    private func isUnchanged(_ item: Item, _ previous: Node) -> Bool {
        item.attributes.kind != .folder && previous.isUnchanged(item.attributes) && !previous.isMarked
    }
}
