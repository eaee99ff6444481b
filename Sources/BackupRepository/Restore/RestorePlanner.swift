import Concurrency
import FileTree
import ResticFormat
import Synchronization

/// Walks a snapshot and a destination side by side and notes what differs.
final class RestorePlanner: Sendable {
    struct State: Sendable {
        var plan: RestorePlan
        /// Files with several names, in the snapshot or in the destination, by what makes their
        /// names one file in the snapshot.
        var linked: [LinkKey: [LinkMember]] = [:]
        /// How many names of a present file the plan knows: each is given to a
        /// group, replaced or removed.
        var knownNames: [FileIdentity: UInt64] = [:]
        /// Files that the snapshot has and the destination has not, by recorded inode number: they
        /// may have been renamed.
        var missing: [UInt64: [Int]] = [:]
        /// Items that only the destination has, with all that is in them.
        var extra: [ExtraItem] = []
        /// What stands where the snapshot has something else.
        var replaced: [ExtraItem] = []
        /// How many names each present file has that the plan knows a name of.
        var presentLinks: [FileIdentity: UInt64] = [:]
        /// Whether folders were passed over because both snapshots have the same tree of them.
        var hasSkipped = false
        private var attributeNumbers: [PlannedAttributes: UInt32] = [:]

        init(plan: RestorePlan) { self.plan = plan }

        /// The number of attributes in the plan, noted there if they are new.
        mutating func number(of attributes: PlannedAttributes) -> UInt32 {
            if let number = attributeNumbers[attributes] { return number }
            let number = UInt32(plan.attributes.count)
            plan.attributes.append(attributes)
            attributeNumbers[attributes] = number
            return number
        }
    }

    /// Longer names are no names of any source: a library takes 255 characters (765 bytes). What a
    /// destination takes is its own to say.
    private static let maximumNameBytes = Int(UInt16.max)

    let trees: TreeReader
    let destination: any WritableTree
    let options: RestoreOptions
    let mode: RestoreMode
    let index: BlobIndex
    let scope: RestoreScope
    /// The root tree of the snapshot that is known to equal the destination.
    let known: ObjectID?
    /// Whether folders of equal trees are passed over.
    private let skipsEqual: Bool
    /// Paths at which the present item stays, as an earlier plan found out.
    private let kept: Set<TreePath>
    let state: Mutex<State>
    private let forks: AsyncSemaphore?

    /// `known` is the root tree of a snapshot that is known to equal the destination. `skipsEqual` says
    /// whether folders of the same tree in both snapshots are passed over.
    init(
        trees: TreeReader, plan: RestorePlan, options: RestoreOptions, scope: RestoreScope = .everything,
        known: ObjectID? = nil, skipsEqual: Bool = true
    ) {
        self.trees = trees
        self.known = known
        self.skipsEqual = skipsEqual
        self.scope = scope
        self.options = options
        destination = plan.destination
        mode = plan.mode
        kept = plan.moved.kept
        index = plan.index
        state = Mutex(State(plan: plan))
        forks = options.width > 1 ? AsyncSemaphore(permits: options.width - 1) : nil
    }

    func run(root: ObjectID) async throws -> RestorePlan {
        state.withLock { $0.plan.folders.append(PlannedFolder(path: .root, action: .keep, attributes: nil)) }
        if skips(root, known) { return try await finish() }
        let place = PlannedPlace(number: 0, path: .root, exists: true, scope: scope, recorded: known)
        try await planFolder(try await trees.read(root), at: place)
        return try await finish()
    }

    /// Whether a folder need not be looked at, because it stands there as the snapshot has it.
    private func skips(_ tree: ObjectID?, _ recorded: ObjectID?) -> Bool {
        guard skipsEqual, scope.isEverything, let recorded, tree == recorded else { return false }
        state.withLock { $0.hasSkipped = true }
        return true
    }

    /// What can be decided only when everything was compared.
    func finish() async throws -> RestorePlan {
        try await findReplacedUnread()
        keepMovedUnread()
        try planRenames()
        planLinks()
        return state.withLock { state in
            state.plan.obstacles.sort()
            state.plan.removals.sort()
            state.plan.failures.sort { $0.path < $1.path }
            state.plan.unread.sort { $0.path < $1.path }
            state.plan.leftAlone.sort()
            return state.plan
        }
    }

