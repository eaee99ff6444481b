import Glibc

/// Compares two folders byte for byte with plain `lstat`, `readdir` and `read` calls: the judge of
/// what a restore brought back.
public struct TreeComparison: Sendable {
    /// What counts.
    public struct Options: Sendable, Hashable {
        /// Whether the times of folders count.
        public var folderTimes = true
        /// Whether the times of the two roots and their modes count. They do not by default: the
        /// root of a drive is the drive itself, which a restore point holds the content of, as
        /// restic never sets the attributes of a restore's own target.
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

        /// Path and difference.
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

    /// Whether nothing differs.
    public var isEqual: Bool { differences.isEmpty }

    private let options: Options
    private var names: (left: [HardLinks.Key: [[UInt8]]], right: [HardLinks.Key: [[UInt8]]]) = ([:], [:])

    /// Compares the folders `left` and `right`, neither of which is changed but
    /// for times of access.
    /// - Throws: `PlainFileError` where something cannot be read.
    public init(_ left: String, _ right: String, _ options: Options = Options()) throws {
        self.options = options
        try compare(Array(left.utf8), Array(right.utf8), [])
        compareHardLinks()
    }

    private mutating func compare(_ left: [UInt8], _ right: [UInt8], _ path: [UInt8]) throws {
        let (first, second) = (try PlainFiles.status(left), try PlainFiles.status(right))
        let isRoot = path.isEmpty
        if !isRoot { items += 1 }
        guard first.st_mode & S_IFMT == second.st_mode & S_IFMT else {
            return add(path, "kind", first.st_mode & S_IFMT, second.st_mode & S_IFMT)
        }
        let kind = first.st_mode & S_IFMT
        if !isRoot || options.roots { try compareAttributes(left, right, path, first, second) }
        switch kind {
        case S_IFDIR: try compareFolders(left, right, path)
        case S_IFREG:
            note(path, first, second)
            try compareFiles(left, right, path, first, second)
        case S_IFLNK:
            let targets = (try target(left), try target(right))
            if targets.0 != targets.1 {
                add(
                    path, "target", String(decoding: targets.0, as: UTF8.self),
                    String(decoding: targets.1, as: UTF8.self))
            }
        default:
            if first.st_rdev != second.st_rdev { add(path, "device", first.st_rdev, second.st_rdev) }
        }
    }

    private mutating func compareAttributes(
        _ left: [UInt8], _ right: [UInt8], _ path: [UInt8], _ first: stat, _ second: stat
    ) throws {
        if first.st_mode & 0o7777 != second.st_mode & 0o7777 {
            add(path, "mode", String(first.st_mode & 0o7777, radix: 8), String(second.st_mode & 0o7777, radix: 8))
        }
        let times = (first.st_mtim, second.st_mtim)
        if first.st_mode & S_IFMT != S_IFDIR || options.folderTimes,
            times.0.tv_sec != times.1.tv_sec || times.0.tv_nsec != times.1.tv_nsec
        {
            add(
                path, "time of modification", "\(times.0.tv_sec)s \(times.0.tv_nsec)ns",
                "\(times.1.tv_sec)s \(times.1.tv_nsec)ns")
        }
        if options.owners, first.st_uid != second.st_uid || first.st_gid != second.st_gid {
            add(path, "owner", "\(first.st_uid):\(first.st_gid)", "\(second.st_uid):\(second.st_gid)")
        }
        let attributes = (try PlainAttributes.all(left), try PlainAttributes.all(right))
        for name in Set(attributes.0.keys).union(attributes.1.keys) where attributes.0[name] != attributes.1[name] {
            let values = [attributes.0[name], attributes.1[name]].map { value in
                value.map { "\($0.count) bytes" } ?? "none"
            }
            add(path, "extended attribute \(String(decoding: name, as: UTF8.self))", values[0], values[1])
        }
    }

    private mutating func compareFolders(_ left: [UInt8], _ right: [UInt8], _ path: [UInt8]) throws {
        let (first, second) = (try PlainFiles.names(left), try PlainFiles.names(right))
        let others = Set(second)
        let known = Set(first)
        for name in first {
            let item = path.isEmpty ? name : PlainFiles.join(path, name)
            if others.contains(name) {
                try compare(PlainFiles.join(left, name), PlainFiles.join(right, name), item)
            } else {
                differences.append(Difference(path: text(item), what: "is only on the left"))
            }
        }
        for name in second where !known.contains(name) {
            differences.append(
                Difference(path: text(path.isEmpty ? name : PlainFiles.join(path, name)), what: "is only on the right"))
        }
    }

    private mutating func compareFiles(
        _ left: [UInt8], _ right: [UInt8], _ path: [UInt8], _ first: stat, _ second: stat
    ) throws {
        files += 1
        guard first.st_size == second.st_size else { return add(path, "size", first.st_size, second.st_size) }
        let contents = (try PlainFiles.read(left), try PlainFiles.read(right))
        bytes += contents.0.count
        guard contents.0 != contents.1 else { return }
        let place =
            zip(contents.0, contents.1).enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(contents.0.count, contents.1.count)
        differences.append(Difference(path: text(path), what: "the content differs from byte \(place) on"))
    }

    private func target(_ path: [UInt8]) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = try PlainFiles.check("read the link", path) {
            unsafe readlink(PlainFiles.c(path), &buffer, buffer.count)
        }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    private mutating func note(_ path: [UInt8], _ first: stat, _ second: stat) {
        if first.st_nlink > 1 { names.left[HardLinks.Key(first), default: []].append(path) }
        if second.st_nlink > 1 { names.right[HardLinks.Key(second), default: []].append(path) }
    }

    /// The names that belong to one file must be the same on both sides; names outside the
    /// folders do not count.
    private mutating func compareHardLinks() {
        let (left, right) = (HardLinks.groups(names.left), HardLinks.groups(names.right))
        for group in left.subtracting(right).union(right.subtracting(left)).sorted(by: {
            $0[0].lexicographicallyPrecedes($1[0])
        }) {
            let side = left.contains(group) ? "left" : "right"
            differences.append(
                Difference(
                    path: text(group[0]),
                    what: "only on the \(side) are these one file: \(group.map { text($0) }.joined(separator: ", "))"))
        }
    }

    private mutating func add(
        _ path: [UInt8], _ what: String, _ left: some CustomStringConvertible, _ right: some CustomStringConvertible
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
