public import Catalog
import Connectors
import Foundation

extension ProtectionService {
    /// The longest wait for another try that `backUpNow` sits through.
    private static let patienceSeconds = 30.0

    /// Takes a restore point of each unit now and returns when they exist. A worker of this process or another does the work.
    /// - Parameter names: unit ids, sign-in names, mail addresses, names of sites or directory ids; empty for every protected unit.
    /// - Throws: `ServiceError`: `protectionUnitNotFound` for a name that fits no protected unit; `unknownError` where a backup failed.
    public func backUpNow(_ names: [String]) async throws -> [RestorePoint] {
        let units = try await protectedUnits(names)
        let asked = now
        for unit in units { try await addBackup(of: unit.id) }
        var points: [RestorePoint] = []
        for unit in units { points.append(try await point(of: unit.id, since: asked)) }
        return points
    }

    /// The row of a unit's repository.
    /// - Throws: `protectionUnitNotFound` where the unit is unknown or has no backup yet.
    public func repositoryRow(unitID: String) async throws -> UnitRepository {
        guard let row = try await catalog.find(UnitRepository.self, id: unitID.lowercased()) else {
            throw ServiceError(.protectionUnitNotFound, "There is no repository of a unit '\(unitID)': the unit is unknown, or has no backup yet.")
        }
        return row
    }

    /// Adds a backup, or brings forward the one that waits, perhaps because earlier tries failed.
    private func addBackup(of unitID: String) async throws {
        let (job, now) = (job(.backup, unitID), now)
        let waiting = RowPredicate.and([
            .equal("kind", job.kind), .equal("subjectId", unitID), .equal("state", JobState.waiting), .compare("runAfterDateTime", .greater, now.sqlValue),
        ])
        _ = try await change { writer in
            guard try !writer.addJob(job) else { return }
            _ = try writer.update(Job.self, where: waiting, set: ["runAfterDateTime": now.sqlValue, "error": .null])
        }
    }

    private func protectedUnits(_ names: [String]) async throws -> [ProtectionUnit] {
        let statuses: [ProtectionUnitStatus] = [.protected, .protectRequested]
        let units = try await catalog.page(Query<ProtectionUnit>(where: .oneOf("status", statuses), order: [.init("createdDateTime")]))
        guard !names.isEmpty else { return units }
        let known = self.names(of: units)
        return try names.map { name in
            do {
                return try known.unit(name)
            } catch let error as ServiceError where error.code == .protectionUnitNotFound {
                throw ServiceError(.protectionUnitNotFound, "No protected unit fits '\(name)'. Give a unit id, a site, or a user whose drive is in an active policy.")
            }
        }
    }

    /// The point that was taken since a moment. A backup that had begun before does not count, so another one follows it.
    private func point(of unitID: String, since moment: Date) async throws -> RestorePoint {
        let newer = Query<RestorePoint>(
            where: .and([.equal("unitId", unitID), .compare("protectionDateTime", .greaterOrEqual, moment.sqlValue)]),
            order: [.init("protectionDateTime")], limit: 1)
        let jobs = Query<Job>(
            where: .and([.equal("kind", JobKind.backup.rawValue), .equal("subjectId", unitID)]),
            order: [.init("createdDateTime", ascending: false)], limit: 1)
        while true {
            let seen = signal.generation
            let (point, job) = try await catalog.read { (try $0.first(newer), try $0.first(jobs)) }
            if let point { return point }
            switch job?.state {
            case .failed where (job?.createdDateTime ?? .distantPast) >= moment:
                throw ServiceError(.unknownError, "No restore point of unit \(unitID) could be taken: \(job?.error?.message ?? "no reason is known")")
            case .failed, .done, nil: try await addBackup(of: unitID)
            case .waiting:
                // A hiccup is worth waiting for; what several tries could not mend is told to the person who asked.
                guard let job, let error = job.error, job.runAfterDateTime > now.addingTimeInterval(Self.patienceSeconds) else { break }
                throw ServiceError(
                    .unknownError,
                    "No restore point of unit \(unitID) could be taken yet: \(error.message). "
                        + "A running server tries again at \(job.runAfterDateTime.formatted(.iso8601)).")
            case .running: break
            }
            try await dependencies.clock.sleep(until: now.addingTimeInterval(0.2), orAfter: [(signal, seen)])
        }
    }
}
