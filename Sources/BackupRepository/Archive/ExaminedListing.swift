import FileTree

/// A listing in which the entries that could not be examined have their places among the others.
struct ExaminedListing: Sendable {
    /// Sorted by the bytes of their names. Of an entry that could not be examined only
    /// the name is true.
    private(set) var items: [Item]
    /// Why an entry could not be examined, by its name.
    private(set) var failures: [[UInt8]: TreeError] = [:]

    /// Whether the source reported no failure at all.
    let isComplete: Bool

    init(_ listing: FolderListing) {
        items = listing.items
        isComplete = listing.failures.isEmpty
        if isComplete { return }
        let names = Set(items.map(\.name))
        for failure in listing.failures where !failure.path.isRoot && !names.contains(failure.path.name) {
            let name = failure.path.name
            guard failures.updateValue(failure, forKey: name) == nil else { continue }
            items.append(
                Item(
                    name: name,
                    attributes: ItemAttributes(kind: .file, permissions: 0, modified: Timestamp(seconds: 0))))
        }
        items.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
