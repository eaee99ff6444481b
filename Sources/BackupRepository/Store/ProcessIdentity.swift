/// What tells a process from every other one, on this machine and elsewhere: the name that
/// leases and locks bear.
///
/// A machine's name and a process number do not: containers and cloned machines share names, every
/// container begins with number 1, and numbers come again.
public struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
    /// Where and when a process began, as its system tells it.
    public struct Origin: Sendable, Hashable {
        /// New with every start of the machine: `/proc/sys/kernel/random/boot_id`.
        public var bootID: String
        /// The name spaces in which numbers and times of processes mean what they say: the inodes
        /// of `/proc/self/ns/pid` and `…/time`.
        public var namespaces: String
        /// When the process began, in the system's ticks: field 22 of `/proc/<number>/stat`.
        public var startTicks: UInt64

        public init(bootID: String, namespaces: String, startTicks: UInt64) {
            self.bootID = bootID
            self.namespaces = namespaces
            self.startTicks = startTicks
        }
    }

    /// The machine's name, for people.
    public let host: String
    /// The process's number in its name space.
    public let processID: Int32
    /// Random, different for every start.
    public let instance: String
    /// nil where the system does not tell, and in what earlier programs wrote.
    public let origin: Origin?

    /// Names a process. Slashes in the host's name are replaced.
    public init(host: String, processID: Int32, instance: String, origin: Origin? = nil) {
        self.host = String(host.map { $0 == "/" ? "-" : $0 })
        self.processID = processID
        self.instance = instance
        self.origin = origin
    }

    /// Reads the text of a lease: `<host>/<number>/<instance>`, and after it `/<boot id>/<name
    /// spaces>/<start>` where the origin is known.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 || parts.count == 6, let number = Int32(parts[1]) else { return nil }
        self.init(host: parts[0], processID: number, instance: parts[2], origin: Origin(parts.dropFirst(3)))
    }

    /// The text that leases hold.
    public var description: String {
        (["\(host)", "\(processID)", instance] + (origin?.parts ?? [])).joined(separator: "/")
    }
}

extension ProcessIdentity.Origin {
    fileprivate init?(_ parts: ArraySlice<String>) {
        let parts = Array(parts)
        guard parts.count == 3, let ticks = UInt64(parts[2]) else { return nil }
        self.init(bootID: parts[0], namespaces: parts[1], startTicks: ticks)
    }

    fileprivate var parts: [String] { [bootID, namespaces, "\(startTicks)"] }
}

extension ProcessIdentity {
    private static let userPrefix = "holdfast-"

    /// The user that restic's locks bear: `holdfast-<instance>`, and the origin after it. restic
    /// shows it to people and compares nothing with it.
    var lockUser: String { Self.userPrefix + ([instance] + (origin?.parts ?? [])).joined(separator: "/") }

    /// Who holds a lock; nil where it is another program's, or of a Holdfast that did not say.
    init?(lockHost host: String, processID: Int32, user: String) {
        guard user.hasPrefix(Self.userPrefix) else { return nil }
        let parts = user.dropFirst(Self.userPrefix.count).split(separator: "/", omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 1 || parts.count == 4, let instance = parts.first, !instance.isEmpty else { return nil }
        self.init(host: host, processID: processID, instance: instance, origin: Origin(parts.dropFirst()))
    }
}
