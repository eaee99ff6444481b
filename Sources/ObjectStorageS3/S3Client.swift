import Concurrency
import Logging
import ObjectStorage
import Synchronization
import Texts
import WebClient

/// Makes the requests of one bucket: in turn, signed, and again where that may help.
final class S3Client: Sendable {
    private struct State {
        var region: String
        /// What the clock of the store is ahead of ours, in seconds.
        var clockOffset = 0
        var checksum: S3Settings.Checksum?
    }

    let settings: S3Settings
    let environment: S3Environment
    private let logger: Logger
    /// For how long a request is made again.
    private let patience: Duration
    private let credentials: CredentialStore
    private let limiter: RequestLimiter
    private let connections: S3Connections
    private let state: Mutex<State>
    /// One finds out about checksums, the others wait.
    private let askingChecksum = AsyncSemaphore(permits: 1)

    init(
        _ settings: S3Settings, _ environment: S3Environment, credentials: CredentialStore, logger: Logger,
        patience: Duration = Repetition.longest
    ) {
        self.settings = settings
        self.environment = environment
        self.credentials = credentials
        self.logger = logger
        self.patience = patience
        limiter = RequestLimiter(maximum: settings.maximumRequests)
        connections = S3Connections(authorities: settings.authorities, width: settings.maximumRequests)
        state = Mutex(State(region: settings.region))
    }

    /// The region that requests are signed for: that of the settings, or of the bucket.
    var region: String { state.withLock { $0.region } }

    /// The time of the store, in seconds since 1970, as far as its clock is known.
    var storeTime: Int { environment.now() + state.withLock { $0.clockOffset } }

    /// Makes a request, again where that may help.
    /// - Parameter accepted: statuses that are an answer, besides those of success.
    /// - Parameter expectedBytes: how long the answer's body will be, about.
    /// - Parameter receive: reads the answer, knowing whether earlier tries failed.
    func perform<Value>(
        _ request: S3Request, accepted: Set<Int> = [], expectedBytes: Int = 0,
        _ receive: (S3Answer, Bool) async throws -> Value
    ) async throws(ObjectStoreError) -> Value {
        var repetition = Repetition(environment, patience: patience)
        while true {
            let permit = await limiter.acquire()
            let failure: S3Failure
            do {
                let answer = try await answer(to: request, accepted: accepted, expectedBytes: expectedBytes)
                let value = try await receive(answer, repetition.tries > 0)
                limiter.release(permit, hadTooMuch: false)
                return value
            } catch {
                failure = self.failure(of: request, error)
            }
            limiter.release(permit, hadTooMuch: failure.remedy == .fewerRequests)
            try await repetition.wait(after: await remedied(failure))
        }
    }

    /// Makes a request of whose answer only the head is of interest.
    /// - Returns: the head, and whether earlier tries failed.
    @discardableResult
    func head(
        of request: S3Request, accepted: Set<Int> = []
    ) async throws(ObjectStoreError) -> (head: S3AnswerHead, isRepeated: Bool) {
        try await perform(request, accepted: accepted) { answer, isRepeated in
            // Some refuse with the status of success, and say so in the body only.
            let body = request.method == "HEAD" ? [] : try await answer.bytes()
            if (200..<300).contains(answer.head.status), ErrorBody(body) != nil {
                let head = S3AnswerHead(status: 500, headers: answer.head.headers)
                throw S3Failure.refusal(
                    of: request, head, body: body, at: settings, signingTime: environment.now())
            }
            return (answer.head, isRepeated)
        }
    }

    // MARK: One try

    private func answer(
        to request: S3Request, accepted: Set<Int>, expectedBytes: Int
    ) async throws -> S3Answer {
        let credentials = try await credentials(for: request)
        // Credentials, a free place and earlier tries may have been waited for.
        if request.isChange { try await WriteFence.expectOpen(request.subject) }
        let (region, offset) = state.withLock { ($0.region, $0.clockOffset) }
        let endpoint = settings.endpoint(inRegion: region)
        let path = settings.path(request.key)
        let headers = signed(request, at: endpoint, path: path, region: region, offset: offset, by: credentials)
        let address = endpoint.description + path + (request.query.isEmpty ? "" : "?" + request.query)
        let answer: S3Answer
        do {
            answer = try await connections.send(
                request, to: address, headers: headers, expectedBytes: expectedBytes)
        } catch {
            throw S3Failure.unanswered(request, error, at: endpoint)
        }
        let status = answer.head.status
        guard (200..<300).contains(status) || accepted.contains(status) else {
            var failure = S3Failure.refusal(
                of: request, answer.head, body: await answer.beginning(), at: settings,
                signingTime: environment.now() + offset)
            failure.credentials = credentials
            throw failure
        }
        return answer
    }

    private func credentials(for request: S3Request) async throws(S3Failure) -> S3Credentials {
        do {
            return try await credentials.current()
        } catch {
            throw S3Failure(
                error.isTransient ? .time : .none, error.isTransient ? .unavailable : .permissionDenied, of: request,
                error.message)
        }
    }

