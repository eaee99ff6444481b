import CLinuxCalls
import FileTree
public import Foundation
import Glibc
public import Logging
import Synchronization

/// Learns from the kernel whether anything happened in the folders of sources, so that one in which
/// nothing did need not be read (docs/decisions/0050).
///
/// A folder is watched before it is listed, so what happens meanwhile or later is an event, and
/// what happened before is in the listing. The kernel tells of what is done on this machine,
/// through any name of the folder. It tells nothing of what others do on a share, of a write into
/// memory that a file is mapped to, and of what is done through a name of a file elsewhere. So only
/// file systems of this machine are watched, sources with files of several names are not, and each
/// source is read once a day in any case.
public final class FolderWatcher: Sendable {
    /// How long it is believed that nothing happened in a source.
    static let trustedSeconds: TimeInterval = 24 * 3600
    /// How long events are gathered. The queue holds 16,384 of them unless the system says otherwise.
    private static let gatheringMilliseconds: Int32 = 100

    private let queue: EventQueue
    private let mounts: MountWatch
    private let instance: String
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let state = Mutex(WatchedFolders())
    private let warned = Mutex<Set<String>>([])

    /// - Parameter instance: a text that no other process has.
    /// - Throws: `unavailable` where the system gives no queue.
    public init(instance: String, now: @escaping @Sendable () -> Date, logger: Logger) throws(TenantError) {
        do throws(SystemFailure) {
            queue = try EventQueue()
            mounts = try MountWatch()
        } catch {
            throw TenantError(.unavailable, "the kernel watches no folders (inotify): \(error.text)", cause: error)
        }
        self.instance = instance
        self.now = now
        self.logger = logger
        let thread = Thread { [weak self, descriptor = queue.descriptor] in
            while true {
                Self.waitForEvents(in: descriptor)
                guard let self else { return }
                self.state.withLock { self.drain(&$0) }
            }
        }
        thread.name = "folder-watch"
        thread.start()
    }

    /// Waits until events have gathered, or long enough to look whether anybody still wants them.
    private static func waitForEvents(in queue: Descriptor) {
        var request = pollfd(fd: queue.number, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&request, 1, 1_000) > 0 { _ = poll(nil, 0, gatheringMilliseconds) }
    }

    /// How many folders are watched.
    public var count: Int { state.withLock { $0.count } }

    /// Whether nothing happened in a source since its token was made.
    func isUnchanged(_ source: SourceID, root: Identity, since token: ChangeToken) -> Bool {
        state.withLock { state in
            drain(&state)
            guard let armed = state.unchanged(source), armed.root == root, self.token(armed) == token else {
                return false
            }
            let age = now().timeIntervalSince(armed.since)
            return (0..<Self.trustedSeconds).contains(age)
        }
    }

    /// Begins to read a source; nil where it cannot be watched.
    func walk(_ source: SourceID, root: Identity) -> FolderWalk? {
        state.withLock { state in
            drain(&state)
            guard !state.isRefused(source, at: now()) else { return nil }
            state.begin(source)
            return FolderWalk(
                source: source, root: root, events: state.events(of: source), epoch: state.epoch, watcher: self)
        }
    }

    /// Watches a folder of a source.
    func watch(_ folder: Descriptor, of source: SourceID) throws(SystemFailure) -> Int32 {
        // An event must not come before its watch has an owner.
        let result = state.withLock { state in
            let result = queue.watch(folder)
            if case .success(let watch) = result { state.own(watch, by: source) }
            return result
        }
        return try result.get()
    }

    /// A source was read whole.
    func finish(_ walk: FolderWalk, watches: Set<Int32>) -> ChangeToken? {
        state.withLock { state in
            drain(&state)
            guard state.epoch == walk.epoch else { return nil }
            let time = now()
            let (armed, superfluous) = state.arm(
                walk.source, root: walk.root, events: walk.events, watches: watches, at: time)
            for watch in superfluous { queue.end(watch) }
            // Nobody asks for these any more.
            for source in state.sources(readBefore: time.addingTimeInterval(-2 * Self.trustedSeconds)) {
                for watch in state.release(source, [], until: nil) { queue.end(watch) }
            }
            return token(armed)
        }
    }

    /// A source cannot be watched, and is not tried again for a day.
    func giveUp(_ walk: FolderWalk, watches: Set<Int32>, because reason: WatchRefusal) {
        state.withLock { state in
            let until = now().addingTimeInterval(Self.trustedSeconds)
            for watch in state.release(walk.source, watches, until: until) { queue.end(watch) }
        }
        guard warned.withLock({ $0.insert(reason.text).inserted }) else { return }
        logger.log(
            level: reason.level, "\(reason.text)", metadata: ["source": "\(walk.source)"])
    }

    private func token(_ armed: WatchedFolders.Armed) -> ChangeToken {
        ChangeToken("\(instance)/\(armed.serial)/\(armed.events)")
    }

    private func drain(_ state: inout WatchedFolders) {
        if mounts.hasChanged() { state.distrust() }
        queue.drain { state.note($0) }
    }
}
