import Foundation
import HTTPTypes

/// The origin of a request and the server address that it used, as seen through trusted proxies.
///
/// Fields of proxies count only where the connection comes from a trusted one. They are read
/// from the end, because the client may have sent everything before the first trusted entry. A
/// proxy writes `X-Forwarded-For` or `Forwarded`; where both came, the client sent one of them,
/// and neither is trusted. Source: RFC 7239, sections 4 to 6; `X-Forwarded-*` as nginx, Caddy
/// and HAProxy write them.
struct RequestSource: Hashable, Sendable {
    /// The client's address, without port.
    let address: String
    /// Scheme and authority for links, for example `https://backup.example`.
    let origin: String

    /// The `Host` field as it came, which the origin need not repeat.
    let host: String

    /// - Parameter peer: the connection's other end, without port.
    /// - Parameter authority: the `Host` header.
    init(peer: String, authority: String?, fields: HTTPFields, configuration: ServerConfiguration) {
        host = authority ?? ""
        let proxies = configuration.trustedProxies
        let own =
            configuration.publicURL
            ?? Self.origin(
                scheme: configuration.scheme, authority: authority,
                fallback: "\(configuration.host):\(configuration.port)")
        func isTrusted(_ address: String) -> Bool {
            IPAddress(address).map { known in proxies.contains { $0.contains(known) } } ?? false
        }
        guard !proxies.isEmpty, isTrusted(peer) else {
            (address, origin) = (peer, own)
            return
        }
        let named = Self.entries(Self.forwardedFor, fields)
        let standard = Self.entries(.forwarded, fields)
        guard named.isEmpty || standard.isEmpty else {
            (address, origin) = (peer, own)
            return
        }
        var address = peer
        var hops = standard.isEmpty ? named : standard.map { Self.parameter("for", of: $0) ?? "" }
        while isTrusted(address), let hop = hops.popLast(), let next = Self.address(in: hop) { address = next }
        self.address = address
        guard configuration.publicURL == nil else {
            origin = own
            return
        }
        let scheme =
            standard.last.flatMap { Self.parameter("proto", of: $0) } ?? Self.entries(Self.forwardedProto, fields).last
        let host =
            standard.last.flatMap { Self.parameter("host", of: $0) } ?? Self.entries(Self.forwardedHost, fields).last
        origin = Self.origin(
            scheme: scheme.map { $0.lowercased() }.flatMap { ["http", "https"].contains($0) ? $0 : nil }
                ?? configuration.scheme,
            authority: host ?? authority, fallback: "\(configuration.host):\(configuration.port)")
    }

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    private static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    private static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    /// The bound on entries; earlier ones are ignored.
    private static let maximumHops = 32

    private static func origin(scheme: String, authority: String?, fallback: String) -> String {
        "\(scheme)://\(authority.flatMap { RequestHeadRules.isAuthority($0) ? $0 : nil } ?? fallback)"
    }

    /// The comma-separated entries of all fields of that name, in order;
    /// only the last `maximumHops`.
    private static func entries(_ name: HTTPField.Name, _ fields: HTTPFields) -> [String] {
        fields[values: name].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.suffix(maximumHops)
            .map { trimmed($0) }
    }

    private static func trimmed(_ text: Substring) -> String { text.trimmingCharacters(in: .whitespaces) }

    /// `for`, `proto` or `host` of one element of `Forwarded`, without its quotes.
    private static func parameter(_ name: String, of element: String) -> String? {
        for pair in element.split(separator: ";") {
            let halves = pair.split(separator: "=", maxSplits: 1)
            guard halves.count == 2, trimmed(halves[0]).lowercased() == name else { continue }
            let value = trimmed(halves[1])
            return value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }

    /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; nil for hidden names,
    /// `unknown`, and anything else.
    private static func address(in entry: String) -> String? {
        if entry.hasPrefix("[") {
            let inside = entry.dropFirst().prefix { $0 != "]" }
            return IPAddress(inside) == nil ? nil : String(inside)
        }
        if IPAddress(entry) != nil { return entry }
        let host = entry.prefix { $0 != ":" }
        return IPAddress(host) == nil ? nil : String(host)
    }
}

extension HTTPField.Name {
    static let forwarded = HTTPField.Name("Forwarded")!
}
