import Texts

/// A request before it is signed, in the words of S3.
struct S3Request: Sendable {
    /// What a request does, for the right that it needs.
    enum Purpose: String, Sendable {
        case read = "s3:GetObject"
        case write = "s3:PutObject"
        case delete = "s3:DeleteObject"
        case list = "s3:ListBucket"
        case listVersions = "s3:ListBucketVersions"
        case readVersion = "s3:GetObjectVersion"
        case readRetention = "s3:GetObjectRetention"
        case retain = "s3:PutObjectRetention"
        case readVersioning = "s3:GetBucketVersioning"
        case readLock = "s3:GetBucketObjectLockConfiguration"
        /// Nothing of ours needs it: only the examination of a store asks, and is to be refused.
        case deleteVersion = "s3:DeleteObjectVersion"
    }

    var purpose: Purpose
    var method: String
    /// The object's whole name in the bucket; nil for the bucket itself.
    var key: String?
    /// What the caller calls it, for messages.
    var subject: String
    /// Encoded, in their order on the wire.
    var query = ""
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]?

    init(_ purpose: Purpose, _ method: String, key: String? = nil, subject: String, query: String = "") {
        self.purpose = purpose
        self.method = method
        self.key = key
        self.subject = subject
        self.query = query
    }

    /// Whether it changes what is stored.
    var isChange: Bool { purpose == .write || purpose == .delete }

    /// Adds a body with its MD5, which every store looks at that looks at anything.
    mutating func setBody(_ bytes: [UInt8], checksum: S3Settings.Checksum = .md5) {
        body = bytes
        switch checksum {
        case .sha256: headers.append(("x-amz-checksum-sha256", Base64.text(of: Hashes.sha256(bytes))))
        case .md5, .auto: headers.append(("content-md5", Base64.text(of: Hashes.md5(bytes))))
        }
    }
}

extension S3Settings {
    /// The service in a region: what was given, or Amazon's.
    func endpoint(inRegion region: String) -> S3Endpoint {
        let base = endpoint ?? .amazon(region: region)
        return isHostStyle(at: base) ? base.named(place.bucket) : base
    }

    /// The path of an object, or of the bucket, as it goes on the wire.
    func path(_ key: String?) -> String {
        let inBucket = "/" + PercentEncoding.path(key ?? "")
        guard !isHostStyle(at: endpoint ?? .amazon(region: region)) else { return inBucket }
        return key == nil ? "/" + place.bucket : "/" + place.bucket + inBucket
    }

    private func isHostStyle(at endpoint: S3Endpoint) -> Bool {
        switch style {
        case .path: false
        case .host: true
        // With a dot in its name a bucket would have no certificate.
        case .auto: endpoint.isAmazon && place.bucket.wholeMatch(of: /[a-z0-9][a-z0-9-]*[a-z0-9]/) != nil
        }
    }
}

/// Bytes in the sixty-four letters of RFC 4648.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: some Sequence<UInt8>) -> String {
        var (text, waiting, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
        for byte in bytes {
            waiting = waiting << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(letters[Int(waiting >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { text.append(letters[Int(waiting << UInt32(6 - bits) & 63)]) }
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }
}
