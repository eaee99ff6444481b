/// The place in a scan. The options of the scan stand beside it in the link, and a digest binds
/// the two: the link does not hold the options twice, and no scan continues with other options
/// than it began with.
struct SkipToken: Equatable {
    /// The canonical path that is scanned. A token of another path is refused.
    var scope: String
    /// Where the next page begins; the handler defines the text.
    var position: String
    /// A digest of the options of the first request.
    var optionsDigest: String
    /// Preferences of the first request.
    var includesUnknownEnumMembers: Bool
    var maximumPageSize: Int?

    private static let version = 2

    /// The token as base 64 for URLs: the digest's length, the digest, and the content as JSON.
    func encoded(sign: ([UInt8]) -> [UInt8]) -> String {
        var object: JSONObject = [
            "v": .int(Int64(Self.version)), "s": .string(scope), "k": .string(position), "q": .string(optionsDigest),
        ]
        if includesUnknownEnumMembers { object["u"] = true }
        if let maximumPageSize { object["m"] = .int(Int64(maximumPageSize)) }
        let content = JSONValue.object(object).encoded
        let digest = sign(content).prefix(255)
        return Base64URL.encode([UInt8(digest.count)] + digest + content)
    }

    /// Reads a token. Refuses anything that was not signed with the same key for the same path.
    init(_ text: String, scope: String, sign: ([UInt8]) -> [UInt8]) throws(ODataError) {
        let refusal = ODataError.badRequest("The skip token is not valid here.", target: "$skiptoken")
        guard text.utf8.count <= 65_536, let bytes = Base64URL.decode(text), let length = bytes.first.map(Int.init),
            bytes.count > length
        else { throw refusal }
        let digest = Array(bytes.dropFirst().prefix(length))
        let content = Array(bytes.dropFirst(1 + length))
        guard Self.equal(digest, Array(sign(content).prefix(255))),
            let value = try? JSONValue(parsing: content), value["v"]?.intValue == Int64(Self.version),
            value["s"]?.stringValue == scope, let position = value["k"]?.stringValue,
            let optionsDigest = value["q"]?.stringValue
        else { throw refusal }
        self.scope = scope
        self.position = position
        self.optionsDigest = optionsDigest
        includesUnknownEnumMembers = value["u"]?.boolValue ?? false
        maximumPageSize = value["m"]?.intValue.flatMap { Int(exactly: $0) }
    }

    init(
        scope: String, position: String, optionsDigest: String, includesUnknownEnumMembers: Bool, maximumPageSize: Int?
    ) {
        self.scope = scope
        self.position = position
        self.optionsDigest = optionsDigest
        self.includesUnknownEnumMembers = includesUnknownEnumMembers
        self.maximumPageSize = maximumPageSize
    }

    /// A digest of the options' meaning: decoded, in one order, without the token and without
    /// what applies to the first page only. It is keyed, so that no client can find other options
    /// with the same digest.
    static func digest(of options: [String: String], sign: ([UInt8]) -> [UInt8]) -> String {
        let named = options.filter { $0.key != "skiptoken" && $0.key != "skip" }
        guard !named.isEmpty else { return "" }
        let members = named.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap {
            [JSONValue.string($0.key), .string($0.value)]
        }
        return Base64URL.encode(Array(sign(Array("options".utf8) + JSONValue.array(members).encoded).prefix(16)))
    }

    /// Compares digests in constant time.
    private static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count, !left.isEmpty else { return false }
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Base 64 with the alphabet for URLs and without padding (RFC 4648, section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8: UInt32] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt32($0)) })

    static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0...group.count { result.append(alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)]) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Nil for other characters, for impossible lengths, and where left-over bits are not zero.
    static func decode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            guard let value = values[byte] else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return count < 6 && bits & ((1 << UInt32(count)) - 1) == 0 ? result : nil
    }
}
