import CLinuxCalls
import FileTree
import Glibc

/// Reads all entries of an open folder with as few calls as the kernel allows: `getdents64`, then
/// one `fstatat` an entry.
enum FolderReader {
    typealias Listing = (items: [Item], failures: [(name: [UInt8], SystemFailure)], hasTemporaries: Bool)

    /// Where the name begins in a `struct linux_dirent64`: after inode (8), offset (8), record
    /// length (2) and kind (1).
    private static let nameOffset = 19
    /// Enough for hundreds of entries, and for many of the longest.
    private static let bufferSizeBytes = 64 * 1024

    /// The entries sorted by the bytes of their names, without `.`, `..` and temporary names.
    static func read(_ folder: Descriptor) throws(SystemFailure) -> Listing {
        var listing: Listing = ([], [], false)
        unsafe try forEachName(folder) { name in unsafe add(name, folder, &listing) }
        listing.items = sorted(listing.items)
        return listing
    }

    /// The temporary names in a folder.
    static func temporaryNames(_ folder: Descriptor) throws(SystemFailure) -> [[UInt8]] {
        try names(folder).filter { TemporaryNames.isTemporary($0) }
    }

    /// All names in a folder, without `.` and `..`.
    static func names(_ folder: Descriptor) throws(SystemFailure) -> [[UInt8]] {
        var names: [[UInt8]] = []
        unsafe try forEachName(folder) { name in
            if unsafe !isDots(name) {
                names.append(unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
            }
        }
        return names
    }

    /// Whether a name is `.` or `..`.
    private static func isDots(_ name: UnsafePointer<CChar>) -> Bool {
        unsafe name[0] == 0x2E && (name[1] == 0 || (name[1] == 0x2E && name[2] == 0))
    }

    /// Calls `body` with the name of each entry, `.` and `..` included; the pointer is
    /// valid during the call.
    private static func forEachName(_ folder: Descriptor, _ body: (UnsafePointer<CChar>) -> Void) throws(SystemFailure)
    {
        let start = UnsafeMutableRawPointer.allocate(byteCount: bufferSizeBytes, alignment: 8)
        defer { unsafe start.deallocate() }
        while true {
            let count = try System.kernel { unsafe holdfast_getdents64(folder.number, start, bufferSizeBytes) }
            if count == 0 { return }
            var position = 0
            while position < count {
                // The kernel wrote whole records into the first `count` bytes; each states its
                // length, and each name ends with a NUL.
                let record = unsafe start + position
                unsafe body(UnsafeRawPointer(record + nameOffset).assumingMemoryBound(to: CChar.self))
                position += Int(unsafe record.load(fromByteOffset: 16, as: UInt16.self))
            }
        }
    }

    /// Reads the attributes of one entry. An entry that is gone by now is left out.
    private static func add(_ name: UnsafePointer<CChar>, _ folder: Descriptor, _ listing: inout Listing) {
        if unsafe isDots(name) { return }
        let bytes = unsafe UnsafeRawBufferPointer(start: name, count: strlen(name))
        if unsafe TemporaryNames.isTemporary(bytes) {
            listing.hasTemporaries = true
            return
        }
        var status = stat()
        do throws(SystemFailure) {
            try System.library { unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) }
            listing.items.append(Item(name: unsafe Array(bytes), attributes: ItemAttributes(status)))
        } catch {
            if error.number != ENOENT { listing.failures.append((unsafe Array(bytes), error)) }
        }
    }

    /// Sorts small keys, the first eight bytes as a number, so that each item moves only once.
    private static func sorted(_ items: [Item]) -> [Item] {
        var order = items.indices.map { (key: key(items[$0].name), index: $0) }
        order.sort { left, right in
            if left.key != right.key { return left.key < right.key }
            return items[left.index].name.lexicographicallyPrecedes(items[right.index].name)
        }
        return order.map { items[$0.index] }
    }

    /// The first eight bytes, big-endian, with zeros behind a shorter name: names hold no zero
    /// byte, so the order is that of the bytes.
    private static func key(_ name: [UInt8]) -> UInt64 {
        var key: UInt64 = 0
        for byte in name.prefix(8) { key = key << 8 | UInt64(byte) }
        return key << UInt64(8 * (8 - min(8, name.count)))
    }
}
