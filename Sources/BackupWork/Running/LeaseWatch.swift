import Catalog
import Foundation
import ProtectionRules
import Synchronization

/// Decides which running jobs may be taken over from their holders.
///
/// The time of day alone does not say it: when it is set ahead, or the machine wakes after hours,
/// every lease has run out at once, though every holder lives and would show it a moment later. So
/// a lease that has run out is watched for a moment of time that really passes, and taken only if
/// it has not moved. One that lies further ahead than a lease can was given by a clock that was
/// ahead: it is watched for a whole lease.
final class LeaseWatch: Sendable {
    private struct Sight {
        var lease: Date?
        var attempt: Int
        var since: SteadyTime
    }

    private let isGone: @Sendable (String) -> Bool
    private let settings: WorkerSettings
    private let sights = Mutex<[String: Sight]>([:])

    /// - Parameter isGone: whether the process that the text of a lease names is certainly gone.
    init(isGone: @escaping @Sendable (String) -> Bool, settings: WorkerSettings) {
        self.isGone = isGone
        self.settings = settings
    }

    /// How long a holder has to show itself after its lease was seen to have run out.
    private var graceSeconds: Double { Double(max(3, 3 * settings.heartbeatSeconds)) }

    /// The jobs that may be taken over now, those whose lease ran out first in front.
    /// - Parameter held: every running job, without those that run in this worker.
    func lapsed(among held: [Job], at moment: ClockReading) -> [Job] {
        let jobs = sights.withLock { sights in
            let ids = Set(held.map(\.id))
            sights = sights.filter { ids.contains($0.key) }
            return held.filter { isLapsed($0, at: moment, &sights) }
        }
        return jobs.sorted {
            ($0.leaseExpiresDateTime ?? .distantPast, $0.id) < ($1.leaseExpiresDateTime ?? .distantPast, $1.id)
        }
    }

    private func isLapsed(_ job: Job, at moment: ClockReading, _ sights: inout [String: Sight]) -> Bool {
        guard let owner = job.leaseOwner, let lease = job.leaseExpiresDateTime, !isGone(owner) else { return true }
        let left = lease.timeIntervalSince(moment.now)
        let isFar = left > Double(settings.leaseSeconds) + ClockReading.minimumJumpSeconds
        guard left <= 0 || isFar else {
            sights[job.id] = nil
            return false
        }
        guard let seen = sights[job.id], seen.lease == lease, seen.attempt == job.attempt,
            seen.since.epoch == moment.steady.epoch
        else {
            sights[job.id] = Sight(lease: lease, attempt: job.attempt, since: moment.steady)
            return false
        }
        return moment.steady.seconds - seen.since.seconds >= (isFar ? Double(settings.leaseSeconds) : graceSeconds)
    }
}
