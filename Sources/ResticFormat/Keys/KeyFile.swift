/// A key file: the master key, sealed with a key made from a password. Plain JSON.
/// Source: restic-format.md section 4.
public struct KeyFile: Hashable, Sendable {
    /// The cost of the key derivation.
    public struct Cost: Hashable, Sendable {
        /// scrypt's N: a power of two above 1.
        public var n: Int
        public var r: Int
        public var p: Int

        public init(n: Int, r: Int, p: Int) {
            (self.n, self.r, self.p) = (n, r, p)
        }

        /// 32 MiB and some tens of milliseconds.
        public static let standard = Cost(n: 32_768, r: 8, p: 1)

        /// 1 MiB and a few milliseconds: enough for a random password of 256 bits, which cannot be
        /// guessed whatever a try costs.
        public static let least = Cost(n: 1_024, r: 8, p: 1)
    }

    /// The number of bytes of a salt.
    public static let saltByteCount = 64

    /// When it was made.
    public var created: NodeTime
    public var username: String
    public var hostname: String
    /// The cost of trying a password.
    public var cost: Cost
    /// 64 bytes.
    public var salt: [UInt8]
    /// The sealed master key.
    public var data: [UInt8]

    /// Makes a key file for a master key. Costs one scrypt.
    /// - Parameters:
    ///   - password: any text; its UTF-8 counts, as it is.
    ///   - salt: 64 random bytes.
    ///   - nonce: the nonce of the sealing; tests give their own.
    /// - Throws: `invalidArgument` for a salt or cost that cannot be used.
    public static func create(
        password: String, master: KeyTriple, salt: [UInt8], cost: Cost = .standard, created: NodeTime, username: String,
        hostname: String,
        nonces: @escaping @Sendable () throws(FormatError) -> Nonce = Sealer.systemNonce
    ) throws(FormatError) -> KeyFile {
        let user = try PasswordKey.derive(password: password, salt: salt, cost: cost)
        let data = try Sealer(user, nonces: nonces).seal(MasterKeyDocument.encode(master))
        return KeyFile(created: created, username: username, hostname: hostname, cost: cost, salt: salt, data: data)
    }

    private init(created: NodeTime, username: String, hostname: String, cost: Cost, salt: [UInt8], data: [UInt8]) {
        self.created = created
        self.username = username
        self.hostname = hostname
        self.cost = cost
        self.salt = salt
        self.data = data
    }

    /// The master key. Costs one scrypt.
    /// - Throws: `unauthentic` for a wrong password; `malformed` if the file is
    ///   broken in another way.
    public func open(password: String) throws(FormatError) -> KeyTriple {
        try MasterKeyDocument.decode(Sealer(PasswordKey.derive(password: password, salt: salt, cost: cost)).open(data))
    }

    private static let fieldNames = FieldNames([
        "created", "username", "hostname", "kdf", "N", "r", "p", "salt", "data",
    ])

    /// The JSON, which is stored as it is under the name of its SHA-256.
    public func encoded() -> [UInt8] {
        var json = GoJSONWriter(capacity: 512)
        json.beginObject()
        json.key("created")
        json.string(created)
        json.key("username")
        json.string(username)
        json.key("hostname")
        json.string(hostname)
        json.key("kdf")
        json.string("scrypt")
        json.key("N")
        json.number(Int64(cost.n))
        json.key("r")
        json.number(Int64(cost.r))
        json.key("p")
        json.number(Int64(cost.p))
        json.key("salt")
        json.base64(salt)
        json.key("data")
        json.base64(data)
        json.endObject()
        return json.bytes
    }

    /// Reads a key file.
    /// - Throws: `malformed` if a needed field is missing or wrong, or the
    ///   derivation is not scrypt.
    public init(decoding bytes: [UInt8]) throws(FormatError) {
        let (file, kdf) = try JSONReader.read(bytes.span, Self.read)
        guard kdf == "scrypt" else {
            throw FormatError(.malformed, "a key file with the unknown derivation '\(kdf.prefix(40))'")
        }
        do { try PasswordKey.validate(salt: file.salt, cost: file.cost) } catch {
            throw FormatError(.malformed, error.message)
        }
        guard file.data.count >= Sealer.overheadByteCount else {
            throw FormatError(.malformed, "a key file without a sealed key")
        }
        self = file
    }

    private static func read(_ json: inout JSONReader) throws(FormatError) -> (KeyFile, derivation: String) {
        var file = KeyFile(
            created: .absent, username: "", hostname: "", cost: Cost(n: 0, r: 0, p: 0), salt: [], data: [])
        var derivation = ""
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, fieldNames) {
            switch index {
            case 0: file.created = try json.time()
            case 1: file.username = try json.string()
            case 2: file.hostname = try json.string()
            case 3: derivation = try json.string()
            case 4: file.cost.n = Int(try json.number32())
            case 5: file.cost.r = Int(try json.number32())
            case 6: file.cost.p = Int(try json.number32())
            case 7: file.salt = try json.base64()
            case _: file.data = try json.base64()
            }
        }
        return (file, derivation)
    }
}
