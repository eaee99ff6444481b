import CLinuxCalls
public import FileTree
import Glibc

/// A folder of this machine as a tree that can be read and written.
///
/// The folder is opened once and everything beneath it is reached from that descriptor with
/// `openat2` and `RESOLVE_BENEATH`, `RESOLVE_NO_SYMLINKS`, `RESOLVE_NO_MAGICLINKS`: the kernel
/// itself refuses a path that would leave the folder, even while another process swaps links in.
/// There is no weaker fallback; `init` fails on a kernel without it (before 5.6). Changes open the
/// parent folder that way and then name one entry of it.
///
/// Names of the form `.holdfast-<32 hexadecimal digits>.tmp` are reserved for files that are
/// not complete; see `TemporaryNames`.
///
/// With `access: .write`, a folder whose mode does not let its owner in is opened up for the time
/// of one call and then gets its mode back.
public final class LocalTree: WritableTree {
    /// What the tree is opened for.
    public enum Access: Sendable, Hashable {
        /// Reading: no mode is ever changed to get in.
        case read
        /// Restoring: folders that we own are opened up for as long as needed.
        case write
    }

    /// The root's path, beneath another root or from the file system's, to notice that
    /// the root is gone.
    enum Anchor: Sendable {
        case absolute([UInt8])
        case beneath(Descriptor, [UInt8])
    }

    let root: Descriptor
    let rootIdentity: Identity
    let anchor: Anchor
    let access: Access
    let names: TemporaryNames
    let owners: OwnerNames
    let widened = WidenedFolders()
    /// The root's path for messages.
    let displayName: String
    /// Is told of each folder that is listed.
    let observer: (any FolderObserver)?

    /// Opens a folder. Links in `path` itself are followed, because an administrator chose it.
    /// - Throws: `notFound`, `wrongKind` (not a folder), `permissionDenied`, `unsupported` (no
    ///   `openat2`, or no /proc).
    public convenience init(
        path: String, access: Access = .read, names: TemporaryNames = .ofThisProcess
    ) throws(TreeError) {
        let bytes = Array(path.utf8)
        let root: Descriptor
        do throws(SystemFailure) {
            root = try System.open(trusted: bytes, flags: HOLDFAST_O_PATH | O_DIRECTORY)
        } catch {
            throw LocalTree.openingFailure(error, path)
        }
        try self.init(
            root: root, anchor: .absolute(bytes), displayName: "'\(path)'", access: access, names: names,
            owners: OwnerNames())
    }

    private init(
        root: Descriptor, anchor: Anchor, displayName: String, access: Access, names: TemporaryNames,
        owners: OwnerNames, observer: (any FolderObserver)? = nil
    ) throws(TreeError) {
        do throws(SystemFailure) {
            rootIdentity = Identity(try System.status(root))
        } catch {
            throw LocalTree.openingFailure(error, displayName)
        }
        // Extended attributes and modes of any kind of item are reached through /proc.
        if holdfast_list_attributes(root.number, nil, 0) == -Int(ENOENT) {
            throw TreeError(
                .unsupported, path: .root,
                message: "/proc is not mounted; mount it, Holdfast reaches attributes through it", systemError: ENOENT)
        }
        self.root = root
        self.anchor = anchor
        self.displayName = displayName
        self.access = access
        self.names = names
        self.owners = owners
        self.observer = observer
    }

    /// The folder at `path` as a tree of its own, confined in the same way.
    /// Links are not followed.
    /// - Throws: `notFound`, `wrongKind` (a link or another item stands there), `escapes` (a
    ///   link on the way).
    public func subtree(_ path: TreePath, access: Access) throws(TreeError) -> LocalTree {
        let folder: Descriptor
        do throws(SystemFailure) {
            folder = try System.open(path.bytes, beneath: root, flags: HOLDFAST_O_PATH | O_DIRECTORY | O_NOFOLLOW)
        } catch {
            throw failure(error, at: path, to: "open the folder")
        }
        return try LocalTree(
            root: folder, anchor: .beneath(root, path.bytes), displayName: "'\(path)' in \(displayName)",
            access: access, names: names, owners: owners)
    }

    /// The same tree, of which each listing is told.
    func observed(by observer: any FolderObserver) throws(TreeError) -> LocalTree {
        try LocalTree(
            root: root, anchor: anchor, displayName: displayName, access: access, names: names, owners: owners,
            observer: observer)
    }

    /// Whether the root is still the item at its path.
    func rootStands() -> Bool {
        do throws(SystemFailure) {
            let now: Descriptor
            switch anchor {
            case .absolute(let path):
                now = try System.open(trusted: path, flags: HOLDFAST_O_PATH | O_DIRECTORY)
            case .beneath(let folder, let path):
                now = try System.open(path, beneath: folder, flags: HOLDFAST_O_PATH | O_DIRECTORY | O_NOFOLLOW)
            }
            return Identity(try System.status(now)) == rootIdentity
        } catch {
            return false
        }
    }

    private static func openingFailure(_ failure: SystemFailure, _ path: String) -> TreeError {
        let (code, advice): (TreeError.Code, String) =
            switch failure.number {
            case ENOENT: (.notFound, "there is no such folder")
            case ENOTDIR: (.wrongKind, "it is not a folder")
            case EACCES, EPERM: (.permissionDenied, "give the account that Holdfast runs as access to it")
            case ENOSYS:
                (.unsupported, "Holdfast needs the system call openat2 (Linux 5.6 or newer, not blocked by a sandbox)")
            default: (.treeUnavailable, failure.text)
            }
        return TreeError(
            code, path: .root, message: "cannot open the folder '\(path)': \(advice)", systemError: failure.number)
    }
}

/// Device and inode: the same for two names of one file system object, different
/// for any two objects.
struct Identity: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
