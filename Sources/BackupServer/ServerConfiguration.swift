public import NIOSSL

/// Where and how a server listens.
public struct ServerConfiguration: Sendable {
    /// The address, for example `127.0.0.1`.
    public var host: String
    /// The port; 0 takes a free one.
    public var port: Int
    /// The server's certificate and key; nil for plain HTTP, which is for programs of this machine alone.
    public var tls: TLSConfiguration?
    /// The longest body that is taken, in bytes, before and after `Content-Encoding`.
    public var bodyLimitBytes = 4 << 20
    /// Answers shorter than this are not compressed: the frame would eat the gain.
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
