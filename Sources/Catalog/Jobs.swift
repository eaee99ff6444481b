public import Foundation

/// Jobs are taken under leases. The lease is held by owner and attempt together, so that a worker that lost its lease, even to another worker of
/// the same owner, changes nothing any more.
extension CatalogWriter {
    /// Takes up to `limit` jobs: first running ones whose lease has run out, then waiting ones that are due, each the earliest due first.
    ///
    /// The jobs come back as they are now: running, with the new lease, `attempt` counted up, and what `entering` changed.
    public func claimJobs(
        owner: String, now: Date, leaseSeconds: Int, kinds: [String], limit: Int, entering: (inout Job) -> Void = { _ in }
    ) throws(CatalogError) -> [Job] {
        guard limit > 0, !kinds.isEmpty else { return [] }
        let lapsed = RowPredicate.and([
            .equal("state", JobState.running), .compare("leaseExpiresDateTime", .lessOrEqual, now.sqlValue), .oneOf("kind", kinds),
        ])
        let due = RowPredicate.and([
            .equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, now.sqlValue), .oneOf("kind", kinds),
        ])
        var jobs = try page(Query<Job>(where: lapsed, order: [.init("leaseExpiresDateTime")], limit: limit))
        jobs += try page(Query<Job>(where: due, order: [.init("runAfterDateTime")], limit: limit - jobs.count))
        for place in jobs.indices {
            jobs[place].state = .running
            jobs[place].leaseOwner = owner
            jobs[place].leaseExpiresDateTime = now.addingTimeInterval(Double(leaseSeconds))
            jobs[place].attempt += 1
            entering(&jobs[place])
            try update(jobs[place])
        }
        return jobs
    }

    /// Keeps a claimed job until `now + leaseSeconds`, and records where to go on and how far it is. False where the lease was lost: the caller
    /// then stops, and leaves everything to the new holder.
    public func extendLease(of job: Job, now: Date, leaseSeconds: Int, cursor: String?, progress: String?) throws(CatalogError) -> Bool {
        try update(Job.self, where: held(job), set: [
            "leaseExpiresDateTime": now.addingTimeInterval(Double(leaseSeconds)).sqlValue,
            "cursor": cursor.sqlValue,
            "progress": progress.sqlValue,
        ]) == 1
    }

    /// Ends a claimed job, well or with an error. False where the lease was lost; roll back what belongs to the end then.
    public func finishJob(_ job: Job, error: PublicError? = nil) throws(CatalogError) -> Bool {
        try update(Job.self, where: held(job), set: [
            "state": (error == nil ? JobState.done : .failed).sqlValue,
            "leaseOwner": .null,
            "leaseExpiresDateTime": .null,
            "error": error.sqlValue,
        ]) == 1
    }

    /// Puts a claimed job back to wait until a moment, with what the next holder needs. False where the lease was lost.
    public func releaseJob(_ job: Job, runAfter: Date, cursor: String?, error: PublicError? = nil) throws(CatalogError) -> Bool {
        try update(Job.self, where: held(job), set: [
            "state": JobState.waiting.sqlValue,
            "leaseOwner": .null,
            "leaseExpiresDateTime": .null,
            "runAfterDateTime": runAfter.sqlValue,
            "cursor": cursor.sqlValue,
            "error": error.sqlValue,
        ]) == 1
    }

    /// Adds a job unless an open one of the same kind and subject exists, and tells whether it did.
    public func addJob(_ job: Job) throws(CatalogError) -> Bool {
        let open = RowPredicate.and([
            .equal("kind", job.kind), .equal("subjectId", job.subjectId), .oneOf("state", [JobState.waiting, .running]),
        ])
        guard try count(Query<Job>(where: open)) == 0 else { return false }
        try insert(job)
        return true
    }

    private func held(_ job: Job) -> RowPredicate {
        .and([
            .equal("id", job.id), .equal("state", JobState.running), .compare("leaseOwner", .equal, job.leaseOwner.sqlValue),
            .equal("attempt", job.attempt),
        ])
    }
}