    /// The header fields of a request, with its signature. It is made right before the request is sent.
    private func signed(
        _ request: S3Request, at endpoint: S3Endpoint, path: String, region: String, offset: Int,
        by credentials: S3Credentials
    ) -> [(name: String, value: String)] {
        let scope = SignatureV4.Scope(
            region: region, time: WireTime.signingTime(environment.now() + offset))
        let hash = Hexadecimal.text(of: Hashes.sha256(request.body ?? []))
        var headers = [("host", endpoint.authority), ("x-amz-date", scope.time), ("x-amz-content-sha256", hash)]
        if let token = credentials.sessionToken { headers.append(("x-amz-security-token", token)) }
        headers += request.headers
        let form = SignatureV4.Form(
            method: request.method, path: path, query: request.query, headers: headers, payloadHash: hash)
        return headers + [("authorization", SignatureV4.authorization(of: form, by: credentials, scope))]
    }

    // MARK: Failures

    private func failure(of request: S3Request, _ error: any Error) -> S3Failure {
        switch error {
        case let failure as S3Failure: failure
        case let error as ObjectStoreError: S3Failure(error)
        case let fault as XMLFault:
            S3Failure(
                .none, .inputOutput, of: request,
                "The answer of the store '\(settings.place)' cannot be read: \(fault.words).")
        default: .unanswered(request, error, at: settings.endpoint(inRegion: region))
        }
    }

    /// Applies what a failure asks for; a remedy that changes nothing is none.
    private func remedied(_ failure: S3Failure) async -> S3Failure {
        var failure = failure
        switch failure.remedy {
        case .none, .time, .fewerRequests, .sameAgain: break
        case .clock(let time): correctClock(time)
        case .region(let region): correctRegion(region)
        case .credentials:
            guard let used = failure.credentials, await credentials.replaced(used) != nil else {
                failure.remedy = .none
                return failure
            }
        }
        return failure
    }

    private func correctClock(_ time: Int) {
        let offset = time - environment.now()
        state.withLock { $0.clockOffset = offset }
        guard abs(offset) > 300 else { return }
        logger.warning(
            "The clock of this machine and that of the store differ. Requests are signed with the store's time.",
            metadata: ["seconds": "\(offset)", "store": "\(settings.place)"])
    }

    private func correctRegion(_ region: String) {
        let isNew = state.withLock { state in
            defer { state.region = region }
            return state.region != region
        }
        guard isNew else { return }
        logger.warning(
            "The bucket is in another region. Set s3.region to it.",
            metadata: ["region": "\(region)", "set": "\(settings.region)", "store": "\(settings.place)"])
    }
}

extension S3Client {
    /// What the failure of one of many deletions means for all of them.
    func failure(
        of deletion: (key: String, code: String, message: String), in request: S3Request, prefix: String
    ) -> S3Failure {
        let isPassing = ["InternalError", "ServiceUnavailable", "SlowDown", "OperationAborted"].contains(deletion.code)
        let remedy: S3Failure.Remedy =
            deletion.code == "SlowDown" ? .fewerRequests : isPassing ? .time : .none
        var failure = S3Failure(
            remedy, isPassing ? .unavailable : .permissionDenied, of: request,
            """
            The store '\(settings.place)' does not delete it (\(deletion.code): \(deletion.message.prefix(300))). The \
            credentials need the right \(S3Request.Purpose.delete.rawValue) there.
            """)
        failure.error.name = String(deletion.key.dropFirst(prefix.count))
        return failure
    }
}

// MARK: Checksums

extension S3Client {
    /// The checksum that the store looks at. Found out once, by one that is wrong.
    func checksum() async throws(ObjectStoreError) -> S3Settings.Checksum {
        guard settings.checksum == .auto else { return settings.checksum }
        if let known = state.withLock({ $0.checksum }) { return known }
        await askingChecksum.acquire()
        defer { askingChecksum.release() }
        if let known = state.withLock({ $0.checksum }) { return known }
        let found: S3Settings.Checksum = try await refusesWrongSHA256() ? .sha256 : .md5
        state.withLock { $0.checksum = found }
        return found
    }

    private func refusesWrongSHA256() async throws(ObjectStoreError) -> Bool {
        let key = settings.place.keyPrefix + probeName()
        var request = S3Request(.write, "PUT", key: key, subject: key)
        request.body = Array("holdfast".utf8)
        request.headers.append(("x-amz-checksum-sha256", Base64.text(of: Hashes.sha256(Array("other".utf8)))))
        let code = try await head(of: request, accepted: [400, 501]).head.status
        guard (200..<300).contains(code) else { return code == 400 }
        try await head(of: S3Request(.delete, "DELETE", key: key, subject: key))
        return false
    }

    /// A name beneath the prefix that nothing else has.
    func probeName() -> String {
        "probe-" + Hexadecimal.text(of: (0..<8).map { _ in UInt8(environment.chance() * 256) })
    }
}
