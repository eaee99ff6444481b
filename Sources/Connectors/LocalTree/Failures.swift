import FileTree
import Glibc

extension LocalTree {
    /// The failure of a system call as a `TreeError`. A missing item in a tree that is
    /// itself gone is `treeUnavailable`.
    func failure(_ failure: SystemFailure, at path: TreePath, to action: String) -> TreeError {
        if failure.number == ENOENT || failure.number == ENOTDIR, let gone = rootFailure() { return gone }
        let (code, advice) = LocalTree.meaning(of: failure.number)
        let message = "cannot \(action): \(failure.text)" + (advice.isEmpty ? "" : "; \(advice)")
        return TreeError(code, path: path, message: message, systemError: failure.number)
    }

    /// The error for everything in the tree once its root is gone or replaced; nil while the
    /// root is in place.
    func rootFailure() -> TreeError? {
        guard !rootStands() else { return nil }
        return TreeError(
            .treeUnavailable, path: .root,
            message: "the folder \(displayName) is gone or was replaced; put it back or mount it again",
            systemError: ENOENT)
    }

    /// What an error number means here, and what to do about it.
    private static func meaning(of number: Int32) -> (TreeError.Code, advice: String) {
        switch number {
        case ENOENT: (.notFound, "")
        case EACCES, EPERM: (.permissionDenied, "give the account that Holdfast runs as access to it")
        case EROFS: (.permissionDenied, "the file system is mounted read-only")
        case ENOTDIR, EISDIR: (.wrongKind, "an item of another kind stands there")
        case EEXIST: (.alreadyExists, "")
        case ENOTEMPTY: (.notEmpty, "")
        case ENOSPC, EDQUOT: (.outOfSpace, "free space or raise the quota, then try again")
        // It concerns this file alone: freeing space does not help.
        case EFBIG: (.unsupported, "the file system or a limit does not allow a file of this size")
        case ELOOP, EXDEV:
            (.escapes, "a symbolic link or another file system is in the way, and links are never followed")
        case ENAMETOOLONG: (.invalidName, "names there have at most 255 bytes")
        case EILSEQ, EINVAL: (.invalidName, "the file system does not accept this name or value")
        case EOPNOTSUPP, ENOSYS: (.unsupported, "the file system does not have this feature")
        case ESTALE, ENOTCONN, ENODEV, ENXIO, EHOSTDOWN, EHOSTUNREACH, ETIMEDOUT, ESHUTDOWN:
            (.treeUnavailable, "mount the file system again, then try again")
        default: (.inputOutput, "")
        }
    }
}
