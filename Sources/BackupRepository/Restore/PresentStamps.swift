import FileTree

/// What stood in a destination when a restore was planned, of every item that the plan touches: about
/// 60 bytes for each.
///
/// Paths are kept as hashes, seeded by the process: a plan does not outlive it.
struct PresentStamps: Sendable {
    /// What of a file the run itself has changed under another name, and is not compared.
    enum Ignored: Sendable {
        case nothing
        case changeTime
        case times
    }

    /// What a plan saw of one item.
    struct Stamp: Sendable {
        var size: UInt64
        private var seconds: Int64
        private var nanoseconds: UInt32
        private var kind: ItemKind
        /// Whether the time of change is left out: it moves when another name of the file goes.
        private var hasOtherNames: Bool
        /// Of the inode number.
        private var identity: UInt32
        /// Of the time of change.
        private var state: UInt32

        init(_ attributes: ItemAttributes) {
            size = attributes.size
            seconds = attributes.modified.seconds
            nanoseconds = attributes.modified.nanoseconds
            kind = attributes.kind
            hasOtherNames = attributes.hasOtherNames
            identity = Self.digest(attributes.inode)
            state = Self.digest(attributes.changed)
        }

        var modified: Timestamp { Timestamp(seconds: seconds, nanoseconds: nanoseconds) }

        /// Whether an item is the one that was seen, with nothing done to it since. Of a folder only
        /// that it is the same one: what is in it has stamps of its own.
        func matches(_ attributes: ItemAttributes, ignoring ignored: Ignored) -> Bool {
            guard kind == attributes.kind, identity == Self.digest(attributes.inode) else { return false }
            if kind == .folder { return true }
            guard size == attributes.size else { return false }
            switch ignored {
            case .times: return true
            case .changeTime: return modified == attributes.modified
            case .nothing:
                return modified == attributes.modified
                    && (hasOtherNames || state == Self.digest(attributes.changed))
            }
        }

        private static func digest(_ value: some Hashable) -> UInt32 {
            var hasher = Hasher()
            hasher.combine(value)
            return UInt32(truncatingIfNeeded: hasher.finalize())
        }
    }

    private var stamps: [UInt64: Stamp] = [:]

    mutating func note(_ attributes: ItemAttributes, at path: TreePath) {
        stamps[Self.key(path)] = Stamp(attributes)
    }

    /// What was seen at a path; nil where nothing stood.
    subscript(path: TreePath) -> Stamp? { stamps[Self.key(path)] }

    /// Whether a path holds what was seen there.
    func matches(_ attributes: ItemAttributes?, at path: TreePath, ignoring ignored: Ignored = .nothing) -> Bool {
        guard let stamp = self[path] else { return attributes == nil }
        return attributes.map { stamp.matches($0, ignoring: ignored) } ?? false
    }

    private static func key(_ path: TreePath) -> UInt64 { UInt64(bitPattern: Int64(path.hashValue)) }
}
