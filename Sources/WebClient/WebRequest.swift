public import Foundation

/// A request to a server.
public struct WebRequest: Sendable {
    public var method: String
    /// The whole address: scheme, host, port, path and query.
    public var address: String
    public var headers: [String: String] = [:]
    public var body: Data?

    public init(_ method: String = "GET", _ address: String) {
        self.method = method
        self.address = address
    }
}

/// What a server answered, of any status.
public struct WebAnswer: Sendable {
    public let status: Int
    /// By name in lower case; values of equal names are joined by commas.
    public let headers: [String: String]
    public let body: Data

    public init(status: Int, headers: [String: String] = [:], body: Data = Data()) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}
