import BackupTesting
import Catalog

@testable import BackupService

extension World {
    /// Runs the jobs that are due, one after the other, until none is left.
    func settle() async throws {
        let (now, kinds) = (clock.now(), JobKind.allCases.map(\.rawValue))
        for _ in 0..<100 {
            let jobs = try await catalog.store.write {
                try $0.beginJobs(owner: "test", now: now, leaseSeconds: 60, kinds: kinds, limit: 1)
            }
            guard let job = jobs.first else { return }
            await JobExecution(job: job, service: service).perform()
        }
    }
}
