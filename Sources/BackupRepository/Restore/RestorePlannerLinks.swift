import FileTree
import ResticFormat
import Synchronization

/// What the names of one file have in common in a snapshot.
///
/// The content belongs to it: of two names that were read at different moments neither may take
/// the other's content away.
struct LinkKey: Hashable, Sendable {
    private var device: UInt64 = 0
    private var inode: UInt64 = 0
    private var content: [ObjectID] = []
    /// Set for a file with a single name, which shares nothing.
    private var onlyName: TreePath?

    init(_ node: Node, at path: TreePath) {
        if node.hasOtherNames {
            (device, inode, content) = (node.deviceID, node.inode, node.content ?? [])
        } else {
            onlyName = path
        }
    }
}

/// What tells one present file from another, whatever its names.
struct FileIdentity: Hashable, Sendable {
    private var device: UInt64
    private var inode: UInt64

    init(_ attributes: ItemAttributes) { (device, inode) = (attributes.device, attributes.inode) }
}

/// How what stands in the destination compares with a file of the snapshot.
enum FileComparison: Sendable, Hashable {
    /// Content and attributes are right.
    case same
    case sameContent
    case differs(PresentFile)
}

/// One name of a file with several names in the snapshot, in the destination, or in both.
struct LinkMember: Sendable {
    var path: TreePath
    var folder: UInt32
    var node: Node
    var comparison: FileComparison
    /// What stands at the path now.
    var item: Item?

    /// The present file of that name, if it has the right content.
    var rightFile: FileIdentity? {
        if case .differs = comparison { return nil }
        return item.map { FileIdentity($0.attributes) }
    }

    /// What of it is there when it has to be written all the same.
    var present: PresentFile {
        if case .differs(let present) = comparison { return present }
        return node.size == 0 ? .other : .similar
    }
}

extension Node {
    /// Whether the file had further names when it was archived.
    var hasOtherNames: Bool { links > 1 && inode != 0 }
}

extension ItemAttributes {
    /// Whether the file has further names, in this tree or elsewhere on its file system.
    var hasOtherNames: Bool { kind == .file && linkCount > 1 }
}

extension RestorePlanner.State {
    /// Counts a name that will no longer belong to its present file.
    mutating func noteName(_ item: PresentItem) {
        guard item.attributes.hasOtherNames else { return }
        noteName(item.attributes)
    }

    private mutating func noteName(_ attributes: ItemAttributes) {
        let file = FileIdentity(attributes)
        knownNames[file, default: 0] += 1
        presentLinks[file] = attributes.linkCount
    }

    /// Notes a name whose group decides about it.
    mutating func note(_ member: LinkMember) {
        linked[LinkKey(member.node, at: member.path), default: []].append(member)
        if let item = member.item, item.attributes.kind == .file { noteName(item.attributes) }
    }
}

extension RestorePlanner {
    /// Decides for each file with several names which of them stay, which one is written,
    /// and which become links.
    func planLinks() {
        let (linked, knownNames) = state.withLock { ($0.linked, $0.knownNames) }
        let groups = linked.values.map { $0.sorted { $0.path < $1.path } }.sorted { $0[0].path < $1[0].path }
        for (members, kept) in zip(groups, LinkChoice.choose(groups, knownNames: knownNames)) {
            planGroup(members, keeping: kept)
        }
    }

    private func planGroup(_ members: [LinkMember], keeping kept: FileIdentity?) {
        let first = members.first { kept == nil ? $0.rightFile != nil : $0.rightFile == kept } ?? members[0]
        if kept == nil, let blobs = records(of: first.node) {
            addFile(first.node, blobs, folder: first.folder, path: first.path, present: first.present)
        }
        for member in members {
            if let kept, member.rightFile == kept {
                keep(member)
            } else if member.path != first.path {
                state.withLock { state in
                    state.plan.links.append(PlannedLink(path: member.path, existing: first.path))
                    state.plan.summary.created += 1
                    state.plan.touch(member.folder)
                }
            }
        }
    }

    private func keep(_ member: LinkMember) {
        if member.comparison == .same { return state.withLock { $0.plan.summary.unchanged += 1 } }
        planFix(member.node, path: member.path)
    }
}
