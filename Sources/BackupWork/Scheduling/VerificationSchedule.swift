import Catalog
import Foundation
import Logging
import ProtectionRules
import ProtectionService
import Synchronization

extension Scheduler {
    /// Says, when it is seen first and then once a day, that verifications cannot keep up
    /// with what is stored.
    func watchVerificationPace(_ now: Date) async throws {
        let pace = try await service.repositories.verificationPace()
        service.dependencies.health.set(
            "verification", to: pace.warning == nil ? .ok : .warning, message: pace.warning ?? "", at: now)
        let isToBeTold = paceTold.withLock { told in
            guard pace.warning != nil else {
                told = nil
                return false
            }
            if let last = told, last <= now, now < last.adding(days: 1) { return false }
            told = now
            return true
        }
        if isToBeTold, let warning = pace.warning { service.dependencies.logger.warning("\(warning)") }
    }

    /// Adds a verification of the repository that was not verified for longest, where one is due
    /// and none is open: the rate limit is for the whole service, so one at a time.
    func addDueVerification(_ now: Date) async throws -> Int {
        guard service.intervals.verifyPeriodDays > 0 else { return 0 }
        let limit = now.adding(days: -service.intervals.verifyPeriodDays)
        // One from the future was set by a clock that was ahead, and says nothing.
        let isDue = RowPredicate.or([
            .compare("verifiedDateTime", .lessOrEqual, limit.sqlValue),
            .compare("verifiedDateTime", .greater, now.sqlValue),
        ])
        // One that just failed, because its store is not there, does not keep the
        // others from their turn.
        let failed = RowPredicate.and([
            .equal("kind", JobKind.verify.rawValue), .equal("state", JobState.failed),
            .compare("endedDateTime", .greater, now.adding(days: -1).sqlValue),
        ])
        let due = Query<RepositoryHealth>(
            where: .and([
                isDue,
                .count(
                    RowCount(Job.table.name, "subjectId", of: RepositoryHealth.table.name, where: failed), .equal, 0),
            ]),
            order: [.init("verifiedDateTime")], limit: 1)
        let open = Query<Job>(
            where: .and([.equal("kind", JobKind.verify.rawValue), .oneOf("state", [JobState.waiting, .running])]))
        guard try await service.catalog.count(due) > 0, try await service.catalog.count(open) == 0 else { return 0 }
        let service = service
        return try await service.catalog.write { writer in
            guard let health = try writer.first(due), try writer.count(open) == 0 else { return 0 }
            return try writer.addJob(service.job(.verify, health.id)) ? 1 : 0
        }
    }
}
