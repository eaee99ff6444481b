public import Catalog
import Foundation
public import ProtectionRules

/// A backup that somebody asked for, and how far it is.
public struct RequestedBackup: Sendable, Hashable {
    public var job: Job
    /// The unit; nil once its backups were deleted.
    public var unit: ProtectionUnit?

    public init(job: Job = Job(), unit: ProtectionUnit? = nil) { (self.job, self.unit) = (job, unit) }

    /// The restore point that it took; nil until it is done, and where the unit was not protected any
    /// more when it ran.
    public var pointID: String? { job.state == .done ? job.result : nil }

    /// Why it failed or waits for another try, for clients: the row of the job has the text of the
    /// log, which names places of the server.
    public var error: PublicError? { job.error == nil ? nil : unit?.error }
}

extension UnitOperations {
    /// Asks for a restore point of a unit now.
    ///
    /// One backup of a unit runs at a time. Where one runs that had begun before, the answer is that
    /// one, which is `running`: ask again when it has ended. Otherwise the answer is `waiting`.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `unitNotProtected`; what changes
    ///   throw, `appNotController` and `serviceNotEnabled`.
    public func requestBackup(id: String, _ caller: Caller) async throws -> RequestedBackup {
        let id = try Identifiers.require(id, .invalidProtectionUnitID)
        let (tenantID, now, job) = (tenantID, now, job(.backup, id))
        return try await change(makesDue: false) { writer in
            guard try writer.find(ProtectionUnit.self, id: id) != nil else {
                throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
            }
            try ServiceRows(writer).requireMayBackUp(caller, tenantID: tenantID)
            guard let unit = try BackupRequestRows(writer).unitToBackUp(id) else {
                throw ServiceError(
                    .unitNotProtected, "The account or site is in no active policy, so nothing is backed up.")
            }
            return RequestedBackup(job: try BackupRequestRows(writer).request(job, now: now), unit: unit)
        }
    }

    /// A backup, whoever asked for it: a client or the policy's cadence.
    /// - Throws: `backupNotFound` also for jobs of other kinds.
    public func requestedBackup(id: String) async throws -> RequestedBackup {
        let id = id.lowercased()
        return try await look { reader in
            guard let job = try reader.find(Job.self, id: id), job.kind == JobKind.backup.rawValue else {
                throw ServiceError(.backupNotFound, "There is no such backup; records go some days after its end.")
            }
            return RequestedBackup(job: job, unit: try reader.find(ProtectionUnit.self, id: job.subjectId))
        }
    }
}
