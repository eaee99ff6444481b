import Catalog
import Foundation
public import Logging
public import ProtectionService

/// What the log says of a job that people know by a name: whose it is, told as soon as that is
/// known, and what it did, told at its end.
struct JobReport: Sendable {
    /// The unit whose content the job reads or writes.
    var unit: ProtectionUnit
    /// `Backed up.`, for example; nil while the job is not done.
    var done: String?
    /// Files that the job looked at or restored, and their content.
    var files: UInt64 = 0
    var bytes: UInt64 = 0
    /// Further particulars by name.
    var more: Logger.Metadata = [:]

    init(_ unit: ProtectionUnit) { self.unit = unit }

    /// Whose the job is.
    var subject: Logger.Metadata { ["name": "\(unit.knownName)", "unit": "\(unit.id)"] }

    /// The one line of a job that ended well.
    func log(to logger: Logger, jobID: String, seconds: Double) {
        guard let done else { return }
        var metadata = subject.merging(more) { $1 }
        metadata["files"] = .stringConvertible(files)
        metadata["bytes"] = .stringConvertible(bytes)
        metadata["seconds"] = .stringConvertible((seconds * 1000).rounded() / 1000)
        metadata["job"] = "\(jobID)"
        logger.info("\(done)", metadata: metadata)
    }
}

extension JobContext {
    /// Notes whose content the job is about.
    func concerns(_ unit: ProtectionUnit) { progress.note { $0 = JobReport(unit) } }

    /// Notes what the job did, for the line that is logged once its end is in the catalogue.
    func did(_ message: String, files: Int, bytes: Int, _ more: Logger.Metadata = [:]) {
        progress.note { report in
            report?.done = message
            report?.files = UInt64(clamping: files)
            report?.bytes = UInt64(clamping: bytes)
            report?.more = more
        }
    }
}

extension ServiceContext {
    /// Whose a unit is, for the log: its id, and the name that the catalogue knows.
    public func particulars(ofUnit id: String) async -> Logger.Metadata {
        let unit = try? await catalog.find(ProtectionUnit.self, id: id)
        return unit.flatMap { $0 }.map { JobReport($0).subject } ?? ["unit": "\(id)"]
    }
}
