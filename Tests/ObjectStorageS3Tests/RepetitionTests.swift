import BackupTesting
import ObjectStorage
import Testing

@testable import ObjectStorageS3

/// Each line of the table of failures: how many requests are made, after which pauses, and what
/// comes of it. Time stands still, and chance makes every pause as long as it can be.
@Suite struct RepetitionTests {
    /// What a server says once before it answers, and what must follow.
    struct Passing: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: Answer
        var pauses: [Duration] = [.milliseconds(100)]
    }

    static let passing = [
        Passing(testDescription: "500", answer: .error(500, "InternalError")),
        Passing(testDescription: "502 of a proxy", answer: Answer(status: 502, body: "<html>Bad Gateway</html>")),
        Passing(testDescription: "503 SlowDown", answer: .error(503, "SlowDown")),
        Passing(testDescription: "503 ServiceUnavailable", answer: .error(503, "ServiceUnavailable")),
        Passing(testDescription: "504", answer: Answer(status: 504)),
        Passing(testDescription: "408", answer: Answer(status: 408)),
        Passing(testDescription: "429", answer: Answer(status: 429)),
        Passing(testDescription: "400 RequestTimeout", answer: .error(400, "RequestTimeout")),
        Passing(testDescription: "409 conflict", answer: .error(409, "ConditionalRequestConflict")),
        Passing(testDescription: "BadDigest once", answer: .error(400, "BadDigest"), pauses: []),
        Passing(testDescription: "200 with an error", answer: .ok("<Error><Code>InternalError</Code></Error>")),
        Passing(testDescription: "a connection that ends", answer: .silence),
        Passing(
            testDescription: "Retry-After", answer: .error(503, "SlowDown", ["Retry-After": "7"]),
            pauses: [.seconds(7)]),
        Passing(
            testDescription: "Retry-After of a day", answer: .error(503, "SlowDown", ["Retry-After": "86400"]),
            pauses: [.seconds(60)]),
    ]

    @Test(arguments: passing) func `what may pass is tried again`(passing: Passing) async throws {
        let scripted = try ScriptedStore([passing.answer, .ok()])
        try await scripted.store.write("config", [1])
        #expect(scripted.requests.count == 2)
        #expect(scripted.time.pauses.map { $0.rounded } == passing.pauses)
    }

    /// What a server says for good, and the code that callers get.
    struct Lasting: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: Answer
        let code: ObjectStoreError.Code
        var requests = 1
        var words = ""
    }

    static let lasting = [
        Lasting(
            testDescription: "no bucket", answer: .error(404, "NoSuchBucket"), code: .permissionDenied,
            words: "no such bucket"),
        Lasting(
            testDescription: "access", answer: .error(403, "AccessDenied"), code: .permissionDenied,
            words: "s3:PutObject"),
        Lasting(
            testDescription: "key", answer: .error(403, "InvalidAccessKeyId"), code: .permissionDenied,
            words: "id of a key"),
        Lasting(
            testDescription: "signature", answer: .error(403, "SignatureDoesNotMatch"), code: .permissionDenied,
            words: "secret key"),
        Lasting(testDescription: "quota", answer: .error(403, "QuotaExceeded"), code: .outOfSpace),
        Lasting(testDescription: "507", answer: Answer(status: 507), code: .outOfSpace),
        Lasting(testDescription: "MinIO is full", answer: .error(507, "XMinioStorageFull"), code: .outOfSpace),
        Lasting(
            testDescription: "bytes always differ", answer: .error(400, "BadDigest"), code: .unavailable, requests: 2),
        Lasting(testDescription: "what nobody knows", answer: .error(418, "Teapot"), code: .inputOutput),
        Lasting(
            testDescription: "sent elsewhere", answer: Answer(status: 302, headers: ["Location": "https://elsewhere/"]),
            code: .inputOutput, words: "https://elsewhere/"),
    ]

    @Test(arguments: lasting) func `what stays is told`(lasting: Lasting) async throws {
        let scripted = try ScriptedStore([lasting.answer])
        let failure = try #require(await failure { try await scripted.store.write("config", [1]) })
        #expect(failure.code == lasting.code)
        #expect(failure.name == "config")
        #expect(failure.message.contains(lasting.words) || lasting.words.isEmpty, "\(failure)")
        #expect(scripted.requests.count == lasting.requests)
        #expect(scripted.time.pauses == [])
    }

    @Test func `pauses double to twenty seconds, and end within five minutes`() async throws {
        let scripted = try ScriptedStore([.error(503, "ServiceUnavailable")])
        let failure = try #require(await failure { try await scripted.store.write("config", [1]) })
        #expect(failure.code == .unavailable)
        #expect(failure.isRetryable)
        let pauses = scripted.time.pauses.map(\.rounded)
        let doubled = [100, 200, 400, 800, 1600, 3200, 6400, 12_800].map { Duration.milliseconds($0) }
        #expect(Array(pauses.prefix(8)) == doubled)
        #expect(Set(pauses.dropFirst(8)) == [.seconds(20)])
        let whole = pauses.reduce(.zero, +)
        #expect(whole <= .seconds(300))
        #expect(whole > .seconds(280))
        #expect(scripted.requests.count == pauses.count + 1)
    }

    @Test func `chance shortens pauses`() async throws {
        let broken = Answer.error(500, "InternalError")
        let scripted = try ScriptedStore([broken, broken, .ok()], time: TurnedTime(chance: 0.25))
        try await scripted.store.write("config", [1])
        #expect(scripted.time.pauses == [.milliseconds(25), .milliseconds(50)])
    }

    @Test func `a clock that is off is corrected once by that of the store`() async throws {
        let skewed = Answer.error(403, "RequestTimeTooSkewed", ["Date": "Fri, 24 May 2013 00:00:00 GMT"])
        let scripted = try ScriptedStore([skewed, .ok(), .ok()])
        try await scripted.store.write("config", [1])
        try await scripted.store.write("config", [1])
        #expect(scripted.headers("x-amz-date") == ["20270115T080000Z", "20130524T000000Z", "20130524T000000Z"])
        let stubborn = try ScriptedStore([skewed])
        let failure = try #require(await failure { try await stubborn.store.write("config", [1]) })
        #expect(failure.message.contains("clock"))
        #expect(stubborn.requests.count == 2)
    }

    @Test(arguments: [
        Answer.error(301, "PermanentRedirect", ["x-amz-bucket-region": "eu-west-3", "Location": "https://elsewhere/"]),
        .error(400, "AuthorizationHeaderMalformed", inside: "<Region>eu-west-3</Region>"),
        Answer(status: 400, headers: ["x-amz-bucket-region": "eu-west-3"]),
        .error(307, "TemporaryRedirect", ["x-amz-bucket-region": "eu-west-3"]),
    ])
    func `the bucket's region is taken, and told at the start`(answer: Answer) async throws {
        let scripted = try ScriptedStore([answer, .ok(), .ok()])
        try await scripted.store.write("config", [1])
        try await scripted.store.write("config", [1])
        let scopes = scripted.headers("authorization").map { $0?.contains("/eu-west-3/s3/aws4_request") ?? false }
        #expect(scopes == [false, true, true])
        #expect(scripted.time.pauses == [])
    }

    @Test func `what cannot be trusted or reached is told by address`() async throws {
        // Nobody listens on a port that was just closed.
        let port = try ScriptedServer { _, _ in }.port
        let settings = try S3Settings("s3://bucket/place", at: "http://127.0.0.1:\(port)")
        let time = TurnedTime()
        let store = S3Bucket(settings, time.environment(), logger: .quiet).store(at: "unit")
        let failure = try #require(await failure { try await store.write("config", [1]) })
        #expect(failure.code == .unavailable)
        #expect(failure.message == "http://127.0.0.1:\(port) cannot be asked: nothing listens there.")
        #expect(time.pauses.count > 8)
    }
}

