import BackupRepository
import Catalog
import Foundation

/// What a job keeps across its runs.
struct JobCursor: Codable, Hashable, Sendable {
    /// Runs that began and were not ended in an orderly way, with the present one.
    var starts = 0
    /// What came of it: the id of the restore point for a backup. `Job.result` reads it by this name.
    var result: String?
    /// From where the next run goes on, for the kinds of jobs that can: the last
    /// pack that was verified.
    var position: String?
    /// The processes from which the job was taken over, the last ones: their instances, by which the
    /// locks are known that they left in the repository.
    var formerHolders: [String]?

    private static let holdersKept = 4

    /// Reads a job's cursor; an absent or unknown one counts as new.
    init(_ job: Job) {
        guard let text = job.cursor, let cursor = try? JSONDecoder().decode(JobCursor.self, from: Data(text.utf8))
        else { return }
        self = cursor
    }

    /// What the row keeps when a run has ended, or would keep if the process died now.
    ///
    /// The claim has counted the run already (`counted`), so that a run which dies without a word
    /// counts. One that says how it ended takes its count back, unless it failed. Who got anywhere
    /// is not what kills the process: the count begins again with that run.
    ///
    /// | the run | starts | position | result |
    /// |---|---|---|---|
    /// | died or failed | as counted, 1 at most where it got further | as far as it got | as before |
    /// | was interrupted or postponed | one less, 1 at most where it got further | as far as it got | as before |
    /// | is done | one less | as before | its own |
    ///
    /// - Parameter position: how far the run got; nil where that is no further than it began.
    func after(_ end: RunEnd, reached position: String?) -> JobCursor {
        var cursor = self
        if end != .failed { cursor.starts -= 1 }
        if case .done(let result) = end {
            cursor.result = result
            cursor.formerHolders = nil
            return cursor
        }
        guard let position, position != self.position else { return cursor }
        cursor.position = position
        cursor.starts = min(cursor.starts, 1)
        return cursor
    }

    /// The cursor with one more run of a job that waited, as a claim writes it.
    var counted: JobCursor { counted(after: nil) }

    /// The cursor with one more run, as a claim writes it.
    /// - Parameter holder: who held the job until now; nil where it waited.
    func counted(after holder: String?) -> JobCursor {
        var cursor = self
        cursor.starts += 1
        if let instance = holder.flatMap({ ProcessIdentity($0)?.instance }) {
            let others = (formerHolders ?? []).filter { $0 != instance }
            cursor.formerHolders = (others + [instance]).suffix(Self.holdersKept)
        }
        return cursor
    }

    /// The JSON text that the row keeps.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(self) else { preconditionFailure("a number and a text always encode") }
        return String(decoding: data, as: UTF8.self)
    }
}

/// How a run of a job ended.
enum RunEnd: Hashable, Sendable {
    /// It failed, or goes on and may die any moment.
    case failed
    /// It was given back in an orderly way: the process stops, or something is in the way.
    case interrupted
    /// It did its work; what came of it.
    case done(result: String?)
}
