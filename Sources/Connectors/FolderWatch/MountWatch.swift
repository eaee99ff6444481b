import Glibc

/// Tells whether something was mounted or unmounted: neither is an event of a folder, and both
/// change what it holds.
struct MountWatch: ~Copyable, Sendable {
    private let table: Descriptor

    init() throws(SystemFailure) {
        table = try System.open(trusted: Array("/proc/self/mountinfo".utf8), flags: O_RDONLY)
        _ = hasChanged()
    }

    /// Whether the mounts are other ones than at the last call.
    func hasChanged() -> Bool {
        var request = pollfd(fd: table.number, events: Int16(POLLPRI), revents: 0)
        // The kernel tells each open table once of a change (proc(5)).
        return unsafe poll(&request, 1, 0) > 0
    }
}
