/// The address under which clients reach this server, where it is another than the one
/// that it listens on.
public enum PublicURL {
    /// `https://backup.example` or with a port, without anything behind it; nil for what is no such
    /// address. A slash at its end is taken off.
    public static func origin(_ text: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        var authority = text.dropFirst(scheme.count)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard RequestHeadRules.isAuthority(String(authority)), !authority.hasPrefix(":") else { return nil }
        return scheme + authority
    }
}
