import Glibc

/// Compares two folders byte for byte with plain `lstat`, `readdir` and `read` calls: the judge of
/// what a restore brought back.
public struct TreeComparison: Sendable {
    /// What counts as a difference, besides names, kinds and content.
    public struct Options: Sendable, Hashable {
        /// Whether the times of folders count.
        public var folderTimes = true
        /// Whether the times and modes of the two roots count. They do not by default: the root is
        /// the drive itself, of which a restore point holds only the content, as restic never sets
        /// the attributes of a restore's own target.
        public var roots = false
        /// Whether owner and group count.
        public var owners = false

        /// Everything but owners and the roots' own attributes counts.
        public init(folderTimes: Bool = true, roots: Bool = false, owners: Bool = false) {
            self.folderTimes = folderTimes
            self.roots = roots
            self.owners = owners
        }
    }

    /// One way in which the folders differ.
    public struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// The path beneath both folders; `/` for themselves.
        public var path: String
        /// What differs, with the left value before the right.
        public var what: String

        public var description: String { "\(path): \(what)" }
    }

    /// Every difference, none cut off: folder by folder the names of the left in the order of their
    /// bytes, then those that only the right has; groups of hard links come last.
    public private(set) var differences: [Difference] = []
    /// Regular files that both sides have, each name of a hard link counted.
    public private(set) var files = 0
    /// The bytes of these files, as compared.
    public private(set) var bytes = 0
    /// All items that both sides have: files, folders, links and others, the roots not counted.
    public private(set) var items = 0

    public var isEqual: Bool { differences.isEmpty }

    private let options: Options
    private var names: (left: [HardLinks.Key: [[UInt8]]], right: [HardLinks.Key: [[UInt8]]]) = ([:], [:])

    /// Compares the folders `left` and `right`. Neither changes, except for times of access.
    /// - Throws: `PlainFileError` where something cannot be read.
    public init(_ left: String, _ right: String, _ options: Options = Options()) throws {
        self.options = options
        try compare(Pair([], left: Array(left.utf8), right: Array(right.utf8)))
        compareHardLinks()
    }

    /// An item that both sides have: its place on each of them, and what `lstat` says there.
    private struct Pair {
        /// Beneath both folders; empty for the folders themselves.
        var path: [UInt8]
        var left: [UInt8]
        var right: [UInt8]
        var first: stat
        var second: stat

        init(_ path: [UInt8], left: [UInt8], right: [UInt8]) throws {
            (self.path, self.left, self.right) = (path, left, right)
            (first, second) = (try PlainFiles.status(left), try PlainFiles.status(right))
        }

        var isRoot: Bool { path.isEmpty }
        /// Of the left side, in the form of `S_IFMT`.
        var kind: mode_t { first.st_mode & S_IFMT }
    }

    private mutating func compare(_ pair: Pair) throws {
        if !pair.isRoot { items += 1 }
        guard pair.kind == pair.second.st_mode & S_IFMT else {
            return add(pair.path, "kind", left: pair.kind, right: pair.second.st_mode & S_IFMT)
        }
        if !pair.isRoot || options.roots { try compareAttributes(pair) }
        switch pair.kind {
        case S_IFDIR: try compareFolders(pair)
        case S_IFREG:
            note(pair)
            try compareFiles(pair)
        case S_IFLNK: try compareTargets(pair)
        default:
            if pair.first.st_rdev != pair.second.st_rdev {
                add(pair.path, "device", left: pair.first.st_rdev, right: pair.second.st_rdev)
            }
        }
    }

    private mutating func compareAttributes(_ pair: Pair) throws {
        let (first, second) = (pair.first, pair.second)
        if first.st_mode & 0o7777 != second.st_mode & 0o7777 {
            add(
                pair.path, "mode", left: String(first.st_mode & 0o7777, radix: 8),
                right: String(second.st_mode & 0o7777, radix: 8))
        }
        if pair.kind != S_IFDIR || options.folderTimes { compareTimes(pair) }
        if options.owners, first.st_uid != second.st_uid || first.st_gid != second.st_gid {
            add(
                pair.path, "owner", left: "\(first.st_uid):\(first.st_gid)",
                right: "\(second.st_uid):\(second.st_gid)")
        }
        try compareExtendedAttributes(pair)
    }

    private mutating func compareTimes(_ pair: Pair) {
        let (first, second) = (pair.first.st_mtim, pair.second.st_mtim)
        guard first.tv_sec != second.tv_sec || first.tv_nsec != second.tv_nsec else { return }
        add(
            pair.path, "time of modification", left: "\(first.tv_sec)s \(first.tv_nsec)ns",
            right: "\(second.tv_sec)s \(second.tv_nsec)ns")
    }

    private mutating func compareExtendedAttributes(_ pair: Pair) throws {
        let (first, second) = (try PlainAttributes.all(pair.left), try PlainAttributes.all(pair.right))
        for name in Set(first.keys).union(second.keys) where first[name] != second[name] {
            let (left, right) = (size(first[name]), size(second[name]))
            add(pair.path, "extended attribute \(String(decoding: name, as: UTF8.self))", left: left, right: right)
        }
    }

    private func size(_ value: [UInt8]?) -> String { value.map { "\($0.count) bytes" } ?? "none" }

    private mutating func compareFolders(_ pair: Pair) throws {
        let (first, second) = (try PlainFiles.names(pair.left), try PlainFiles.names(pair.right))
        let (known, others) = (Set(first), Set(second))
        for name in first {
            let path = place(name, in: pair)
            if others.contains(name) {
                try compare(
                    Pair(path, left: PlainFiles.join(pair.left, name), right: PlainFiles.join(pair.right, name)))
            } else {
                differences.append(Difference(path: text(path), what: "is only on the left"))
            }
        }
        for name in second where !known.contains(name) {
            differences.append(Difference(path: text(place(name, in: pair)), what: "is only on the right"))
        }
    }

    private func place(_ name: [UInt8], in folder: Pair) -> [UInt8] {
        folder.isRoot ? name : PlainFiles.join(folder.path, name)
    }

    private mutating func compareFiles(_ pair: Pair) throws {
        files += 1
        guard pair.first.st_size == pair.second.st_size else {
            return add(pair.path, "size", left: pair.first.st_size, right: pair.second.st_size)
        }
        let (first, second) = (try PlainFiles.read(pair.left), try PlainFiles.read(pair.right))
        bytes += first.count
        guard first != second else { return }
        let place = zip(first, second).enumerated().first { $1.0 != $1.1 }?.offset ?? min(first.count, second.count)
        differences.append(Difference(path: text(pair.path), what: "the content differs from byte \(place) on"))
    }

    private mutating func compareTargets(_ pair: Pair) throws {
        let (first, second) = (try target(pair.left), try target(pair.right))
        guard first != second else { return }
        add(
            pair.path, "target", left: String(decoding: first, as: UTF8.self),
            right: String(decoding: second, as: UTF8.self))
    }

    private func target(_ path: [UInt8]) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = try PlainFiles.check("read the link", path) {
            unsafe readlink(PlainFiles.c(path), &buffer, buffer.count)
        }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    /// Remembers the names of files that have several.
    private mutating func note(_ pair: Pair) {
        if pair.first.st_nlink > 1 { names.left[HardLinks.Key(pair.first), default: []].append(pair.path) }
        if pair.second.st_nlink > 1 { names.right[HardLinks.Key(pair.second), default: []].append(pair.path) }
    }

    /// The names that belong to one file must be the same on both sides; names outside the
    /// folders do not count.
    private mutating func compareHardLinks() {
        let (left, right) = (HardLinks.groups(names.left), HardLinks.groups(names.right))
        for group in left.symmetricDifference(right).sorted(by: { $0[0].lexicographicallyPrecedes($1[0]) }) {
            let side = left.contains(group) ? "left" : "right"
            let list = group.map { text($0) }.joined(separator: ", ")
            differences.append(
                Difference(path: text(group[0]), what: "only on the \(side) are these one file: \(list)"))
        }
    }

    private mutating func add(
        _ path: [UInt8], _ what: String, left: some CustomStringConvertible, right: some CustomStringConvertible
    ) {
        differences.append(Difference(path: text(path), what: "\(what): \(left), \(right)"))
    }

    private func text(_ path: [UInt8]) -> String {
        path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
    }
}

/// Which names belong to one file.
private enum HardLinks {
    struct Key: Hashable {
        var device: UInt
        var inode: UInt

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
        }
    }

    /// Groups of at least two names, each sorted.
    static func groups(_ names: [Key: [[UInt8]]]) -> Set<[[UInt8]]> {
        Set(names.values.filter { $0.count > 1 }.map { group in group.sorted { $0.lexicographicallyPrecedes($1) } })
    }
}
