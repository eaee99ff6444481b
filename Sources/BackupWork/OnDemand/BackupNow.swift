public import Catalog
import Concurrency
import Connectors
import Foundation
import ProtectionRules
public import ProtectionService

extension ServiceContext {
    public var backups: BackupOperations { BackupOperations(context: self) }
}

/// Backups that a person asks for.
public struct BackupOperations: OperationGroup {
    package let context: ServiceContext

    /// The longest wait for another try that `takeNow` sits through.
    private static let patienceSeconds = 30.0

    /// Takes a restore point of each unit now and returns when they exist. A worker of this process
    /// or another does the work.
    /// - Parameter names: unit ids, sign-in names, mail addresses, names of sites or directory ids;
    ///   empty for every protected unit.
    /// - Throws: `ServiceError`: `protectionUnitNotFound` for a name that fits no protected unit;
    ///   `unknownError` where a backup failed.
    public func takeNow(_ names: [String]) async throws -> [RestorePoint] {
        let units = try await context.units.all(named: names, statuses: [.protected, .protectRequested])
        // All of them first, so that the workers have something to do; one that had begun
        // before does not count.
        var asked: [String: String] = [:]
        for unit in units { asked[unit.id] = try await addBackup(of: unit.id) }
        var points: [RestorePoint] = []
        for unit in units { points.append(try await point(of: unit.id, asked[unit.id])) }
        return points
    }

    /// Adds a backup, or takes the one that waits and brings it forward, perhaps
    /// because earlier tries failed.
    /// - Returns: the job's id; nil where one runs that had begun before it was asked for.
    private func addBackup(of unitID: String) async throws -> String? {
        let (job, now) = (job(.backup, unitID), now)
        let asked = try await change(makesDue: false) { try BackupRequestRows($0).request(job, now: now) }
        return asked.state == .waiting ? asked.id : nil
    }

    /// The point that a job takes, which its row names when it is done. Points are not looked for
    /// by their time: a clock that was wrong may have dated others later.
    /// - Parameter jobID: nil where another backup has to end before the job can be added.
    private func point(of unitID: String, _ jobID: String?) async throws -> RestorePoint {
        var jobID = jobID
        while true {
            let seen = signal.generation
            if jobID == nil { jobID = try await addBackup(of: unitID) }
            if let jobID, let point = try await point(of: unitID, job: jobID) { return point }
            try await dependencies.clock.sleep(until: now.addingTimeInterval(0.2), orAfter: [(signal, seen)])
        }
    }

    /// nil while the job has not ended.
    private func point(of unitID: String, job jobID: String) async throws -> RestorePoint? {
        let (job, point) = try await catalog.read { reader -> (Job?, RestorePoint?) in
            let job = try reader.find(Job.self, id: jobID)
            return (job, try job?.result.flatMap { try reader.find(RestorePoint.self, id: $0) })
        }
        let failed = "No restore point of unit \(unitID) could be taken"
        switch job?.state {
        case .done:
            if let point { return point }
            throw ServiceError(.unknownError, "\(failed): it is not protected any more.")
        case .failed: throw ServiceError(.unknownError, "\(failed): \(job?.error?.message ?? "no reason is known")")
        case nil:
            throw ServiceError(
                .unknownError,
                "Whether a restore point of unit \(unitID) was taken is not known: the record of its job is gone, as "
                    + "that of every job some days after its end. 'holdfast point list' shows the points.")
        case .waiting:
            // A hiccup is worth waiting for; what several tries could not mend is told to
            // the person who asked.
            guard let job, let error = job.error, job.runAfterDateTime > now.addingTimeInterval(Self.patienceSeconds)
            else { return nil }
            throw ServiceError(
                .unknownError,
                """
                \(failed) yet: \(error.message). A running server tries again at \
                \(job.runAfterDateTime.formatted(.iso8601)).
                """
            )
        case .running: return nil
        }
    }
}
