import BackupTesting
import Catalog
import Foundation
import Testing

@Suite struct JobTests {
    private let now = Sample.later(0)

    private func job(_ number: Int, kind: String = "backup", runAfter: Date? = nil) -> Job {
        Job(
            id: "job-\(number)", kind: kind, subjectId: "unit-\(number)", runAfterDateTime: runAfter ?? now,
            createdDateTime: now)
    }

    private func claim(
        _ catalog: any TestCatalog, _ owner: String, at moment: Date, limit: Int = 10, kinds: [String] = ["backup"]
    ) async throws -> [Job] {
        try await catalog.store.write {
            try $0.claimJobs(owner: owner, now: moment, leaseSeconds: 60, kinds: kinds, limit: limit)
        }
    }

    @Test(arguments: CatalogEngine.allCases)
    func `workers that claim at the same time get different jobs`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        let jobs = (0..<100).map { job($0) }
        try await catalog.store.write { try $0.insert(contentsOf: jobs) }
        let claimed = try await withThrowingTaskGroup(of: [Job].self) { group in
            for worker in 0..<40 { group.addTask { try await claim(catalog, "worker-\(worker)", at: now, limit: 3) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 100)
        #expect(Set(claimed.map(\.id)).count == 100)
        #expect(claimed.allSatisfy { $0.state == .running })
        #expect(claimed.allSatisfy { $0.attempt == 1 })
        #expect(claimed.allSatisfy { $0.leaseExpiresDateTime == Sample.later(60) })
        for job in claimed { #expect(try await catalog.store.find(Job.self, id: job.id) == job) }
    }

    @Test(arguments: CatalogEngine.allCases)
    func `only due jobs of the wanted kinds are claimed, the earliest first`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        let jobs = [
            job(1, runAfter: Sample.later(-1)), job(2, runAfter: Sample.later(-5)), job(3, runAfter: Sample.later(1)),
            job(4, kind: "prune"), job(5, runAfter: now),
        ]
        try await catalog.store.write { try $0.insert(contentsOf: jobs) }
        #expect(try await claim(catalog, "w", at: now, limit: 2).map(\.id) == ["job-2", "job-1"])
        #expect(try await claim(catalog, "w", at: now).map(\.id) == ["job-5"])
        #expect(try await claim(catalog, "w", at: now) == [])
        #expect(try await claim(catalog, "w", at: now, kinds: []) == [])
        #expect(try await claim(catalog, "w", at: now, limit: 0, kinds: ["prune"]) == [])
        #expect(
            try await claim(catalog, "w", at: Sample.later(1), kinds: ["prune", "backup"]).map(\.id) == [
                "job-4", "job-3",
            ])
    }

    @Test(arguments: CatalogEngine.allCases)
    func `a lease that ran out is taken over, and its former holder changes nothing any more`(
        engine: CatalogEngine
    ) async throws {
        let catalog = try await engine.make()
        try await catalog.store.write { [job = job(1)] in try $0.insert(job) }
        let first = try #require(try await claim(catalog, "same process", at: now).first)
        #expect(try await claim(catalog, "other", at: Sample.later(59)) == [])
        let extended = try await catalog.store.write {
            try $0.extendLease(of: first, now: Sample.later(50), leaseSeconds: 60, cursor: "[5]", progress: nil)
        }
        #expect(extended)
        #expect(try await claim(catalog, "other", at: Sample.later(109)) == [])
        let second = try #require(try await claim(catalog, "same process", at: Sample.later(110)).first)
        #expect(second.attempt == 2)
        #expect(second.cursor == "[5]")
        let late = try await catalog.store.write { writer in
            [
                try writer.extendLease(
                    of: first, now: Sample.later(111), leaseSeconds: 999, cursor: "[0]", progress: "x"),
                try writer.finishJob(first, at: now), try writer.finishJob(first, at: now, error: Sample.error),
                try writer.releaseJob(first, runAfter: Sample.later(0), cursor: nil),
            ]
        }
        #expect(late == [false, false, false, false])
        #expect(try await catalog.store.find(Job.self, id: "job-1") == second)
        #expect(try await catalog.store.write { try $0.finishJob(second, at: Sample.later(120)) })
        let done = try await catalog.store.find(Job.self, id: "job-1")
        #expect(done?.state == .done)
        #expect(done?.leaseOwner == nil)
        #expect(done?.error == nil)
        #expect(done?.endedDateTime == Sample.later(120))
        let again = try await catalog.store.write { try $0.finishJob(second, at: Sample.later(120)) }
        #expect(!again)
    }

    @Test(arguments: CatalogEngine.allCases)
    func `a released job waits again with its cursor, a failed one keeps its error`(engine: CatalogEngine) async throws
    {
        let catalog = try await engine.make()
        try await catalog.store.write { [job = job(1)] in try $0.insert(job) }
        let first = try #require(try await claim(catalog, "w", at: now).first)
        #expect(
            try await catalog.store.write {
                try $0.releaseJob(first, runAfter: Sample.later(30), cursor: "[7]", error: Sample.error)
            })
        #expect(try await claim(catalog, "w", at: Sample.later(29)) == [])
        let second = try #require(try await claim(catalog, "w", at: Sample.later(30)).first)
        #expect(second.cursor == "[7]")
        #expect(second.error == Sample.error)
        #expect(second.attempt == 2)
        #expect(try await catalog.store.write { try $0.finishJob(second, at: Sample.later(40), error: Sample.error) })
        let failed = try await catalog.store.find(Job.self, id: "job-1")
        #expect(failed?.state == .failed)
        #expect(failed?.error == Sample.error)
    }

    @Test(arguments: CatalogEngine.allCases)
    func `one open job per kind and subject`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        var twin = job(1)
        twin.id = "twin"
        let added = try await catalog.store.write { [job = job(1), twin] in [try $0.addJob(job), try $0.addJob(twin)] }
        #expect(added == [true, false])
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.store.write { [twin] in try $0.insert(twin) }
        }
        #expect(error?.code == .duplicate)
        let running = try #require(try await claim(catalog, "w", at: now).first)
        let found = try await catalog.store.write { [twin] in try $0.addJob(twin) }
        #expect(!found)
        let afterwards = try await catalog.store.write { [twin] in
            [try $0.finishJob(running, at: now), try $0.addJob(twin)]
        }
        #expect(afterwards == [true, true])
    }
}