extension Duration {
    /// Without what chance takes off.
    var rounded: Duration {
        .milliseconds(Int64((Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15).rounded()))
    }
}

@Suite struct RequestLimiterTests {
    @Test func `the bound grows by one in a round and halves once in one`() async {
        let limiter = RequestLimiter(first: 8, maximum: 10)
        var permits: [RequestLimiter.Permit] = []
        for _ in 0..<8 { permits.append(await limiter.acquire()) }
        for permit in permits { limiter.release(permit, hadTooMuch: true) }
        #expect(limiter.bound == 4)
        for _ in 0..<5 { limiter.release(await limiter.acquire(), hadTooMuch: false) }
        #expect(limiter.bound == 5)
        for _ in 0..<1000 { limiter.release(await limiter.acquire(), hadTooMuch: false) }
        #expect(limiter.bound == 10)
    }

    @Test func `one request is always allowed`() async {
        let limiter = RequestLimiter(first: 2, maximum: 2)
        for _ in 0..<10 { limiter.release(await limiter.acquire(), hadTooMuch: true) }
        #expect(limiter.bound == 1)
    }

    @Test func `those who wait go on in their order as places come free`() async {
        let limiter = RequestLimiter(first: 1, maximum: 1)
        let first = await limiter.acquire()
        let second = Task { await limiter.acquire() }
        while limiter.waitingCount == 0 { await Task.yield() }
        limiter.release(first, hadTooMuch: false)
        limiter.release(await second.value, hadTooMuch: false)
        #expect(limiter.waitingCount == 0)
    }
}
