import CLinuxCalls
public import FileTree
import Glibc

extension LocalTree {
    /// The attributes of the item at `path`.
    public func attributes(of path: TreePath) throws(TreeError) -> ItemAttributes {
        try reaching(path, to: "read the attributes", ItemAttributes(System.status(handle(path))))
    }

    /// All entries of a folder but the unfinished files of a restore.
    public func items(in folder: TreePath) throws(TreeError) -> FolderListing {
        if folder.isRoot, let gone = rootFailure() { throw gone }
        let listing = try reaching(folder, to: "list the folder", opening: true, entries(of: openFolder(folder)))
        var failures: [TreeError] = []
        for (name, number) in listing.failures {
            failures.append(failure(number, at: folder.appending(name), to: "read the attributes"))
        }
        return FolderListing(items: listing.items, failures: failures, hasLeftovers: listing.hasTemporaries)
    }

    private func entries(of folder: Descriptor) throws(SystemFailure) -> FolderReader.Listing {
        observer?.willList(folder)
        let listing = try FolderReader.read(folder)
        observer?.listed(listing.items)
        return listing
    }

    /// Where a link points.
    public func linkTarget(of path: TreePath) throws(TreeError) -> [UInt8] {
        guard let target = try reaching(path, to: "read the link", linkTarget(path)) else {
            throw TreeError(.wrongKind, path: path, message: "it is not a symbolic link")
        }
        return target
    }

    /// The extended attributes of an item of any kind; for a link its own.
    public func extendedAttributes(of path: TreePath) throws(TreeError) -> [ExtendedAttribute] {
        try reaching(path, to: "read the extended attributes", ExtendedAttributes.read(handle(path)))
    }

    /// Opens a regular file. Its kind is looked at first, because merely opening a device can have
    /// effects. That look may be led astray by a link on the way; the opening itself may not, and
    /// only it says why an item cannot be reached.
    public func open(_ path: TreePath) throws(TreeError) -> any ReadableFile {
        guard let file = try reaching(path, to: "open the file", regularFile(path)) else {
            throw TreeError(.wrongKind, path: path, message: "only a regular file can be opened")
        }
        return OpenFile(file, path: path, tree: self)
    }

    private func regularFile(_ path: TreePath) throws(SystemFailure) -> Descriptor? {
        if let status = try? System.status(path.isRoot ? [UInt8(ascii: ".")] : path.bytes, in: root),
            ItemKind(mode: status.st_mode) != .file
        {
            return nil
        }
        let file = try openWithoutTouching(path)
        return ItemKind(mode: try System.status(file).st_mode) == .file ? file : nil
    }

    /// The names of an owner and a group.
    public func ownerNames(userID: UInt32, groupID: UInt32) -> (user: String, group: String) {
        (owners.user(userID), owners.group(groupID))
    }

    /// A descriptor that stands for an item of any kind without opening it, a link for itself.
    func handle(_ path: TreePath) throws(SystemFailure) -> Descriptor {
        path.isRoot ? root : try System.open(path.bytes, beneath: root, flags: HOLDFAST_O_PATH | O_NOFOLLOW)
    }

    /// Opens a folder to list it.
    func openFolder(_ path: TreePath) throws(SystemFailure) -> Descriptor {
        try System.open(path.bytes, beneath: root, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
    }

    /// Opens for reading and leaves the time of access alone, where the system allows it: only the
    /// owner may ask for that.
    func openWithoutTouching(_ path: TreePath) throws(SystemFailure) -> Descriptor {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        do throws(SystemFailure) {
            return try System.open(path.bytes, beneath: root, flags: flags | HOLDFAST_O_NOATIME)
        } catch {
            guard error.number == EPERM else { throw error }
            return try System.open(path.bytes, beneath: root, flags: flags)
        }
    }

    /// The target of a link; nil where another item stands there.
    private func linkTarget(_ path: TreePath) throws(SystemFailure) -> [UInt8]? {
        let link = try handle(path)
        guard ItemKind(mode: try System.status(link).st_mode) == .symbolicLink else { return nil }
        return try LocalTree.target(of: link)
    }

    /// The target of an open link. The buffer grows until the target fits with room to spare.
    private static func target(of link: Descriptor) throws(SystemFailure) -> [UInt8] {
        var size = 256
        while true {
            var buffer = [CChar](repeating: 0, count: size)
            let count = try System.library {
                // `readlinkat` writes at most `size` characters.
                unsafe readlinkat(link.number, "", &buffer, size)
            }
            if count < size { return buffer[..<count].map { UInt8(bitPattern: $0) } }
            size *= 4
        }
    }
}

/// An open regular file.
final class OpenFile: ReadableFile {
    private let file: Descriptor
    private let path: TreePath
    private let tree: LocalTree

    init(_ file: Descriptor, path: TreePath, tree: LocalTree) {
        self.file = file
        self.path = path
        self.tree = tree
    }

    func attributes() throws(TreeError) -> ItemAttributes {
        do throws(SystemFailure) {
            return ItemAttributes(try System.status(file))
        } catch {
            throw tree.failure(error, at: path, to: "read the attributes")
        }
    }

    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute] {
        do throws(SystemFailure) {
            return try ExtendedAttributes.read(file)
        } catch {
            throw tree.failure(error, at: path, to: "read the extended attributes")
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        var count = 0
        do throws(SystemFailure) {
            while count < buffer.count {
                guard let position = Int(exactly: offset)?.addingReportingOverflow(count), !position.overflow else {
                    break
                }
                // The slice lies within the buffer: `count` stays below `buffer.count`.
                let length = try System.library {
                    unsafe pread(
                        file.number, buffer.baseAddress.unsafelyUnwrapped + count, buffer.count - count,
                        position.partialValue)
                }
                if length == 0 { break }
                count += length
            }
        } catch {
            throw tree.failure(error, at: path, to: "read the file")
        }
        return count
    }
}
