import FileTree

extension RestorePlan {
    /// Failures with what was to be done with their items.
    func naming(_ failures: [ItemFailure]) -> [ItemFailure] {
        guard !failures.isEmpty else { return failures }
        let actions = actions(at: Set(failures.map(\.path)))
        return failures.map { failure in
            var failure = failure
            failure.action = failure.action ?? actions[failure.path]
            return failure
        }
    }

    /// What the plan does at some paths; none for those that it does not touch. Goes through the whole
    /// plan, but makes paths of files only in the folders that are asked for.
    private func actions(at paths: Set<TreePath>) -> [TreePath: PlannedChange.Action] {
        var actions: [TreePath: PlannedChange.Action] = [:]
        func note(_ path: TreePath, _ action: PlannedChange.Action) {
            if paths.contains(path) { actions[path] = action }
        }
        let removed = Set(obstacles + removals)
        for path in paths where removed.contains(path) || path.ancestors.contains(where: removed.contains) {
            actions[path] = .delete
        }
        for folder in folders where folder.action != .keep {
            note(folder.path, folder.action == .create ? .create : .attributes)
        }
        for fix in fixes { note(fix.path, .attributes) }
        let holders = Set(paths.map(\.parent))
        let holding = Set(folders.indices.filter { holders.contains(folders[$0].path) }.map { UInt32($0) })
        for file in files where holding.contains(file.folder) {
            note(path(of: file), file.present == .none ? .create : .overwrite)
        }
        for item in others { note(item.path, item.replaces ? .overwrite : .create) }
        for link in links { note(link.path, .create) }
        for move in moves {
            note(move.source, .rename)
            note(move.target, .rename)
        }
        return actions
    }
}
