import BackupRepository
import CLinuxCalls
import Foundation

/// The right to be the one server of a state folder with an SQLite catalogue.
///
/// A lock of the system on a file of the folder (flock(2)): it is given back when the process ends,
/// however it ends, so a start after a kill works at once, in whatever container the killed one
/// ran. The file tells the next one who holds it.
final class StateLock: Sendable {
    /// The file in the state folder.
    static let fileName = "server.lock"

    /// Who holds the lock.
    private struct Record: Codable {
        /// The process, as leases name it.
        var holder: String
        var since: Date
        /// Instances that held it before, the latest last.
        var earlier: [String]
    }

    /// The most earlier holders that the file names. What older ones left has long run out.
    private static let maximumEarlier = 32

    /// Instances that held the lock before and have therefore ended.
    let predecessors: Set<String>
    /// Open as long as this lives.
    private let file: FileHandle

    private init(file: FileHandle, predecessors: Set<String>) {
        self.file = file
        self.predecessors = predecessors
    }

    /// Takes the lock and notes this process as its holder.
    /// - Throws: `UsageError` where another process holds it, by its name and since when.
    static func take(
        in folder: URL, process: ProcessIdentity = ThisProcess.current().identity, now: Date = Date()
    ) throws -> StateLock {
        let path = folder.appending(path: fileName).path
        // Not inherited by children, which would keep the lock after our end.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw refusal(path, "opened", errno) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let before = (try? file.readToEnd()).flatMap { try? decoder.decode(Record.self, from: $0) }
        switch -holdfast_try_lock(descriptor) {
        case 0: break
        case EWOULDBLOCK: throw inUse(folder, before)
        case let number: throw refusal(path, "locked", number)
        }
        // Read again: the holder of a moment ago may have written and ended in between.
        try file.seek(toOffset: 0)
        let last = (try? file.readToEnd()).flatMap { try? decoder.decode(Record.self, from: $0) }
        let lastInstance = last.flatMap { ProcessIdentity($0.holder)?.instance }
        let earlier = ((last?.earlier ?? []) + (lastInstance.map { [$0] } ?? [])).filter { $0 != process.instance }
            .suffix(maximumEarlier)
        try write(Record(holder: process.description, since: now, earlier: Array(earlier)), to: file)
        return StateLock(file: file, predecessors: Set(earlier))
    }

    private static func write(_ record: Record, to file: FileHandle) throws {
        try file.truncate(atOffset: 0)
        try file.seek(toOffset: 0)
        try file.write(contentsOf: encoder.encode(record) + Data("\n".utf8))
        try file.synchronize()
    }

    private static func inUse(_ folder: URL, _ record: Record?) -> UsageError {
        let holder =
            record.flatMap { ProcessIdentity($0.holder) }.map { "process \($0.processID) on '\($0.host)'" }
            ?? "another process"
        let since = record.map { " since \($0.since.formatted(.iso8601))" } ?? ""
        return UsageError(
            "The state folder '\(folder.path)' is in use: \(holder) serves it\(since). Stop that server first, or "
                + "give this one a --state of its own. Commands such as 'holdfast backup' work beside a server."
        )
    }

    private static func refusal(_ path: String, _ what: String, _ number: Int32) -> UsageError {
        let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        let advice =
            what == "locked"
            ? "A state folder needs a file system that can lock files." : "Look at its permissions and its folder's."
        return UsageError("'\(path)' cannot be \(what) (\(reason)). \(advice)")
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
