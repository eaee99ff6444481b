public import NIOSSL

/// The address, limits and deadlines of a server.
public struct ServerConfiguration: Sendable {
    /// The address, for example `127.0.0.1`.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// The server's certificate and key; nil for plain HTTP, which is for programs
    /// of this machine alone.
    public var tls: TLSConfiguration?
    /// Scheme and authority that clients use, where a proxy stands in front, for example
    /// `https://backup.example`; nil takes each request's own.
    public var publicURL: String?
    /// The addresses of proxies whose forwarding fields are trusted.
    public var trustedProxies: [AddressRange] = []
    /// The longest accepted body in bytes, before and after `Content-Encoding`.
    public var bodyLimitBytes = 4 << 20
    /// The number of concurrent requests; further clients get 503.
    public var concurrentRequests = 256
    /// The number of open connections; further ones wait.
    public var openConnections = 4096
    /// Failed sign-ins a minute for one client id from one address, and ten times as many for the
    /// address; further ones get 429.
    public var signInFailuresPerMinute = 30
    /// How long a connection may take for a request's head, and how long it may
    /// be idle between requests.
    public var headSeconds = 60
    /// How long a request's body may take from its head on.
    public var bodySeconds = 60
    /// How long a client may take for one piece of an answer that is written while it is sent; then
    /// the connection is closed. Pieces have at most 64 KiB.
    public var stallSeconds = 60
    /// The longest path with its query, in bytes. A page's token does not count: it
    /// is the server's own.
    public var urlBytes = 16 << 10
    /// All header fields of a request together, in bytes.
    public var headerBytes = 64 << 10
    /// Header fields of a request.
    public var headerFields = 100
    /// Shorter answers are not compressed, because the frame would cost more than it saves.
    public var compressFromBytes = 1024

    /// Listens on an address.
    public init(host: String, port: Int, tls: TLSConfiguration? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
    }

    /// Whether only programs of this machine can connect.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    /// The scheme that clients use.
    public var scheme: String { tls == nil ? "http" : "https" }
}
