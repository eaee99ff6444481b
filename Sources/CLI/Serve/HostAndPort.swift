/// An address as `host:port`. The host may hold colons of its own, as IPv6 addresses do.
struct HostAndPort: Hashable {
    let host: String
    let port: Int

    /// Reads an address; nil where the host is empty or the port is not 0 to 65535.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        host = String(text[..<colon])
        self.port = Int(port)
    }
}
