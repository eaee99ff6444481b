public import Foundation

/// Jobs are claimed under leases. Owner and attempt together identify the holder, so a worker that
/// lost its lease, even to another worker of the same owner, can change nothing.
extension CatalogWriter {
    /// Claims up to `limit` jobs: first running ones with an expired lease, then waiting ones that
    /// are due; in both groups the earliest first.
    ///
    /// Returns the jobs as they are now: running, with the new lease, `attempt` increased by one,
    /// and changed by `entering`, which sees the holder before.
    /// - Parameters:
    ///   - lapsed: the running jobs that may be taken over, as the caller saw them, where it
    ///     decides by more than the time of day; a job whose holder has renewed its lease since is
    ///     passed over. nil for all with an expired lease.
    ///   - isBlocked: whether a waiting job must keep waiting; called after the jobs
    ///     before it were claimed.
    public func claimJobs(
        owner: String, now: Date, leaseSeconds: Int, kinds: [String], limit: Int, takingOver lapsed: [Job]? = nil,
        isBlocked: (Job) throws -> Bool = { _ in false }, entering: (inout Job) -> Void = { _ in }
    ) throws -> [Job] {
        guard limit > 0, !kinds.isEmpty else { return [] }
        var jobs: [Job] = []
        func take(_ job: Job) throws {
            var job = job
            entering(&job)
            job.state = .running
            job.leaseOwner = owner
            job.leaseExpiresDateTime = now.addingTimeInterval(Double(leaseSeconds))
            job.attempt += 1
            try update(job)
            jobs.append(job)
        }
        for job in try lapsedJobs(lapsed, now, kinds: kinds, limit: limit) { try take(job) }
        var due = Query<Job>(
            where: .and([
                .equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, now.sqlValue),
                .oneOf("kind", kinds),
            ]), order: [.init("runAfterDateTime")])
        while jobs.count < limit {
            let size = limit - jobs.count
            due.limit = size
            let candidates = try page(due)
            for job in candidates where try !isBlocked(job) { try take(job) }
            guard candidates.count == size, let last = candidates.last else { break }
            due.after = due.key(of: last)
        }
        return jobs
    }

    private func lapsedJobs(_ seen: [Job]?, _ now: Date, kinds: [String], limit: Int) throws(CatalogError) -> [Job] {
        guard let seen else {
            let lapsed = RowPredicate.and([
                .equal("state", JobState.running), .compare("leaseExpiresDateTime", .lessOrEqual, now.sqlValue),
                .oneOf("kind", kinds),
            ])
            return try page(Query<Job>(where: lapsed, order: [.init("leaseExpiresDateTime")], limit: limit))
        }
        var jobs: [Job] = []
        for job in seen where kinds.contains(job.kind) && jobs.count < limit {
            guard let present = try find(Job.self, id: job.id), present.state == .running,
                present.attempt == job.attempt,
                present.leaseExpiresDateTime == job.leaseExpiresDateTime
            else { continue }
            jobs.append(present)
        }
        return jobs
    }

    /// Extends the lease of a claimed job to `now + leaseSeconds`, and records cursor and
    /// progress. Returns false where the lease was lost: the caller must stop and leave the job
    /// to its new holder.
    public func extendLease(
        of job: Job, now: Date, leaseSeconds: Int, cursor: String?, progress: String?
    ) throws(CatalogError) -> Bool {
        try update(
            Job.self, where: held(job),
            set: [
                "leaseExpiresDateTime": now.addingTimeInterval(Double(leaseSeconds)).sqlValue,
                "cursor": cursor.sqlValue,
                "progress": progress.sqlValue,
            ]) == 1
    }

    /// Ends a claimed job, with or without an error. Returns false where the lease was lost: the
    /// caller must then roll back what it did to end the job.
    public func finishJob(_ job: Job, at now: Date, error: PublicError? = nil) throws(CatalogError) -> Bool {
        try update(
            Job.self, where: held(job),
            set: [
                "state": (error == nil ? JobState.done : .failed).sqlValue,
                "leaseOwner": .null,
                "leaseExpiresDateTime": .null,
                "error": error.sqlValue,
                "endedDateTime": now.sqlValue,
            ]) == 1
    }

    /// Puts a claimed job back to wait until `runAfter`, with the cursor for its next holder.
    /// Returns false where the lease was lost.
    public func releaseJob(
        _ job: Job, runAfter: Date, cursor: String?, error: PublicError? = nil
    ) throws(CatalogError) -> Bool {
        try update(
            Job.self, where: held(job),
            set: [
                "state": JobState.waiting.sqlValue,
                "leaseOwner": .null,
                "leaseExpiresDateTime": .null,
                "runAfterDateTime": runAfter.sqlValue,
                "cursor": cursor.sqlValue,
                "error": error.sqlValue,
            ]) == 1
    }

    /// Adds a job unless an open one of the same kind and subject exists. Returns whether it did.
    public func addJob(_ job: Job) throws(CatalogError) -> Bool {
        guard try connection.execute(Self.addSQL, Job.table.values(of: job)) == 1 else { return false }
        gathering.add(job)
        return true
    }

    /// In one statement, so that of two processes one adds it. The condition is that of the index `job_open`.
    private static let addSQL =
        Job.table.insertSQL
        + #" ON CONFLICT ("kind", "subjectId") WHERE "state" IN ('waiting', 'running') DO NOTHING"#

    /// Adds jobs of one kind, except for subjects that have an open one, and returns
    /// how many it added.
    public func addJobs(_ kind: String, _ jobs: [Job]) throws(CatalogError) -> Int {
        let open = RowPredicate.and([
            .equal("kind", kind), .oneOf("subjectId", jobs.map(\.subjectId)),
            .oneOf("state", [JobState.waiting, .running]),
        ])
        let taken = Set(try page(Query<Job>(where: open)).map(\.subjectId))
        let new = jobs.filter { !taken.contains($0.subjectId) }
        try insert(contentsOf: new)
        return new.count
    }

    /// Whether a claimed job is still held as it was claimed.
    package func holds(_ job: Job) throws(CatalogError) -> Bool { try count(Query<Job>(where: held(job))) == 1 }

    private func held(_ job: Job) -> RowPredicate {
        .and([
            .equal("id", job.id), .equal("state", JobState.running),
            .compare("leaseOwner", .equal, job.leaseOwner.sqlValue),
            .equal("attempt", job.attempt),
        ])
    }
}
