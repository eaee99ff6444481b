import BackupRepository
import CLinuxCalls
import Foundation

/// The right to be the one server of a state folder with an SQLite catalogue.
///
/// A lock of the system on a file of the folder (flock(2)). The system releases it when the process
/// ends, however it ends, so a start after a kill works at once, in whatever container the killed
/// one ran. The file says who holds the lock.
final class StateLock: Sendable {
    /// Who holds the lock.
    private struct Record: Codable {
        /// The process, as leases name it.
        var holder: String
        var since: Date
        /// Instances that held it before, the latest last.
        var earlier: [String]
    }

    /// How many earlier holders the file names at most. What older ones left has long run out.
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
    /// - Throws: `StateRefusal` where another process holds it, with its name and since when.
    static func take(
        in folder: URL, process: ProcessIdentity = ThisProcess.current().identity, now: Date = Date()
    ) throws -> StateLock {
        let path = folder.appending(path: StateFile.lock).path
        // Not inherited by children, which would keep the lock after our end.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StateRefusal.lockNotOpened(file: path, cause: systemText(errno)) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let before = record(in: file)
        switch -holdfast_try_lock(descriptor) {
        case 0: break
        case EWOULDBLOCK: throw inUse(folder, before)
        case let number: throw StateRefusal.lockNotTaken(file: path, cause: systemText(number))
        }
        // Read again: the holder of a moment ago may have written and ended in between.
        try file.seek(toOffset: 0)
        let earlier = predecessors(in: record(in: file), of: process)
        try write(Record(holder: process.description, since: now, earlier: earlier), to: file)
        return StateLock(file: file, predecessors: Set(earlier))
    }

    /// The record in the file from where it stands; nil where there is none, or a damaged one.
    private static func record(in file: FileHandle) -> Record? {
        (try? file.readToEnd()).flatMap { try? decoder.decode(Record.self, from: $0) }
    }

    /// The instances that held the lock before `process`, the latest last.
    private static func predecessors(in record: Record?, of process: ProcessIdentity) -> [String] {
        guard let record else { return [] }
        let last = ProcessIdentity(record.holder).map { [$0.instance] } ?? []
        return (record.earlier + last).filter { $0 != process.instance }.suffix(maximumEarlier)
    }

    private static func write(_ record: Record, to file: FileHandle) throws {
        try file.truncate(atOffset: 0)
        try file.seek(toOffset: 0)
        try file.write(contentsOf: encoder.encode(record) + Data("\n".utf8))
        try file.synchronize()
    }

    private static func inUse(_ folder: URL, _ record: Record?) -> StateRefusal {
        let holder = record.flatMap { ProcessIdentity($0.holder) }.map { "process \($0.processID) on '\($0.host)'" }
        return .inUse(
            folder: folder.path, holder: holder ?? "another process", since: record?.since.formatted(.iso8601))
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
