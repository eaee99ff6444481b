/// The place of an item beneath the root of a tree: raw bytes, `/` between names, no slash at
/// either end; empty is the root.
///
/// Names are bytes because Linux allows any byte but `/` and NUL; nothing
/// is normalised or case-folded.
public struct TreePath: Hashable, Comparable, Sendable {
    /// The path's bytes, for example `Documents/a.txt`.
    public let bytes: [UInt8]

    /// The root of a tree.
    public static let root = TreePath(unchecked: [])

    /// Makes a path from names joined with `/`, or nil where a name is empty, `.`, `..` or
    /// holds a NUL byte.
    public init?(bytes: [UInt8]) {
        if !bytes.isEmpty {
            for name in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
                guard TreePath.isValidName(name) else { return nil }
            }
        }
        self.bytes = bytes
    }

    /// Makes a path from text, with the rules of `init(bytes:)`.
    public init?(_ text: String) {
        self.init(bytes: Array(text.utf8))
    }

    @usableFromInline
    init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether `name` can name an item: not empty, not `.` or `..`, without `/` and NUL.
    @inlinable
    public static func isValidName(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first else { return false }
        if first == UInt8(ascii: ".") {
            if name.count == 1 { return false }
            if name.count == 2, name.dropFirst().first == UInt8(ascii: ".") { return false }
        }
        return !name.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }

    /// The path of the item `name` in this folder. `name` must be valid (`isValidName`).
    @inlinable
    public func appending(_ name: some Collection<UInt8>) -> TreePath {
        precondition(
            TreePath.isValidName(name), "a name read from a tree or a repository is validated before it becomes a path")
        var joined: [UInt8] = []
        joined.reserveCapacity(bytes.count + 1 + name.count)
        joined.append(contentsOf: bytes)
        if !bytes.isEmpty { joined.append(UInt8(ascii: "/")) }
        joined.append(contentsOf: name)
        return TreePath(unchecked: joined)
    }

    /// Whether this is the root.
    public var isRoot: Bool { bytes.isEmpty }

    /// The last name, empty for the root.
    public var name: [UInt8] {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes }
        return Array(bytes[(slash + 1)...])
    }

    /// The folder that holds this item; the root is its own parent.
    public var parent: TreePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return TreePath(unchecked: Array(bytes[..<slash]))
    }

    /// The folders above this item, the nearest first and the root last; none for the root.
    public var ancestors: some Sequence<TreePath> {
        sequence(first: self) { $0.isRoot ? nil : $0.parent }.dropFirst()
    }

    /// The order of the bytes.
    public static func < (left: TreePath, right: TreePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension TreePath: CustomStringConvertible {
    /// The path as text for messages; bytes that are not UTF-8 show as U+FFFD.
    public var description: String { bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self) }
}
