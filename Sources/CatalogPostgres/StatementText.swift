/// The catalogue's statements as PostgreSQL wants them.
enum StatementText {
    /// The statement with `$1`, `$2`, … in place of `?`. What stands in quotes is left alone.
    static func numbered(_ sql: String) -> String {
        guard sql.utf8.contains(UInt8(ascii: "?")) else { return sql }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sql.utf8.count + 32)
        var quote: UInt8?
        var number = 0
        for byte in sql.utf8 {
            if let open = quote {
                // A doubled quote closes and opens again, which comes to the same.
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "?") {
                number += 1
                bytes += Array("$\(number)".utf8)
                continue
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
