import ObjectStorage
import WebClient

/// Why one request failed, and what may be done about it.
struct S3Failure: Error {
    /// What another try needs.
    enum Remedy: Hashable {
        /// Nothing: it fails again.
        case none
        /// Time, and nothing else.
        case time
        /// Time, and fewer requests at once.
        case fewerRequests
        /// The same bytes once more: they were changed on their way.
        case sameAgain
        /// The clock of the server.
        case clock(Int)
        /// The region of the bucket.
        case region(String)
        /// Credentials that are new.
        case credentials
    }

    var remedy: Remedy
    var error: ObjectStoreError
    /// How long the server wants to be left alone, in seconds.
    var retryAfter: Int?
    /// What the refused request was signed with.
    var credentials: S3Credentials?

    /// A failure that its own place already put into words, and that no other try helps.
    init(_ error: ObjectStoreError) {
        remedy = .none
        self.error = error
    }

    init(_ remedy: Remedy, _ code: ObjectStoreError.Code, of request: S3Request, _ message: String) {
        self.remedy = remedy
        let isRetryable = code == .unavailable || code == .outOfSpace
        error = ObjectStoreError(code, name: request.subject, message: message, isRetryable: isRetryable)
    }
}

/// The head of an answer, as far as its class depends on it.
struct S3AnswerHead {
    var status: Int
    /// By name in lower case.
    var headers: [String: String]
}

// MARK: Classes of answers

extension S3Failure {
    /// What a refusal means.
    /// - Parameter body: the beginning of the answer's body; HEAD has none.
    /// - Parameter signingTime: when the request says that it was signed.
    static func refusal(
        of request: S3Request, _ head: S3AnswerHead, body: [UInt8], at settings: S3Settings, signingTime: Int
    ) -> Self {
        let told = ErrorBody(body)
        let code = told?.code ?? ""
        let words = told.map { " (\($0.code): \($0.message.prefix(300)))" } ?? ""
        let place = "The store '\(settings.place)'"
        var failure =
            isTooEarlyOrLate(head, code, signingTime)
            ? wrongClock(request, head, place: place, words: words)
            : classified(request, head, code: code, place: place, words: words)
        if let region = head.headers["x-amz-bucket-region"] ?? told?.region, isOtherRegion(head.status, code) {
            failure = wrongRegion(request, region, settings)
        }
        failure.retryAfter = head.headers["retry-after"].flatMap { Int($0) }
        return failure
    }

    private static func classified(
        _ request: S3Request, _ head: S3AnswerHead, code: String, place: String, words: String
    ) -> Self {
        switch (head.status, code) {
        case (404, "NoSuchBucket"):
            Self(
                .none, .permissionDenied, of: request,
                "\(place) has no such bucket\(words). Make the bucket, or correct the setting 'store'.")
        case (404, _): Self(.none, .notFound, of: request, "there is no such object in the store")
        case (416, _): Self(.none, .outOfRange, of: request, "the object ends before the range does")
        case (507, _), (_, "QuotaExceeded"), (_, "XMinioStorageFull"):
            Self(.none, .outOfSpace, of: request, "\(place) has no space left\(words).")
        case (400, "ExpiredToken"), (400, "InvalidToken"), (403, "ExpiredToken"):
            Self(.credentials, .permissionDenied, of: request, "\(place) takes the credentials no more\(words).")
        case (403, _) where request.purpose == .deleteVersion, (_, "ObjectLocked"):
            Self(.none, .retained, of: request, "\(place) keeps it\(words): it is locked.")
        case (401, _), (403, _), (400, "AccessDenied"): denied(request, head, code: code, place: place, words: words)
        case (503, "SlowDown"), (429, _):
            Self(.fewerRequests, .unavailable, of: request, "\(place) has too much to do\(words).")
        case (_, "BadDigest"), (_, "XAmzContentSHA256Mismatch"):
            Self(.sameAgain, .unavailable, of: request, "\(place) got other bytes than were sent\(words).")
        case (409, "ConditionalRequestConflict"), (409, "OperationAborted"), (400, "RequestTimeout"), (408, _),
            (500, _), (502, _), (503, _), (504, _):
            Self(.time, .unavailable, of: request, "\(place) does not answer now: status \(head.status)\(words).")
        case (300..<400, _):
            Self(
                .none, .inputOutput, of: request,
                "\(place) sends elsewhere: \(head.headers["location"] ?? "it does not say where"). Set s3.endpoint.")
        default: Self(.none, .inputOutput, of: request, "\(place) answered with status \(head.status)\(words).")
        }
    }

    private static func denied(
        _ request: S3Request, _ head: S3AnswerHead, code: String, place: String, words: String
    ) -> Self {
        let advice =
            switch code {
            case "InvalidAccessKeyId": "Give the id of a key that exists there."
            case "SignatureDoesNotMatch": "Is the secret key right? A proxy that changes requests has this effect too."
            default: "The credentials need the right \(request.purpose.rawValue) there."
            }
        // HEAD tells nothing but the number.
        let about = request.method == "HEAD" ? " Without s3:ListBucket it refuses what is not there, too." : ""
        return Self(.credentials, .permissionDenied, of: request, "\(place) refuses access\(words). \(advice)\(about)")
    }

    private static func wrongClock(
        _ request: S3Request, _ head: S3AnswerHead, place: String, words: String
    ) -> Self {
        let time = head.headers["date"].flatMap(WireTime.seconds(ofHeader:))
        return Self(
            time.map { .clock($0) } ?? .none, .unavailable, of: request,
            "\(place) says that this machine's clock is wrong\(words). Set the clock.")
    }

    /// rclone calls it a lack of access.
    private static func isTooEarlyOrLate(_ head: S3AnswerHead, _ code: String, _ signingTime: Int) -> Bool {
        if code == "RequestTimeTooSkewed" { return true }
        guard code == "AccessDenied", let time = head.headers["date"].flatMap(WireTime.seconds(ofHeader:)) else {
            return false
        }
        return abs(time - signingTime) > 300
    }

    private static func isOtherRegion(_ status: Int, _ code: String) -> Bool {
        [301, 307].contains(status) || code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect"
            || code == "TemporaryRedirect" || (status == 400 && code.isEmpty)
    }

    private static func wrongRegion(_ request: S3Request, _ region: String, _ settings: S3Settings) -> Self {
        Self(
            .region(region), .permissionDenied, of: request,
            "The bucket '\(settings.place.bucket)' is in the region \(region). Set s3.region to it.")
    }
}

// MARK: No answer at all

extension S3Failure {
    /// What a failure of the connection means.
    static func unanswered(_ request: S3Request, _ error: any Error, at endpoint: S3Endpoint) -> Self {
        switch error as? WebFailure {
        case nil: Self(.none, .unavailable, of: request, "The request to \(endpoint) was given up.")
        case .untrusted(let detail):
            Self(
                .none, .permissionDenied, of: request,
                """
                \(endpoint) cannot be trusted: \(detail). If an authority of your own made its certificate, give \
                s3.ca-file that authority's.
                """)
        case let failure? where failure.isTransient || failure.isOfRawConnection:
            Self(.time, .unavailable, of: request, "\(endpoint) cannot be asked: \(failure.words).")
        case let failure?:
            Self(.none, .inputOutput, of: request, "\(endpoint) cannot be asked: \(failure.words).")
        }
    }
}

extension WebFailure {
    /// Whether the connection broke in a way that has no name of its own.
    fileprivate var isOfRawConnection: Bool {
        if case .other = self { true } else { false }
    }
}
