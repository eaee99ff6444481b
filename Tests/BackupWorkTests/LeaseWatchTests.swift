import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupWork

@Suite struct LeaseWatchTests {
    private let base = Date(timeIntervalSince1970: 1_800_000_000)
    private let settings = WorkerSettings()

    private func watch(gone: Set<String> = []) -> LeaseWatch {
        LeaseWatch(isGone: { gone.contains($0) }, settings: settings)
    }

    private func job(_ id: String = "j", lease: Double?, owner: String? = "holder", attempt: Int = 1) -> Job {
        Job(
            id: id, kind: "backup", subjectId: "s", runAfterDateTime: base, createdDateTime: base
        ).with {
            $0.state = .running
            $0.leaseOwner = owner
            $0.leaseExpiresDateTime = lease.map { base.addingTimeInterval($0) }
            $0.attempt = attempt
        }
    }

    private func moment(_ now: Double, steady: Double? = nil, epoch: String = "e") -> ClockReading {
        ClockReading(
            now: base.addingTimeInterval(now), steady: SteadyTime(epoch: epoch, seconds: 1000 + (steady ?? now)))
    }

    @Test func `a lease that has not run out is the holder's`() {
        #expect(watch().lapsed(among: [job(lease: 1)], at: moment(0)).isEmpty)
    }

    @Test func `the job of a process that is gone may be taken at once`() {
        #expect(watch(gone: ["holder"]).lapsed(among: [job(lease: 30)], at: moment(0)).map(\.id) == ["j"])
    }

    @Test func `a job without a holder or a lease may be taken at once`() {
        #expect(watch().lapsed(among: [job(lease: nil), job("k", lease: 30, owner: nil)], at: moment(0)).count == 2)
    }

    @Test func `a lease that has run out is watched for three heartbeats`() {
        let watch = watch()
        let job = job(lease: 0)
        #expect(watch.lapsed(among: [job], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [job], at: moment(2.9)).isEmpty)
        #expect(watch.lapsed(among: [job], at: moment(3)).map(\.id) == ["j"])
    }

    @Test func `time that only the wall clock saw is no watch`() {
        let watch = watch()
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(5000, steady: 1)).isEmpty)
    }

    @Test func `a holder who moves its lease keeps the job`() {
        let watch = watch()
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 1)], at: moment(3)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 1)], at: moment(5.9)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 1)], at: moment(6)).count == 1)
    }

    @Test func `another try of the job begins the watch again`() {
        let watch = watch()
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 0, attempt: 2)], at: moment(4)).isEmpty)
    }

    @Test func `another steady clock begins the watch again`() {
        let watch = watch()
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(10, epoch: "f")).isEmpty)
    }

    @Test func `a lease of a clock that was ahead is watched for a whole lease`() {
        let watch = watch()
        let far = job(lease: 10_000)
        #expect(watch.lapsed(among: [far], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [far], at: moment(59.9)).isEmpty)
        #expect(watch.lapsed(among: [far], at: moment(60)).map(\.id) == ["j"])
    }

    @Test func `a lease that came back in reach is forgotten`() {
        let watch = watch()
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(0)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 50)], at: moment(1)).isEmpty)
        #expect(watch.lapsed(among: [job(lease: 0)], at: moment(4)).isEmpty)
    }

    @Test func `jobs that ran out first come first`() {
        let jobs = [job("a", lease: -1), job("b", lease: -9), job("c", lease: nil), job("d", lease: -9)]
        let found = watch(gone: ["holder"]).lapsed(among: jobs, at: moment(0))
        #expect(found.map(\.id) == ["c", "b", "d", "a"])
    }
}
