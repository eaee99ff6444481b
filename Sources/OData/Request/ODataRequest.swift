/// A request as a value, independent of any socket.
public struct ODataRequest: Sendable {
    /// The method in upper case, for example `GET`.
    public var method: String
    /// The path as it was sent: percent-encoded, without
    /// query, for example `/v1.0/solutions/backupRestore`.
    public var rawPath: String
    /// The query as it was sent: percent-encoded, without `?`; empty where there is none.
    public var rawQuery: String
    /// Header fields in the order of arrival; names in any case.
    public var headers: Headers
    /// The body, already decoded of any `Content-Encoding`; empty where there is none.
    public var body: [UInt8]
    /// The scheme and authority that the client addressed,
    /// for absolute links: `http://127.0.0.1:8080`.
    public var origin: String
    /// The address that asked, without port; nil where the request came over no network.
    public var clientAddress: String?

    public init(
        method: String, rawPath: String, rawQuery: String = "", headers: Headers = Headers(), body: [UInt8] = [],
        origin: String = "https://localhost"
    ) {
        self.method = method
        self.rawPath = rawPath
        self.rawQuery = rawQuery
        self.headers = headers
        self.body = body
        self.origin = origin
    }
}

/// An answer as a value.
public struct ODataResponse: Sendable {
    public var status: Int
    public var headers: Headers
    /// The body; empty for 204, and where `stream` is the body.
    public var body: [UInt8]
    /// The body where it is written while it is sent; nil for all others.
    public var stream: BodyStream?

    public init(status: Int, headers: Headers = Headers(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer whose body is written while it is sent. It is sent as it is: no coding is applied.
    public init(status: Int, headers: Headers = Headers(), stream: BodyStream) {
        self.status = status
        self.headers = headers
        body = []
        self.stream = stream
    }
}

/// Header fields: an ordered list with look-up that ignores the case of names.
public struct Headers: Sendable, ExpressibleByDictionaryLiteral {
    /// The fields in order.
    public private(set) var fields: [(name: String, value: String)] = []

    public init() {}

    /// The fields given, in that order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// Adds a field, keeping others of that name.
    public mutating func add(_ name: String, _ value: String) {
        fields.append((name: name, value: value))
    }

    /// The first value of `name`; setting replaces all of that name, nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.isSameHeaderName(as: name) }?.value }
        set {
            fields.removeAll { $0.name.isSameHeaderName(as: name) }
            if let newValue { fields.append((name: name, value: newValue)) }
        }
    }

    /// Every value of `name`, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.isSameHeaderName(as: name) }.map(\.value)
    }
}

extension String {
    /// Whether two header names are the same: ASCII letters compare without regard to
    /// case. Nothing is allocated.
    fileprivate func isSameHeaderName(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).allSatisfy { left, right in
            left == right || (left ^ right == 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(left | 0x20))
        }
    }
}
