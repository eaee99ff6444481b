import CLinuxCalls
import Glibc

/// The kernel's queue of what happens in watched folders (inotify(7)).
struct EventQueue: ~Copyable, Sendable {
    /// What was read from the queue.
    enum Event {
        /// Something changed in a folder, or the folder itself did.
        case changed(watch: Int32)
        /// The kernel watches the folder no longer.
        case ended(watch: Int32)
        /// The queue was full: events are missing.
        case overflow
    }

    /// Everything that can make a listing, an attribute or a content differ. Reading is no change.
    private static let mask = UInt32(
        IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO
            | IN_MOVE_SELF | IN_ONLYDIR)
    private static let bufferSizeBytes = 64 * 1024

    let descriptor: Descriptor

    /// - Throws: `EMFILE` where the account has as many queues as it may (`fs.inotify.max_user_instances`).
    init() throws(SystemFailure) {
        descriptor = Descriptor(owning: try System.library { inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC)) })
    }

    /// - Returns: the number of the folder's watch, the same for each of its names.
    ///   It fails with `ENOSPC` where there are as many watches as there may be (`fs.inotify.max_user_watches`).
    func watch(_ folder: Descriptor) -> Result<Int32, SystemFailure> {
        let watch = unsafe inotify_add_watch(descriptor.number, "/proc/self/fd/\(folder.number)", Self.mask)
        return watch < 0 ? .failure(SystemFailure(number: errno)) : .success(watch)
    }

    /// Ends a watch; one that has ended is left.
    func end(_ watch: Int32) { _ = inotify_rm_watch(descriptor.number, watch) }

    /// Takes all events that wait.
    func drain(_ body: (Event) -> Void) {
        let start = UnsafeMutableRawPointer.allocate(byteCount: Self.bufferSizeBytes, alignment: 8)
        defer { unsafe start.deallocate() }
        while true {
            let count = unsafe read(descriptor.number, start, Self.bufferSizeBytes)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            var position = 0
            while position < count {
                // The kernel wrote whole records; the length of the name behind each is in it.
                let event = unsafe start.load(fromByteOffset: position, as: inotify_event.self)
                body(Self.event(event.wd, event.mask))
                position += MemoryLayout<inotify_event>.size + Int(event.len)
            }
        }
    }

    private static func event(_ watch: Int32, _ mask: UInt32) -> Event {
        if mask & UInt32(IN_Q_OVERFLOW) != 0 { return .overflow }
        return mask & UInt32(IN_IGNORED) != 0 ? .ended(watch: watch) : .changed(watch: watch)
    }
}
