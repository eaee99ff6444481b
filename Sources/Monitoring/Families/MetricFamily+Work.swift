import ProtectionService

/// What the server works on.
extension MetricFamily {
    static let work: [MetricFamily] = [
        .jobs, .oldestWaitingJob, .jobAttempts, .schedulerTick, .leasesLost, .catalogBytes, .catalogCopy, .catalogWrite,
        .mails,
    ]

    static let jobs = MetricFamily(
        "holdfast_jobs", .gauge, [jobKind, Label("state", ["waiting", "running"])],
        help: "Jobs that wait or run. One that waits for its moment counts as waiting.")
    static let oldestWaitingJob = MetricFamily(
        "holdfast_oldest_waiting_job_age_seconds", .gauge, [jobKind],
        help: "For how long the job has been due that waits longest.")
    static let jobAttempts = MetricFamily(
        "holdfast_job_attempts_total", .counter,
        [jobKind, Label("outcome", JobRun.Outcome.allCases.map(\.rawValue))], maximumSeries: 100,
        help: "Runs of jobs by what came of them.")
    static let schedulerTick = MetricFamily(
        "holdfast_scheduler_last_tick_timestamp_seconds", .gauge,
        help: "When the scheduler last looked whether anything is due, since 1970.")
    static let leasesLost = MetricFamily(
        "holdfast_leases_lost_total", .counter, help: "Jobs with which another worker went on.")
    static let catalogBytes = MetricFamily(
        "holdfast_catalog_bytes", .gauge, help: "Bytes of the catalogue's file with its write-ahead log.")
    static let catalogCopy = MetricFamily(
        "holdfast_catalog_copy_timestamp_seconds", .gauge,
        help: "When 'holdfast catalog copy' last made a copy, since 1970; absent before the first.")
    static let catalogWrite = MetricFamily(
        "holdfast_catalog_write_duration_seconds", .histogram([0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 2]),
        help: "How long changes of the catalogue took until they were on disk.")
    static let mails = MetricFamily(
        "holdfast_mails_total", .counter, [Label("outcome", ["sent", "failed"])],
        help: "Mails that were sent, and those that were given up.")
}

/// What clients ask, and the server's edge.
extension MetricFamily {
    static let http: [MetricFamily] = [
        .httpRequests, .httpDuration, .httpThrottled, .signInFailures, .eventStreams, .certificateExpiry,
    ]

    /// The routes that are told apart. A client with a valid token could make more of them, with
    /// paths that nobody else uses.
    private static let maximumRoutes = 30

    static let httpRequests = MetricFamily(
        "holdfast_http_requests_total", .counter, [Label("route"), Label("method"), Label("status")],
        maximumSeries: 160, help: "Requests that were answered.")
    static let httpDuration = MetricFamily(
        "holdfast_http_request_duration_seconds",
        .histogram([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]), [Label("route")], maximumSeries: maximumRoutes,
        help: "How long requests took until their answer began.")
    public static let httpThrottled = MetricFamily(
        "holdfast_http_throttled_total", .counter, [Label("reason", ["application", "concurrency", "sign-in"])],
        help: "Requests refused because there were too many: of an application, at once, or failed sign-ins.")
    public static let signInFailures = MetricFamily(
        "holdfast_sign_in_failures_total", .counter, [Label("reason", ["client", "token"])],
        help: "Programs that could not prove themselves, and tokens that were refused.")
    static let eventStreams = MetricFamily(
        "holdfast_event_streams", .gauge, help: "Streams of events that are open.")
    static let certificateExpiry = MetricFamily(
        "holdfast_certificate_expiry_timestamp_seconds", .gauge,
        help: "When the server's certificate expires, since 1970; absent in plain HTTP.")
}
