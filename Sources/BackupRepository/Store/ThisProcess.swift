import Glibc

/// When the process of a number began, as the system tells those of one name space.
public enum ProcessStart: Sendable, Hashable {
    /// There is no such process, or only what is left of one until its parent looks.
    case none
    /// There is one, and it began then.
    case ticks(UInt64)
    /// The system does not tell.
    case unknown
}

/// This process: its name, and what it can say of others.
public struct ThisProcess: Sendable, CustomStringConvertible {
    /// What leases and locks call it.
    public let identity: ProcessIdentity
    /// Instances of which something else proves that they have ended: they held a lock of the
    /// system that was free.
    public var ended: Set<String> = []
    private let start: @Sendable (Int32) -> ProcessStart

    /// Names a process.
    /// - Parameter start: when the process of a number began, in the name spaces of `identity`.
    public init(_ identity: ProcessIdentity, start: @escaping @Sendable (Int32) -> ProcessStart) {
        self.identity = identity
        self.start = start
    }

    /// The process that runs this.
    public static func current() -> ThisProcess {
        ThisProcess(SystemProcesses.identity, start: { SystemProcesses.start(of: $0) })
    }

    /// The name, as leases hold it.
    public var description: String { identity.description }

    /// Whether a process has certainly ended. A process of which nothing is known counts as alive:
    /// its leases and locks run out by themselves.
    public func isGone(_ other: ProcessIdentity) -> Bool {
        guard other.instance != identity.instance else { return false }
        if ended.contains(other.instance) { return true }
        guard let theirs = other.origin, let ours = identity.origin, theirs.bootID == ours.bootID,
            theirs.namespaces == ours.namespaces
        else { return false }
        return switch start(other.processID) {
        case .none: true
        case .ticks(let ticks): ticks != theirs.startTicks
        case .unknown: false
        }
    }

    /// The same for the text of a lease.
    public func isGone(_ owner: String) -> Bool { ProcessIdentity(owner).map(isGone) ?? false }
}

/// What Linux tells of processes.
enum SystemProcesses {
    /// The same for every call of one process.
    static let identity = ProcessIdentity(
        host: hostname, processID: getpid(),
        instance: (0..<4).map { _ in String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16) }.joined(),
        origin: origin)

    private static var hostname: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// nil where `/proc` is missing or shows another name space than ours, in which
    /// numbers mean other processes.
    private static var origin: ProcessIdentity.Origin? {
        guard let boot = text("/proc/sys/kernel/random/boot_id"), let space = link("/proc/self/ns/pid"),
            let stat = text("/proc/self/stat"),
            link("/proc/self") == "\(getpid())", case .ticks(let ticks) = start(inStat: stat)
        else { return nil }
        let spaces = [space, link("/proc/self/ns/time") ?? ""].map { $0.filter(\.isNumber) }.joined(separator: ".")
        return ProcessIdentity.Origin(bootID: boot.filter { !$0.isWhitespace }, namespaces: spaces, startTicks: ticks)
    }

    static func start(of processID: Int32) -> ProcessStart {
        guard processID > 0 else { return .unknown }
        // Of a living process of another user the system says that we may not; `/proc` may hide it.
        if kill(processID, 0) != 0, errno == ESRCH { return .none }
        return text("/proc/\(processID)/stat").map(start(inStat:)) ?? .unknown
    }

    /// The start in the text of `/proc/<number>/stat`. The program's name, in parentheses, may
    /// hold anything. Source: proc(5).
    static func start(inStat text: String) -> ProcessStart {
        guard let end = text.lastIndex(of: ")") else { return .unknown }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // Field 3, the state, is the first; 20 is the number of threads and 22 the start.
        guard fields.count > 19, let ticks = UInt64(fields[19]) else { return .unknown }
        return fields[0] == "Z" && fields[17] == "1" ? .none : .ticks(ticks)
    }

    private static func text(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    private static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
