import Foundation
import Logging

/// Whether journald reads what this process writes, and how it wants to be told the priority of a line.
///
/// Source: systemd.exec(5), `$JOURNAL_STREAM`; sd-daemon(3), priorities of syslog(3).
enum JournalStream {
    /// Whether standard error leads to journald.
    static let isStandardError: Bool = {
        guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"],
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/2")
        else { return false }
        return isNamed(stream, target: target)
    }()

    /// Whether the variable, device and number of a socket, names what a descriptor leads to. A process
    /// that was started by another one inherits the variable, and may write elsewhere.
    static func isNamed(_ stream: String, target: String) -> Bool {
        let numbers = stream.split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
        guard numbers.count == 2, numbers[0] != nil, let number = numbers[1] else { return false }
        return target == "socket:[\(number)]"
    }

    /// What stands before a line of a level.
    static func priority(_ level: Logger.Level) -> String {
        switch level {
        case .critical: "<2>"
        case .error: "<3>"
        case .warning: "<4>"
        case .notice: "<5>"
        case .info: "<6>"
        case .debug, .trace: "<7>"
        }
    }
}