    /// Compares the entries of one folder, then those beneath it.
    private func planFolder(_ tree: Tree, at place: PlannedPlace) async throws {
        try Task.checkCancellation()
        let (path, scope) = (place.path, place.scope)
        let present = place.exists ? try await list(path, recorded: place.recorded) : []
        var position = 0
        var subfolders: [Subfolder] = []
        var extras: [PresentItem] = []
        // A hostile or foreign tree may not be sorted, or hold a name twice; then names are looked
        // for, and not walked along.
        let isSorted = tree.isSorted
        let byName = isSorted ? [:] : Dictionary(present.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var names = Set<[UInt8]>()
        for node in tree.nodes {
            let isPossible = TreePath.isValidName(node.name) && node.name.count <= Self.maximumNameBytes
            guard isPossible, isSorted || names.insert(node.name).inserted else {
                record(
                    ItemFailure(
                        path: path, code: "damaged",
                        message: "the snapshot holds an entry with an impossible or repeated name; it was left out"))
                continue
            }
            let item = isSorted ? next(node.name, in: present, &position, &extras) : byName[node.name]
            let entry = path.appending(node.name)
            if let refusal = destination.refusal(ofName: entry) {
                record(ItemFailure(refusal))
                continue
            }
            let relation = scope.relation(of: entry)
            guard relation != .outside,
                var subfolder = try await planEntry(
                    node, folder: place.number, path: entry, item: item, isUnread: place.isUnread)
            else { continue }
            subfolder.place.scope = relation == .inside || !subfolder.place.exists ? .everything : scope
            subfolders.append(subfolder)
        }
        extras += isSorted ? Array(present[position...]) : present.filter { !names.contains($0.name) }
        let inScope = extras.filter { scope.relation(of: path.appending($0.name)) != .outside }
        try await planExtras(inScope, in: place)
        try await descend(subfolders)
    }

    /// The present item of a name. Names come in ascending order; items that are passed on the way
    /// are not in the snapshot and join `extras`.
    private func next(
        _ name: [UInt8], in present: [PresentItem], _ position: inout Int, _ extras: inout [PresentItem]
    ) -> PresentItem? {
        while position < present.count, present[position].name.lexicographicallyPrecedes(name) {
            extras.append(present[position])
            position += 1
        }
        guard position < present.count, present[position].name == name else { return nil }
        defer { position += 1 }
        return present[position]
    }

    /// Where a folder of the snapshot goes.
    struct PlannedPlace: Sendable {
        /// The number of the folder in the plan.
        var number: UInt32
        var path: TreePath
        var exists: Bool
        var scope = RestoreScope.everything
        /// Whether it could not be listed when the snapshot was taken, or one above it.
        var isUnread = false
        /// The tree of what stands there in the snapshot that is known to equal the destination.
        var recorded: ObjectID?
    }

    struct Subfolder: Sendable {
        var node: Node
        var place: PlannedPlace
    }

    func descend(_ subfolders: [Subfolder]) async throws {
        if subfolders.isEmpty { return }
        await trees.prefetch(subfolders.lazy.compactMap(\.node.subtree))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for subfolder in subfolders {
                if let forks, forks.tryAcquire() {
                    group.addTask {
                        defer { forks.release() }
                        try await self.enter(subfolder)
                    }
                } else {
                    try await enter(subfolder)
                }
            }
            try await group.waitForAll()
        }
    }

    private func enter(_ subfolder: Subfolder) async throws {
        do {
            guard let id = subfolder.node.subtree else {
                throw RepositoryError(.damaged, "the folder has no tree in the snapshot")
            }
            if subfolder.place.exists, skips(id, subfolder.place.recorded) { return }
            try await planFolder(try await trees.read(id), at: subfolder.place)
        } catch let error as RepositoryError where error.code == .damaged {
            record(ItemFailure(path: subfolder.place.path, error))
        }
    }

    func listDestination(_ path: TreePath) throws -> [Item] {
        do {
            let listing = try destination.items(in: path)
            for failure in listing.failures { record(ItemFailure(failure)) }
            if listing.hasLeftovers { state.withLock { $0.plan.leftovers.append(path) } }
            return listing.items
        } catch {
            if path.isRoot || error.code == .treeUnavailable {
                throw RepositoryError(
                    .treeUnavailable, "the destination cannot be read: \(error.message)", cause: error,
                    isRetryable: error.isTransient)
            }
            record(ItemFailure(error))
            return []
        }
    }

    func record(_ failure: ItemFailure) {
        state.withLock { $0.plan.failures.append(failure) }
    }

    /// Plans one entry. Returns the folder to go on with, if it is one.
    /// - Parameter isUnread: whether the folder that it is in could not be listed when
    ///   the snapshot was taken.
    func planEntry(
        _ node: Node, folder: UInt32, path: TreePath, item: PresentItem?, isUnread: Bool
    ) async throws -> Subfolder? {
        if !note(unread: node, path: path, item: item, isUnread: isUnread) { return nil }
        let isKept = item != nil && kept.contains(path)
        let isKeptFolder = isKept && node.type == .dir && item?.attributes.kind == .folder
        if isKept, !isKeptFolder {
            leaveAlone([path])
            return nil
        }
        state.withLock { $0.plan.summary.itemsTotal += 1 }
        if let item { noteExpected(item, at: path, asIn: node) }
        switch node.type {
        case .dir:
            var subfolder = try planSubfolder(node, path: path, item: item, parent: folder)
            subfolder.place.isUnread = isUnread || node.isStaleFolder || isKeptFolder
            return subfolder
        case .file: try await planFile(node, folder: folder, path: path, item: item)
        case .symlink, .fifo, .socket, .dev, .chardev: try await planOther(node, folder: folder, path: path, item: item)
        }
        return nil
    }

