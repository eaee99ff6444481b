import CLinuxCalls
import FileTree
import Glibc
import Logging
import Synchronization

/// Why a source is read each time instead of being watched.
enum WatchRefusal: Hashable, Sendable {
    case limit
    case notLocal
    case severalNames
    case failed(Int32)

    var text: String {
        switch self {
        case .limit:
            """
            The kernel watches no more folders, so some drives are read whole at each backup; raise \
            fs.inotify.max_user_watches (sysctl).
            """
        case .notLocal:
            "A drive is on a file system that others can write to unseen, so it is read whole at each backup."
        case .severalNames:
            "A drive has files of several names (hard links), so it is read whole at each backup."
        case .failed(let number):
            "A drive cannot be watched, so it is read whole at each backup: \(SystemFailure(number: number).text)."
        }
    }

    var level: Logger.Level {
        switch self {
        case .limit, .failed: .warning
        case .notLocal, .severalNames: .info
        }
    }
}

/// The reading of a source, during which its folders are watched.
final class FolderWalk: FolderObserver {
    let source: SourceID
    let root: Identity
    /// How many events there had been when it began.
    let events: UInt64
    let epoch: UInt64
    private let watcher: FolderWatcher

    private struct State {
        var watches: Set<Int32> = []
        var refusal: WatchRefusal?
    }
    private let state = Mutex(State())

    init(source: SourceID, root: Identity, events: UInt64, epoch: UInt64, watcher: FolderWatcher) {
        self.source = source
        self.root = root
        self.events = events
        self.epoch = epoch
        self.watcher = watcher
    }

    func willList(_ folder: Descriptor) {
        guard state.withLock({ $0.refusal }) == nil else { return }
        guard LocalFileSystems.hold(folder) else { return refuse(.notLocal) }
        do throws(SystemFailure) {
            let watch = try watcher.watch(folder, of: source)
            state.withLock { _ = $0.watches.insert(watch) }
        } catch {
            refuse(error.number == ENOSPC ? .limit : .failed(error.number))
        }
    }

    func listed(_ items: [Item]) {
        // Who writes through a name in another folder is not seen in this one.
        if items.contains(where: { $0.attributes.kind == .file && $0.attributes.linkCount > 1 }) {
            refuse(.severalNames)
        }
    }

    private func refuse(_ reason: WatchRefusal) {
        state.withLock { $0.refusal = $0.refusal ?? reason }
    }

    /// All of the source was read.
    func finish() -> ChangeToken? {
        let (watches, refusal) = state.withLock { ($0.watches, $0.refusal) }
        guard let refusal else { return watcher.finish(self, watches: watches) }
        watcher.giveUp(self, watches: watches, because: refusal)
        return nil
    }
}
