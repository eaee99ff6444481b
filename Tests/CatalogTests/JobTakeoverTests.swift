import BackupTesting
import Catalog
import Foundation
import Testing

/// Which jobs a worker gets where more than the time of day decides.
@Suite struct JobTakeoverTests {
    private let now = Sample.later(0)

    private func job(_ id: String, kind: String = "backup", due: Double = 0) -> Job {
        Job(id: id, kind: kind, subjectId: id, runAfterDateTime: Sample.later(due), createdDateTime: now)
    }

    private func running(_ id: String, lease: Double, attempt: Int = 1) -> Job {
        job(id).with {
            ($0.state, $0.leaseOwner, $0.attempt) = (.running, "gone", attempt)
            $0.leaseExpiresDateTime = Sample.later(lease)
        }
    }

    private func catalog(_ jobs: Job...) async throws -> TemporaryCatalog {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { try $0.insert(contentsOf: jobs) }
        return catalog
    }

    private func claim(
        _ catalog: TemporaryCatalog, takingOver lapsed: [Job]? = nil, limit: Int = 10, without blocked: Set<String> = []
    ) async throws -> [String] {
        try await catalog.store.write { [now] writer in
            try writer.claimJobs(
                owner: "me", now: now, leaseSeconds: 60, kinds: ["backup"], limit: limit, takingOver: lapsed,
                isBlocked: { blocked.contains($0.id) }
            ).map(\.id)
        }
    }

    @Test func `jobs whose lease ran out come before those that wait, the earliest first`() async throws {
        let catalog = try await catalog(
            job("waiting", due: -99), running("later", lease: -1), running("earlier", lease: -2),
            running("held", lease: 1))
        #expect(try await claim(catalog) == ["earlier", "later", "waiting"])
    }

    @Test func `a lease ends at its very moment`() async throws {
        let catalog = try await catalog(running("exact", lease: 0), running("not yet", lease: 0.000_001))
        #expect(try await claim(catalog) == ["exact"])
    }

    @Test func `only the jobs that were seen lapsed are taken over`() async throws {
        let (seen, other) = (running("seen", lease: 500), running("other", lease: -500))
        let catalog = try await catalog(seen, other)
        #expect(try await claim(catalog, takingOver: [seen]) == ["seen"])
        #expect(try await claim(catalog, takingOver: []) == [])
    }

    @Test func `a job whose holder has shown itself since is passed over`() async throws {
        let catalog = try await catalog(running("extended", lease: 20), running("taken", lease: 10, attempt: 2))
        let seen = [
            running("extended", lease: 10), running("taken", lease: 10, attempt: 1), running("gone", lease: 10),
        ]
        #expect(try await claim(catalog, takingOver: seen) == [])
    }

    @Test func `a job that ended meanwhile, or of a kind that is not wanted, is passed over`() async throws {
        let ended = running("ended", lease: -1)
        let catalog = try await catalog(
            ended.with { ($0.state, $0.leaseOwner, $0.leaseExpiresDateTime) = (.done, nil, nil) })
        let prune = running("prune", lease: -1).with { $0.kind = "prune" }
        try await catalog.store.write { try $0.insert(prune) }
        #expect(try await claim(catalog, takingOver: [ended, prune]) == [])
    }

    @Test func `the limit counts what is taken over and what waited`() async throws {
        let lapsed = ["a", "b", "c"].map { running($0, lease: -1) }
        let catalog = try await catalog(lapsed[0], lapsed[1], lapsed[2], job("d"))
        #expect(try await claim(catalog, takingOver: lapsed, limit: 2) == ["a", "b"])
        #expect(try await claim(catalog, takingOver: [lapsed[2]], limit: 2) == ["c", "d"])
    }

    @Test func `a blocked job leaves its place to the next ones`() async throws {
        let catalog = try await catalog(job("a", due: -4), job("b", due: -3), job("c", due: -2), job("d", due: -1))
        #expect(try await claim(catalog, limit: 2, without: ["a", "b"]) == ["c", "d"])
        #expect(try await claim(catalog, limit: 2, without: ["a"]) == ["b"])
        #expect(try await claim(catalog) == ["a"])
    }

    @Test func `whether a job is blocked is asked after the ones before it were taken`() async throws {
        let catalog = try await catalog(job("a", due: -2), job("b", due: -1))
        let states = try await catalog.store.write { [now] writer in
            var states: [JobState?] = []
            _ = try writer.claimJobs(
                owner: "me", now: now, leaseSeconds: 60, kinds: ["backup"], limit: 10,
                isBlocked: { job in
                    states.append(try writer.find(Job.self, id: "a")?.state)
                    return false
                })
            return states
        }
        #expect(states == [.waiting, .running])
    }

    @Test func `what the taker changes is stored with the claim`() async throws {
        let catalog = try await catalog(job("a"))
        let claimed = try await catalog.store.write { [now] in
            try $0.claimJobs(
                owner: "me", now: now, leaseSeconds: 60, kinds: ["backup"], limit: 1,
                entering: { $0.progress = "began" })
        }
        #expect(claimed.map(\.progress) == ["began"])
        #expect(try await catalog.store.page(Query<Job>()) == claimed)
    }

    @Test func `of many jobs only those without an open one of their subject are added`() async throws {
        let catalog = try await catalog(job("waiting"), running("running", lease: 9))
        let ended = job("ended").with { ($0.state, $0.endedDateTime) = (.failed, Sample.later(1)) }
        try await catalog.store.write { try $0.insert(ended) }
        let new = ["waiting", "running", "ended", "new"].map { subject in
            job("next-\(subject)").with { $0.subjectId = subject }
        }
        #expect(try await catalog.store.write { try $0.addJobs("backup", new) } == 2)
        let added = try await catalog.store.read { try $0.ids(Query<Job>(where: .text("id", .prefix, "next-"))) }
        #expect(added == ["next-ended", "next-new"])
    }

    @Test func `another kind for the same subject is another job`() async throws {
        let catalog = try await catalog(job("a"))
        let verify = job("b", kind: "verify").with { $0.subjectId = "a" }
        #expect(try await catalog.store.write { try $0.addJob(verify) })
    }
}
