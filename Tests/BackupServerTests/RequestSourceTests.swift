import Foundation
import HTTPTypes
import Testing

@testable import BackupServer

/// Which client a request is from, and which address it asked, where proxies stand in between.
@Suite struct RequestSourceTests {
    private func source(
        _ peer: String, _ fields: [(String, String)], trusted: [String] = ["10.0.0.0/8", "fd00::/8"],
        publicURL: String? = nil, host: String? = "backup.example"
    ) throws -> RequestSource {
        var configuration = ServerConfiguration(host: "127.0.0.1", port: 8080)
        configuration.trustedProxies = try trusted.map { try #require(AddressRange($0)) }
        configuration.publicURL = publicURL
        var headers = HTTPFields()
        for (name, value) in fields {
            headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return RequestSource(peer: peer, authority: host, fields: headers, configuration: configuration)
    }

    /// Peer, `X-Forwarded-For` lines, the client's address.
    @Test(arguments: [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"), ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["1.1.1.1, unknown"], "10.0.0.1"), ("10.0.0.1", ["1.1.1.1, "], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1, _hidden, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"), ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"), ("fd00::1", ["198.51.100.1"], "198.51.100.1"),
        ("unknown", ["198.51.100.1"], "unknown"),
        ("10.0.0.1", ["x'; DROP TABLE, <script>"], "10.0.0.1"), ("11.0.0.1", ["10.0.0.1"], "11.0.0.1"),
    ])
    func `only what a trusted proxy wrote is believed`(peer: String, lines: [String], address: String) throws {
        let found = try source(peer, lines.map { ("X-Forwarded-For", $0) })
        #expect(found.address == address)
    }

    @Test(arguments: [
        ("for=198.51.100.1", "198.51.100.1", "http://backup.example"),
        ("For=\"[2001:db8::1]:4711\";proto=https", "2001:db8::1", "https://backup.example"),
        (
            "for=1.1.1.1;proto=http, for=198.51.100.1;proto=https;host=\"outside.example:8443\"", "198.51.100.1",
            "https://outside.example:8443"
        ),
        ("for=unknown;proto=https", "10.0.0.1", "https://backup.example"),
        ("by=10.0.0.1", "10.0.0.1", "http://backup.example"),
        ("for=198.51.100.1;proto=gopher;host=\"<script>\"", "198.51.100.1", "http://127.0.0.1:8080"),
        (";;=,", "10.0.0.1", "http://backup.example"),
    ])
    func `the standard header is read, too`(value: String, address: String, origin: String) throws {
        let found = try source("10.0.0.1", [("Forwarded", value)])
        #expect(found.address == address)
        #expect(found.origin == origin)
    }

    @Test func `where both kinds came one is the client's, and neither is believed`() throws {
        let found = try source(
            "10.0.0.1",
            [
                ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "https"),
                ("Forwarded", "for=1.1.1.1;proto=https"),
            ])
        let plain = try source("10.0.0.1", [])
        #expect(found == plain)
    }

    @Test(arguments: [
        ("10.0.0.1", "https", "https://backup.example"), ("10.0.0.1", "http, https", "https://backup.example"),
        ("10.0.0.1", "javascript", "http://backup.example"),
        ("203.0.113.9", "https", "http://backup.example"),
    ])
    func `the scheme is the last proxy's word`(peer: String, scheme: String, origin: String) throws {
        #expect(try source(peer, [("X-Forwarded-Proto", scheme)]).origin == origin)
    }

    @Test(arguments: ["203.0.113.9", "10.0.0.1"])
    func `a public address is in every link, whatever host was asked`(peer: String) throws {
        let fields = [
            ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "198.51.100.1"),
        ]
        let found = try source(peer, fields, publicURL: "https://outside.example", host: "rebound.example")
        #expect(found.origin == "https://outside.example")
        // The portal's door looks at the name that was really asked.
        #expect(found.host == "rebound.example")
    }

    @Test func `without trusted proxies no header is believed`() throws {
        let fields = [
            ("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"),
        ]
        let found = try source("127.0.0.1", fields, trusted: [])
        #expect(found.address == "127.0.0.1")
        #expect(found.origin == "http://backup.example")
    }

    /// Pieces of such headers in any order: an address is the peer's or one, and an origin
    /// is scheme and authority.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever a proxy writes, an address and an origin come of it`(seed: UInt64) throws {
        var state = seed &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = [
            "for", "proto", "host", "=", ";", ",", "\"", "[", "]", ":", " ", "10.0.0.2", "198.51.100.1", "2001:db8::1",
            "unknown", "_a", "https", "a.example", "<", "%", "é",
        ]
        for _ in 0..<500 {
            let names = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"]
            let fields = (0..<next(4)).map { _ in
                (names[next(4)], (0..<next(9)).map { _ in pieces[next(pieces.count)] }.joined())
            }
            let found = try source("10.0.0.1", fields)
            #expect(IPAddress(found.address) != nil, "\(fields)")
            let authority = try #require(found.origin.wholeMatch(of: /https?:\/\/(.+)/)?.1)
            #expect(RequestHeadRules.isAuthority(String(authority)), "\(fields)")
        }
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8", "10.0.0", "010.0.0.0/8",
        "fd00::/129", "fd00::1/8", "localhost", "10.0.0.0/8/8",
        "10.0.0.0 /8", "*",
    ])
    func `a range that is none is refused`(text: String) { #expect(AddressRange(text) == nil) }

    @Test(
        arguments: [
            ("https://backup.example", "https://backup.example"), ("https://backup.example/", "https://backup.example"),
            ("https://backup.example:8443", "https://backup.example:8443"),
            ("http://[::1]:80", "http://[::1]:80"), ("HTTPS://backup.example", "https://backup.example"),
            ("backup.example", nil), ("https://", nil), ("https:///v1.0", nil),
            ("https://backup.example/graph", nil), ("https://a@backup.example", nil), ("https://backup.example?x", nil),
            ("ftp://backup.example", nil), ("https://:443", nil),
        ] as [(String, String?)])
    func `a public address is scheme and host`(text: String, origin: String?) {
        #expect(PublicURL.origin(text) == origin)
    }
}
