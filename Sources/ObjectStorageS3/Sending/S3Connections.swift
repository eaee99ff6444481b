import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import WebClient

/// The head of an answer and the body behind it, which is read while it comes.
struct S3Answer {
    let head: S3AnswerHead
    let request: S3Request
    private let body: HTTPClientResponse.Body

    /// No answer that is read as a whole is longer: a list of 1,000 names is much shorter.
    static let limitBytes = 16 << 20

    init(_ answer: HTTPClientResponse, to request: S3Request) {
        let fields = answer.headers.map { ($0.name.lowercased(), $0.value) }
        head = S3AnswerHead(
            status: Int(answer.status.code), headers: Dictionary(fields) { first, _ in first })
        self.request = request
        body = answer.body
    }

    /// Appends the body to `buffer`, straight from the connection's memory.
    /// - Parameter limit: more bytes than these are a failure.
    func append(to buffer: inout [UInt8], limit: Int) async throws {
        do {
            for try await part in body {
                guard part.readableBytes <= limit - buffer.count else { throw WebFailure.tooLong }
                buffer.append(contentsOf: part.readableBytesView)
            }
        } catch {
            throw WebFailure.explained(error)
        }
    }

    /// The whole body of an answer that is for ourselves.
    func bytes() async throws -> [UInt8] {
        var buffer: [UInt8] = []
        try await append(to: &buffer, limit: Self.limitBytes)
        return buffer
    }

    /// As much of the body as explains a refusal; a connection that breaks meanwhile does not matter.
    func beginning(limit: Int = 64 << 10) async -> [UInt8] {
        var buffer: [UInt8] = []
        do {
            for try await part in body {
                buffer.append(contentsOf: part.readableBytesView.prefix(limit - buffer.count))
                if buffer.count >= limit { break }
            }
        } catch _ {
            return buffer
        }
        return buffer
    }
}

/// The connections to a service. Clients of the library live as long as the program, since each must
/// be shut down before its end and has connections that others can use.
struct S3Connections: Sendable {
    private struct Kind: Hashable {
        var authorities: String?
        var width: Int
    }

    private static let clients = Mutex<[Kind: HTTPClient]>([:])
    private let client: HTTPClient

    static let connectSeconds: Int64 = 5
    /// For how long a server may take no bytes of a request, or send none of an answer.
    static let silenceSeconds: Int64 = 30
    /// A request with its answer may take this long, and what its bytes take at the least speed.
    static let baseSeconds: Int64 = 60
    static let leastBytesPerSecond: Int64 = 256_000

    init(authorities: String?, width: Int) {
        let kind = Kind(authorities: authorities, width: width)
        client = Self.clients.withLock { clients in
            if let known = clients[kind] { return known }
            let client = HTTPClient(
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: Self.configuration(kind))
            clients[kind] = client
            return client
        }
    }

    /// - Parameter expectedBytes: how long the answer's body will be, about.
    func send(
        _ request: S3Request, to address: String, headers: [(name: String, value: String)], expectedBytes: Int
    ) async throws -> S3Answer {
        var form = HTTPClientRequest(url: address)
        form.method = HTTPMethod(rawValue: request.method)
        for (name, value) in headers { form.headers.add(name: name, value: value) }
        if let body = request.body { form.body = .bytes(body) }
        let bytes = Int64(expectedBytes + (request.body?.count ?? 0))
        let seconds = Self.baseSeconds + bytes / Self.leastBytesPerSecond
        do {
            return S3Answer(try await client.execute(form, deadline: .now() + .seconds(seconds)), to: request)
        } catch {
            throw WebFailure.explained(error)
        }
    }

    private static func configuration(_ kind: Kind) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let file = kind.authorities { tls.trustRoots = .file(file) }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(connectSeconds), read: .seconds(silenceSeconds), write: .seconds(silenceSeconds)),
            connectionPool: .init(
                idleTimeout: .seconds(60), concurrentHTTP1ConnectionsPerHostSoftLimit: kind.width),
            decompression: .disabled)
        // The client repeats what may be repeated, and says so; a failure is told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }
}
