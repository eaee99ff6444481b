internal import Crypto
internal import CryptoExtras
internal import Foundation

/// The key triple of a password. Source: restic-format.md section 4.
enum PasswordKey {
    /// The most memory a key file may ask for: 1 GiB, where restic writes 32 MiB.
    private static let maximumMemoryByteCount = 1 << 30
    /// The most work, as N·r·p: some 30 seconds, where restic calibrates to half a second.
    private static let maximumWork = 1 << 26

    static func derive(password: String, salt: [UInt8], cost: KeyFile.Cost) throws(FormatError) -> KeyTriple {
        try validate(salt: salt, cost: cost)
        let key: SymmetricKey
        do {
            key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: KeyTriple.byteCount, rounds: cost.n,
                blockSize: cost.r,
                parallelism: cost.p)
        } catch {
            throw FormatError(.library, "scrypt failed: \(error)")
        }
        return try KeyTriple(rawBytes: unsafe key.withUnsafeBytes { unsafe Array($0) })
    }

    /// Refuses parameters that the format or common sense forbids, so that a foreign key file
    /// cannot exhaust the machine.
    static func validate(salt: [UInt8], cost: KeyFile.Cost) throws(FormatError) {
        guard salt.count == KeyFile.saltByteCount else {
            throw FormatError(.invalidArgument, "a salt has \(KeyFile.saltByteCount) bytes, not \(salt.count)")
        }
        let limit = Int(UInt32.max)
        guard (2...limit).contains(cost.n), cost.n & (cost.n - 1) == 0, (1...limit).contains(cost.r),
            (1...limit).contains(cost.p)
        else {
            throw FormatError(.invalidArgument, "scrypt needs N as a power of two above 1, and positive r and p")
        }
        // No overflow: N and r have at most 32 bits.
        guard cost.n * cost.r <= maximumMemoryByteCount / 128, cost.p <= maximumWork / (cost.n * cost.r) else {
            throw FormatError(
                .invalidArgument, "scrypt with N=\(cost.n), r=\(cost.r), p=\(cost.p) needs too much memory or time")
        }
    }
}

/// What a key file seals: `{"mac":{"k":…,"r":…},"encrypt":…}`.
enum MasterKeyDocument {
    private static let names = FieldNames(["mac", "encrypt"])
    private static let macNames = FieldNames(["k", "r"])

    static func encode(_ key: KeyTriple) -> [UInt8] {
        var json = GoJSONWriter()
        json.beginObject()
        json.key("mac")
        json.beginObject()
        json.key("k")
        json.base64(key.k)
        json.key("r")
        json.base64(key.r)
        json.endObject()
        json.key("encrypt")
        json.base64(key.encrypt)
        json.endObject()
        return json.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(FormatError) -> KeyTriple {
        let (encrypt, k, r) = try JSONReader.read(bytes.span, read)
        guard encrypt.count == 32, k.count == 16, r.count == 16 else {
            throw FormatError(.malformed, "a master key has parts of a wrong length")
        }
        return try KeyTriple(rawBytes: encrypt + k + r)
    }

    private static func read(
        _ json: inout JSONReader
    ) throws(FormatError) -> (encrypt: [UInt8], k: [UInt8], r: [UInt8]) {
        var (encrypt, k, r): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        var object = try json.beginObject()
        while let index = try json.nextField(of: &object, names) {
            guard index == 0 else {
                encrypt = try json.base64()
                continue
            }
            var mac = try json.beginObject()
            while let index = try json.nextField(of: &mac, macNames) {
                if index == 0 { k = try json.base64() } else { r = try json.base64() }
            }
        }
        return (encrypt, k, r)
    }
}
