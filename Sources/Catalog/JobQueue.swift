public import Foundation

/// Jobs are rows. A worker takes one under a lease, extends the lease while it works, and ends it; after a crash the lease runs out
/// and another worker takes it. Every step changes something only while the lease is still the worker's own.
extension CatalogWriter {
    /// Adds a job unless an unfinished one of that kind and subject is there, and gives the one that is there afterwards.
    @discardableResult
    public func add(_ job: Job) throws(CatalogError) -> Job {
        let unfinished = Predicate.and([
            .equal("kind", job.kind), .equal("subjectId", job.subjectId), .oneOf("state", [JobState.waiting, .running]),
        ])
        if let present = try first(Query<Job>(where: unfinished)) { return present }
        try insert(job)
        return job
    }

    /// Takes jobs that are due, oldest first: waiting ones, and running ones whose lease ran out.
    public func claimJobs(
        owner: String, now: Date, leaseSeconds: Double, kinds: [String], limit: Int
    ) throws(CatalogError) -> [Job] {
        let due = Predicate.and([
            .oneOf("kind", kinds),
            .or([
                .and([.equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, now.sqlValue)]),
                .and([.equal("state", JobState.running), .compare("leaseExpiresDateTime", .lessOrEqual, now.sqlValue)]),
            ]),
        ])
        var claimed: [Job] = []
        for var job in try page(Query<Job>(where: due, order: [.init("runAfterDateTime")], limit: limit)) {
            job.state = .running
            job.leaseOwner = owner
            job.leaseExpiresDateTime = now.addingTimeInterval(leaseSeconds)
            job.attempt += 1
            try update(job)
            claimed.append(job)
        }
        return claimed
    }

    /// Extends a lease and records progress; false where the lease was lost.
    public func extendLease(_ jobID: String, owner: String, now: Date, leaseSeconds: Double, progress: JobProgress? = nil) throws(CatalogError) -> Bool {
        var values: [String: SQLValue] = ["leaseExpiresDateTime": now.addingTimeInterval(leaseSeconds).sqlValue]
        if let progress { values["progress"] = progress.sqlValue }
        return try update(Job.self, where: ownedBy(owner, jobID), set: values) == 1
    }

    /// Keeps the place where a job goes on after a crash; false where the lease was lost.
    public func saveCursor(_ jobID: String, owner: String, cursor: String) throws(CatalogError) -> Bool {
        try update(Job.self, where: ownedBy(owner, jobID), set: ["cursor": .text(cursor)]) == 1
    }

    /// Ends a job, well (no error) or badly; false where the lease was lost, and then nothing changes.
    public func finishJob(_ jobID: String, owner: String, error: PublicError? = nil) throws(CatalogError) -> Bool {
        let state: JobState = error == nil ? .done : .failed
        return try update(
            Job.self, where: ownedBy(owner, jobID),
            set: ["state": state.sqlValue, "error": error.sqlValue, "leaseOwner": .null, "leaseExpiresDateTime": .null]) == 1
    }

    /// Gives a job back, to run again not before a moment; false where the lease was lost.
    public func releaseJob(_ jobID: String, owner: String, runAfter: Date, error: PublicError? = nil) throws(CatalogError) -> Bool {
        try update(
            Job.self, where: ownedBy(owner, jobID),
            set: [
                "state": JobState.waiting.sqlValue, "runAfterDateTime": runAfter.sqlValue, "error": error.sqlValue,
                "leaseOwner": .null, "leaseExpiresDateTime": .null,
            ]) == 1
    }

    private func ownedBy(_ owner: String, _ jobID: String) -> Predicate {
        .and([.equal("id", jobID), .equal("state", JobState.running), .equal("leaseOwner", owner)])
    }
}
