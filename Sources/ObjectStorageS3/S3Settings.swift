public import ObjectStorage

/// Where a bucket is, and how it is asked.
public struct S3Settings: Hashable, Sendable {
    /// Where the bucket's name goes.
    public enum Style: String, CaseIterable, Codable, Hashable, Sendable {
        /// Into the host at Amazon, if it fits there, and into the path everywhere else.
        case auto
        case path
        case host
    }

    /// By what the store notices that a body was changed on its way.
    public enum Checksum: String, CaseIterable, Codable, Hashable, Sendable {
        /// SHA-256 where the store refuses a wrong one, otherwise MD5.
        case auto
        case sha256
        case md5
    }

    public var place: S3Place
    /// nil for Amazon's of the region.
    public var endpoint: S3Endpoint?
    public var region = "us-east-1"
    public var style = Style.auto
    /// A PEM file of certificate authorities to trust instead of the system's.
    public var authorities: String?
    /// Whether plain HTTP may be spoken to other hosts than this one.
    public var allowsPlainHTTP = false
    /// A file of two lines, the key's id and the secret key; nil for the environment.
    public var credentialsFile: String?
    /// The rights which that file must not grant: others can read it otherwise.
    public var credentialsFileForbids: UInt32 = 0o077
    /// Whether the metadata service of the machine is asked for credentials.
    public var usesInstanceCredentials = false
    public var checksum = Checksum.auto
    /// How many requests are under way at once at most.
    public var maximumRequests = 256
    /// How long objects are kept, whoever deletes them; nil for no lock.
    public var lock: ObjectLock?

    public init(_ place: S3Place) { self.place = place }
}

/// A bucket, and what every name in it begins with: `s3://bucket/prefix`.
public struct S3Place: Hashable, Sendable, CustomStringConvertible {
    public let bucket: String
    /// Without slashes at its ends; empty for the whole bucket.
    public let prefix: String

    /// What a place must be, for a person who wrote something else.
    public static let form = """
        s3://bucket or s3://bucket/prefix, of letters, digits, '.', '_' and '-', the bucket of 3 to 63 of them
        """

    /// nil for a text of another form.
    public init?(_ text: String) {
        guard let match = text.wholeMatch(of: /s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{2,62})(?:\/([A-Za-z0-9._\/-]*))?/)
        else { return nil }
        let prefix = match.2 ?? ""
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        let whole = parts.last?.isEmpty == true ? parts.dropLast() : parts[...]
        guard whole.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }),
            prefix.utf8.count <= 512
        else { return nil }
        bucket = String(match.1)
        self.prefix = whole.joined(separator: "/")
    }

    public var description: String { prefix.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(prefix)" }

    /// The prefix as names of objects have it: with a slash at its end, or empty.
    var keyPrefix: String { prefix.isEmpty ? "" : prefix + "/" }
}

/// Where a service of S3 is asked: `https://host:port`.
public struct S3Endpoint: Hashable, Sendable, CustomStringConvertible {
    let scheme: String
    /// In lower case; an address of IPv6 has its brackets.
    let host: String
    /// nil for the default of the scheme.
    let port: Int?

    public static let form = "an address such as https://s3.example.org:9000, without a path"

    /// nil for a text of another form.
    public init?(_ text: String) {
        let form = /(https?):\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?\/?/
        guard let match = text.wholeMatch(of: form) else { return nil }
        let port = match.3.flatMap { Int($0) }
        guard match.3 == nil || (1...65_535).contains(port ?? 0) else { return nil }
        self.init(
            scheme: String(match.1), host: match.2.lowercased(),
            port: port == (match.1 == "https" ? 443 : 80) ? nil : port)
    }

    private init(scheme: String, host: String, port: Int?) {
        (self.scheme, self.host, self.port) = (scheme, host, port)
    }

    /// Amazon's endpoint of a region.
    static func amazon(region: String) -> S3Endpoint {
        S3Endpoint(scheme: "https", host: "s3.\(region).amazonaws.com", port: nil)
    }

    public var isEncrypted: Bool { scheme == "https" }
    public var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }
    var isAmazon: Bool { host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn") }

    /// Host and port, as the header field `Host` has them.
    var authority: String { host + (port.map { ":\($0)" } ?? "") }
    public var description: String { "\(scheme)://\(authority)" }

    /// The same service under the host of a bucket.
    func named(_ bucket: String) -> S3Endpoint { S3Endpoint(scheme: scheme, host: "\(bucket).\(host)", port: port) }
}
