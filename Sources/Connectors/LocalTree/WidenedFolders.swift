import CLinuxCalls
import FileTree
import Glibc
import Synchronization

/// Folders whose mode was changed for a moment so that their owner can work in them, with the mode
/// that each gets back.
///
/// Several calls may need the same folder at once: the first changes the mode, the
/// last puts it back.
final class WidenedFolders: Sendable {
    private struct Entry {
        var users: Int
        var mode: mode_t
    }

    private let entries = Mutex<[Identity: Entry]>([:])

    /// Lets the owner in. False where nothing was changed: the owner may come in already, or the
    /// folder is not ours.
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

    /// Ends one use; the last one puts the mode back.
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
    /// Runs `body`; where the system does not let it in and the tree is open for writing, once more
    /// with the folders on the way opened up.
    /// - Parameter opening: whether the item itself is a folder that must be opened up too.
    func reaching<Answer>(
        _ path: TreePath, _ action: String, opening: Bool = false, _ body: () throws(SystemFailure) -> Answer
    ) throws(TreeError) -> Answer {
        do throws(SystemFailure) {
            do throws(SystemFailure) {
                return try body()
            } catch {
                guard error.number == EACCES, access == .write else { throw error }
            }
            return try openedUp(opening ? path : path.parent, body)
        } catch {
            throw failure(error, path, action)
        }
    }

    private func openedUp<Answer>(
        _ folder: TreePath, _ body: () throws(SystemFailure) -> Answer
    ) throws(SystemFailure) -> Answer {
        var held: [Descriptor] = []
        let outcome: Result<Answer, SystemFailure>
        do throws(SystemFailure) {
            for path in LocalTree.way(to: folder) {
                let handle = try handle(path)
                if try widened.acquire(handle) { held.append(handle) }
            }
            outcome = .success(try body())
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
