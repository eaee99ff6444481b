import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

/// Asks servers by HTTP and HTTPS. Only this target and that of S3 know the library that does it.
///
/// A redirection is an answer like any other: the request may hold a token, which goes to no
/// other server than the one that was named.
public struct WebClient: Sendable {
    /// Whose certificates are trusted.
    public enum Authorities: Hashable, Sendable {
        /// Those of the machine.
        case system
        /// Those of the machine, and those in a PEM file.
        case file(String)
    }

    private let client: HTTPClient

    /// For how many seconds a connection is tried, and a server may say nothing within an answer.
    static let connectSeconds: Int64 = 10
    static let silenceSeconds: Int64 = 60
    /// For how long a connection is kept for the next request. Servers close theirs later.
    private static let keptSeconds: Int64 = 4
    /// The longest answer that is read as a whole.
    public static let limitBytes = 256 << 20

    public init(_ authorities: Authorities = .system) { client = Self.client(authorities) }

    /// Sends a request, and returns with the head of the answer.
    /// - Throws: `WebFailure`, or `CancellationError`.
    public func open(_ request: WebRequest) async throws -> WebStream {
        do {
            let answer = try await client.execute(Self.form(of: request), deadline: .distantFuture)
            let fields = answer.headers.map { ($0.name.lowercased(), $0.value) }
            return WebStream(
                status: Int(answer.status.code), headers: Dictionary(fields) { $0 + ", " + $1 },
                body: WebBody(bytes: answer.body))
        } catch {
            throw WebFailure.explained(error)
        }
    }

    /// Sends a request, and returns with the whole answer.
    /// - Parameter seconds: for how long all of it may take; nil where only silence ends it.
    /// - Throws: `WebFailure`, or `CancellationError`.
    public func answer(
        _ request: WebRequest, within seconds: Double? = nil, limitBytes: Int = WebClient.limitBytes
    ) async throws -> WebAnswer {
        var request = request
        if request.headers["Accept-Encoding"] == nil { request.headers["Accept-Encoding"] = "gzip" }
        let asked = request
        guard let seconds else { return try await whole(asked, limitBytes: limitBytes) }
        return try await withThrowingTaskGroup(of: WebAnswer.self) { group in
            group.addTask { try await whole(asked, limitBytes: limitBytes) }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw WebFailure.timedOut
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw WebFailure.lost }
            return first
        }
    }

    private func whole(_ request: WebRequest, limitBytes: Int) async throws -> WebAnswer {
        let stream = try await open(request)
        return WebAnswer(
            status: stream.status, headers: stream.headers, body: try await stream.body.data(limitBytes: limitBytes))
    }

    private static func form(of request: WebRequest) -> HTTPClientRequest {
        var form = HTTPClientRequest(url: request.address)
        form.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { form.headers.add(name: name, value: value) }
        if let body = request.body { form.body = .bytes(ByteBuffer(bytes: body)) }
        return form
    }
}

// MARK: Clients of the library

extension WebClient {
    /// How many certificates a PEM file holds.
    /// - Throws: where it cannot be read, or holds something else.
    public static func certificates(inFile path: String) throws -> Int {
        try NIOSSLCertificate.fromPEMFile(path).count
    }

    /// Clients live as long as the program, since each must be shut down before its end and has
    /// connections that others can use.
    private static let clients = Mutex<[Authorities: HTTPClient]>([:])

    private static func client(_ authorities: Authorities) -> HTTPClient {
        clients.withLock { clients in
            if let known = clients[authorities] { return known }
            let client = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration(authorities))
            clients[authorities] = client
            return client
        }
    }

    private static func configuration(_ authorities: Authorities) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if case .file(let path) = authorities { tls.additionalTrustRoots = [.file(path)] }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(connectSeconds), read: .seconds(silenceSeconds)),
            connectionPool: .init(idleTimeout: .seconds(keptSeconds)), decompression: .enabled(limit: .none))
        // Whoever asks repeats what may be repeated, and says so; a failure is told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }
}
