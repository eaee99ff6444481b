package import BackupRepository
import FileTree

/// What of a plan made now was shown to whoever started it.
///
/// A change that was shown is made as it was shown or not at all. One that was not shown concerns an
/// item that changed since, and that item stays as it is.
package struct ApprovedChanges: Sendable {
    /// Items that changed since and were not in the plan: they stay.
    package private(set) var spared: [PlannedChange] = []
    /// Items of the plan that are not any more as it shows them.
    package private(set) var outdated: [PlannedChange] = []

    /// Compares two lists in order of their paths.
    package init(shown: [PlannedChange], now: [PlannedChange]) {
        var known: [TreePath: [PlannedChange]] = [:]
        for change in shown { known[change.path, default: []].append(change) }
        for change in now {
            // Folders that change get their own times back; that follows from the rest.
            if change.action == .attributes, change.isFolder { continue }
            guard let before = known[change.path] else {
                spared.append(change)
                continue
            }
            if !before.contains(where: { Self.isSame($0, change) }) { outdated.append(change) }
        }
    }

    private static func isSame(_ shown: PlannedChange, _ now: PlannedChange) -> Bool {
        // What a run before a crash has written needs nothing more than attributes.
        if now.action == .attributes, shown.action != .delete { return true }
        guard shown.action == now.action, shown.fromPath == now.fromPath, shown.size == now.size else { return false }
        // A folder changes with what is in it, and that is compared by itself.
        if shown.isFolder, now.isFolder { return true }
        return shown.presentSize == now.presentSize && shown.presentModified == now.presentModified
    }
}
