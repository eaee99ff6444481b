import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why no answer came, or not all of it.
public enum WebFailure: Error, Equatable {
    /// Nobody listens at that address and port, or no way leads there.
    case refused
    /// The server said nothing for too long.
    case timedOut
    case noSuchHost
    /// The server's certificate is not trusted; with what is wrong.
    case untrusted(String)
    /// What listens there does not speak TLS as this program does.
    case noTLS(String)
    /// The connection ended before the answer did.
    case lost
    /// The answer is longer than it may be.
    case tooLong
    case other(String)

    /// The cause in words, as the end of a sentence.
    public var words: String {
        switch self {
        case .refused: "nothing listens there"
        case .timedOut: "it did not answer in time"
        case .noSuchHost: "there is no such host"
        case .untrusted(let detail): "its certificate is not trusted (\(detail))"
        case .noTLS(let detail): "a connection by TLS cannot be made (\(detail))"
        case .lost: "the connection was lost"
        case .tooLong: "its answer is too long"
        case .other(let text): text
        }
    }

    /// Whether another try may end otherwise.
    public var isTransient: Bool {
        switch self {
        case .refused, .timedOut, .noSuchHost, .lost: true
        case .untrusted, .noTLS, .tooLong, .other: false
        }
    }
}

// MARK: The library's errors

extension WebFailure {
    /// What an error of the library means; a task that was cancelled is no failure of the web.
    public static func explained(_ error: any Error) -> any Error {
        switch error {
        case is CancellationError, is WebFailure: error
        case let error as HTTPClientError where error == .cancelled: CancellationError()
        case let error as HTTPClientError: of(error)
        case let error as NIOConnectionError: of(error)
        case let error as IOError: of(error)
        case let error as ChannelError: of(error)
        case let error as NIOSSLError: of(error)
        case let error as HTTPParserError: error == .invalidEOFState ? WebFailure.lost : WebFailure.other("\(error)")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            WebFailure.untrusted("it is for another name")
        default: WebFailure.other("\(error)")
        }
    }

    private static func of(_ error: ChannelError) -> WebFailure {
        switch error {
        case .connectTimeout: .timedOut
        case .eof, .ioOnClosedChannel, .alreadyClosed: .lost
        default: .other("\(error)")
        }
    }

    private static func of(_ error: HTTPClientError) -> WebFailure {
        switch error {
        case .connectTimeout, .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            .timedOut
        case .remoteConnectionClosed, .uncleanShutdown: .lost
        default: .other("\(error)")
        }
    }

    /// A name may have several addresses, each with a failure of its own.
    private static func of(_ error: NIOConnectionError) -> WebFailure {
        guard !error.connectionErrors.isEmpty else { return .noSuchHost }
        let failures = error.connectionErrors.map { explained($0.error) as? WebFailure ?? .refused }
        return failures.contains(.refused) ? .refused : failures[0]
    }

    private static func of(_ error: IOError) -> WebFailure {
        switch error.errnoCode {
        case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL: .refused
        case ETIMEDOUT: .timedOut
        case ECONNRESET, EPIPE, ECONNABORTED: .lost
        default: .other("\(error)")
        }
    }

    private static func of(_ error: NIOSSLError) -> WebFailure {
        switch error {
        case .unableToValidateCertificate, .noCertificateToValidate: .untrusted("\(error)")
        case .uncleanShutdown: .lost
        case .handshakeFailed(let cause) where "\(cause)".contains("CERTIFICATE_VERIFY_FAILED"):
            .untrusted("no authority known here vouches for it, or it has expired")
        case .handshakeFailed(.sslError(let stack)) where "\(stack)".contains("WRONG_VERSION_NUMBER"):
            .noTLS("the server speaks plain HTTP")
        case .handshakeFailed(let cause): .noTLS("\(cause)")
        case .noSuchFilesystemObject, .failedToLoadCertificate:
            .untrusted("the authorities cannot be read: \(error)")
        default: .other("\(error)")
        }
    }
}
