import Foundation
import Glibc

/// Names the process that holds a lease, so that the leases of one that was killed can be told from those of one that lives.
///
/// The text is `<host>/<process number>/<instance>`; the instance is new with every start, because containers start every process
/// with the same number.
public struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The machine's name.
    public let host: String
    /// The process's number on that machine.
    public let processID: Int32
    /// Different for every start.
    public let instance: String
    private let isAlive: @Sendable (Int32) -> Bool

    /// Names a process. Slashes in the host's name are replaced.
    public init(host: String, processID: Int32, instance: String, isAlive: @escaping @Sendable (Int32) -> Bool) {
        self.host = host.replacingOccurrences(of: "/", with: "-")
        self.processID = processID
        self.instance = instance
        self.isAlive = isAlive
    }

    /// Names this process.
    public static func current() -> ProcessIdentity {
        ProcessIdentity(
            host: ProcessInfo.processInfo.hostName, processID: getpid(), instance: UUID().uuidString.lowercased(),
            isAlive: { kill($0, 0) == 0 || errno == EPERM })
    }

    /// The text that leases hold.
    public var description: String { "\(host)/\(processID)/\(instance)" }

    /// Whether the holder of a lease is certainly gone: a process of this machine that does not live, or an earlier one of our number.
    public func isGone(_ owner: String) -> Bool {
        let parts = owner.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == host, let number = Int32(parts[1]) else { return false }
        if number == processID { return parts[2] != instance }
        return !isAlive(number)
    }

    /// Equal names.
    public static func == (left: ProcessIdentity, right: ProcessIdentity) -> Bool { left.description == right.description }

    /// The name.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