    private func planSubfolder(
        _ node: Node, path: TreePath, item: PresentItem?, parent: UInt32
    ) throws -> Subfolder {
        let exists = item?.attributes.kind == .folder
        noteReplaced(item, by: node, path)
        let needsFix = try exists && item.map { try !isSameFolder(node, $0, path) } ?? false
        return state.withLock { state in
            if let item, !exists, mode == .inPlace {
                state.plan.obstacles.append(path)
                state.noteName(item)
            }
            let number = UInt32(state.plan.folders.count)
            let action: PlannedFolder.Action = exists ? (needsFix ? .fix : .keep) : .create
            let isInTheWay = item != nil && mode == .fresh
            state.plan.folders.append(
                PlannedFolder(
                    path: path, action: action, attributes: changes(for: node, isNew: !exists),
                    isFilledFirst: !exists && !isInTheWay))
            state.plan.folders[Int(parent)].isFilledFirst = false
            state.plan.count(action)
            if !exists { state.plan.touch(parent) }
            let place = PlannedPlace(number: number, path: path, exists: exists, recorded: item?.recorded?.subtree)
            return Subfolder(node: node, place: place)
        }
    }

    private func isSameFolder(_ node: Node, _ item: PresentItem, _ path: TreePath) throws -> Bool {
        try node.hasAttributes(item.attributes) || hasAttributes(node, item, path)
    }

    private func planExtras(_ items: [PresentItem], in place: PlannedPlace) async throws {
        guard mode == .inPlace, !items.isEmpty else { return }
        let path = place.path
        // They may have been there already, unseen.
        if place.isUnread { return leaveAlone(items.map { path.appending($0.name) }) }
        state.withLock { state in
            for item in items {
                state.plan.removals.append(path.appending(item.name))
                state.plan.summary.deleted += 1
            }
            state.plan.touch(place.number)
        }
        for item in items { try await noteExtra(item, at: path.appending(item.name)) }
    }

    /// Remembers the items in what will be removed: they may be renamed items of the snapshot, or
    /// further names of its files.
    private func noteExtra(_ item: PresentItem, at path: TreePath) async throws {
        state.withLock { state in
            state.noteName(item)
            state.extra.append(ExtraItem(path: path, attributes: item.attributes, recorded: item.recorded))
            state.plan.expected?.note(item.attributes, at: path)
        }
        guard item.attributes.kind == .folder else { return }
        for item in try await list(path, recorded: item.recorded?.subtree) {
            try await noteExtra(item, at: path.appending(item.name))
        }
    }

    /// Remembers what an item looks like that the plan may touch, where the run is to compare it.
    private func noteExpected(_ item: PresentItem, at path: TreePath, asIn node: Node) {
        let isTouched =
            item.attributes.kind == .folder || !node.isUnchanged(item.attributes) || node.hasOtherNames
            || item.recorded.map { $0.content != node.content } ?? false
        guard isTouched else { return }
        state.withLock { $0.plan.expected?.note(item.attributes, at: path) }
    }

    /// Remembers what is in a folder that goes because something else has to stand there, where the
    /// run is to compare it.
    func noteExpected(in folder: PresentItem, at path: TreePath) async throws {
        guard state.withLock({ $0.plan.expected != nil }) else { return }
        for item in try await list(path, recorded: folder.recorded?.subtree) {
            let beneath = path.appending(item.name)
            state.withLock { $0.plan.expected?.note(item.attributes, at: beneath) }
            if item.attributes.kind == .folder { try await noteExpected(in: item, at: beneath) }
        }
    }

    func changes(for node: Node, isNew: Bool) -> AttributeChanges {
        node.changes(settingOwners: options.setsOwners, isNew: isNew)
    }
}

extension RestorePlan {
    mutating func count(_ action: PlannedFolder.Action) {
        switch action {
        case .keep: summary.unchanged += 1
        case .fix: summary.attributesFixed += 1
        case .create: summary.created += 1
        }
    }

    /// Notes that entries of the folder will change, so that its own times have
    /// to be set afterwards.
    mutating func touch(_ folder: UInt32) {
        guard folders[Int(folder)].action == .keep, folders[Int(folder)].attributes != nil else { return }
        folders[Int(folder)].action = .fix
        summary.unchanged -= 1
        summary.attributesFixed += 1
    }
}
