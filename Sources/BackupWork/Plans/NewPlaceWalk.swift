import BackupRepository
import FileTree
import ProtectionService

/// Writes down what a restore makes in a new place: everything that a point has, in order of the
/// paths. Holds the entries of the folders on the way to the present one, and no more.
struct NewPlaceWalk {
    private let browser: SnapshotBrowser
    private var list: ChangeList.Writer
    private(set) var figures: PlanFigures
    /// Folders whose content the repository does not give.
    private(set) var damagedFolders = 0

    init(_ browser: SnapshotBrowser, _ list: ChangeList, _ figures: PlanFigures) {
        (self.browser, self.figures) = (browser, figures)
        self.list = list.writer
    }

    /// - Throws: `RepositoryError` where the repository cannot be read, or has no root of the point.
    mutating func run() async throws {
        try await walk(try await browser.entries(of: browser.root), in: .root)
        try await list.finish()
        figures.finish()
    }

    /// A folder whose content comes later: in the order of paths `a-b` stands between `a` and `a/b`.
    private struct Waiting {
        var name: [UInt8]
        var folder: SnapshotBrowser.Folder

        var key: [UInt8] { name + [UInt8(ascii: "/")] }
    }

    private mutating func walk(_ entries: FolderEntries, in path: TreePath) async throws {
        var waiting: [Waiting] = []
        for number in 0..<entries.count {
            try Task.checkCancellation()
            let entry = entries[number]
            // Each one's name begins with that of the one before, so the last comes first.
            while let last = waiting.last, last.key.lexicographicallyPrecedes(entry.name) {
                waiting.removeLast()
                try await enter(last, in: path)
            }
            try await note(entry, at: path.appending(entry.name))
            if let folder = entry.folder { waiting.append(Waiting(name: entry.name, folder: folder)) }
        }
        for last in waiting.reversed() { try await enter(last, in: path) }
    }

    private mutating func note(_ entry: SnapshotBrowser.Entry, at path: TreePath) async throws {
        let change = PlannedChange(
            path: path, action: .create, isFolder: entry.kind == .folder, size: entry.size)
        figures.add(change)
        try await list.append(change)
    }

    private mutating func enter(_ waiting: Waiting, in path: TreePath) async throws {
        let entries: FolderEntries
        do {
            entries = try await browser.entries(of: waiting.folder)
        } catch let error as RepositoryError where error.code == .damaged {
            damagedFolders += 1
            return
        }
        try await walk(entries, in: path.appending(waiting.name))
    }
}
