import CLinuxCalls
import FileTree
import Glibc
import Synchronization

/// Folders whose mode is changed for the time of a call so that their owner can work in them, with
/// the mode that each gets back.
///
/// Several calls may need the same folder at once: the first changes the mode, the
/// last puts it back.
final class WidenedFolders: Sendable {
    private struct Entry {
        var users: Int
        var mode: mode_t
    }

    private let entries = Mutex<[Identity: Entry]>([:])

    /// Gives the owner access. Returns false where nothing was changed: the owner had access
    /// already, or the folder is not ours.
    func acquire(_ folder: Descriptor) throws(SystemFailure) -> Bool {
        let result = entries.withLock { entries -> Result<Bool, SystemFailure> in
            do throws(SystemFailure) {
                let status = try System.status(folder)
                let identity = Identity(status)
                if entries[identity] != nil {
                    entries[identity]?.users += 1
                    return .success(true)
                }
                let mode = status.st_mode & 0o7777
                guard ItemKind(mode: status.st_mode) == .folder, mode & 0o700 != 0o700 else { return .success(false) }
                try System.kernel { holdfast_change_mode(folder.number, mode | 0o700) }
                entries[identity] = Entry(users: 1, mode: mode)
                return .success(true)
            } catch {
                return error.number == EPERM ? .success(false) : .failure(error)
            }
        }
        return try result.get()
    }

    /// Ends one use; the last use restores the mode.
    func release(_ folder: Descriptor) throws(SystemFailure) {
        let identity = Identity(try System.status(folder))
        let result = entries.withLock { entries -> Result<Void, SystemFailure> in
            guard var entry = entries[identity] else { return .success(()) }
            entry.users -= 1
            guard entry.users == 0 else {
                entries[identity] = entry
                return .success(())
            }
            entries[identity] = nil
            do throws(SystemFailure) {
                try System.kernel { holdfast_change_mode(folder.number, entry.mode) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Sets a mode, now, or at the end of the folder's use where it is in use.
    func setMode(_ mode: mode_t, of item: Descriptor) throws(SystemFailure) {
        let identity = Identity(try System.status(item))
        let result = entries.withLock { entries -> Result<Void, SystemFailure> in
            if entries[identity] != nil {
                entries[identity]?.mode = mode
                return .success(())
            }
            do throws(SystemFailure) {
                try System.kernel { holdfast_change_mode(item.number, mode) }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}

extension LocalTree {
    /// Evaluates `work`; if the system denies access and the tree is open for writing, evaluates it
    /// again with the folders on the way opened up.
    /// - Parameters:
    ///   - action: what `work` does, for the message: "cannot make the folder".
    ///   - opening: whether the item itself is a folder that must be opened up too.
    func reaching<Answer>(
        _ path: TreePath, to action: String, opening: Bool = false,
        _ work: @autoclosure () throws(SystemFailure) -> Answer
    ) throws(TreeError) -> Answer {
        do throws(SystemFailure) {
            do throws(SystemFailure) {
                return try work()
            } catch {
                guard error.number == EACCES, access == .write else { throw error }
            }
            return try openingUp(opening ? path : path.parent, work)
        } catch {
            throw failure(error, at: path, to: action)
        }
    }

    private func openingUp<Answer>(
        _ folder: TreePath, _ work: () throws(SystemFailure) -> Answer
    ) throws(SystemFailure) -> Answer {
        var held: [Descriptor] = []
        let outcome: Result<Answer, SystemFailure>
        do throws(SystemFailure) {
            for path in LocalTree.way(to: folder) {
                let handle = try handle(path)
                if try widened.acquire(handle) { held.append(handle) }
            }
            outcome = .success(try work())
        } catch {
            outcome = .failure(error)
        }
        // From the innermost outwards, and every one even if another fails.
        var failure: SystemFailure?
        for handle in held.reversed() {
            do throws(SystemFailure) { try widened.release(handle) } catch { failure = error }
        }
        let answer = try outcome.get()
        if let failure { throw failure }
        return answer
    }

    /// The root, then each folder on the way, then the folder itself.
    private static func way(to folder: TreePath) -> [TreePath] {
        var way = [folder]
        while let last = way.last, !last.isRoot { way.append(last.parent) }
        return way.reversed()
    }
}
