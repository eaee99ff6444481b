import FileTree

/// Is told of each folder of a tree that is listed.
protocol FolderObserver: Sendable {
    /// Called before the first entry is read.
    func willList(_ folder: Descriptor)

    /// Called with all entries.
    func listed(_ items: [Item])
}
