/// The address under which clients reach this server, if it differs from the one
/// that it listens on.
public enum PublicURL {
    /// Scheme and host, with or without port, such as `https://backup.example`; nil for any other
    /// text. Removes a slash at the end.
    public static func origin(_ text: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
        var authority = text.dropFirst(scheme.count)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard RequestHeadRules.isAuthority(String(authority)), !authority.hasPrefix(":") else { return nil }
        return scheme + authority
    }
}
