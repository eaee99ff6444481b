import NIOHTTP1
import OData

/// The rules for a request's head before anything else reads it, and its plain form
/// for all other code.
///
/// Source: RFC 9110, sections 10.1.1 (`Expect`) and 9.3.6 (`CONNECT`); RFC 9112, sections 3.2
/// (targets, `Host`), 6.1 (`Transfer-Encoding`).
enum RequestHeadRules {
    /// The refusal of a head that breaks a rule, or nil. A refusal ends the connection, because the
    /// end of the body is uncertain.
    static func refusal(of head: HTTPRequestHead) -> ODataError? {
        hostRefusal(head) ?? targetRefusal(head) ?? codingRefusal(head) ?? expectationRefusal(head)
    }

    /// The head with its target in origin form. An absolute target names the
    /// host and overrides `Host`.
    static func plain(_ head: HTTPRequestHead) -> HTTPRequestHead {
        guard !head.uri.hasPrefix("/"), let (authority, target) = absoluteParts(of: head.uri) else { return head }
        var head = head
        head.uri = target
        head.headers.replaceOrAdd(name: "Host", value: authority)
        return head
    }

    /// Whether the client waits for 100 before it sends its body.
    static func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        guard isVersion11(head) else { return false }
        let hasBody =
            head.headers.contains(name: "Transfer-Encoding")
            || head.headers.first(name: "Content-Length").map { $0 != "0" } ?? false
        return hasBody && head.headers[canonicalForm: "Expect"].contains { $0.lowercased() == continues }
    }

    /// Whether an authority is safe in links: a host with or without a port, without characters
    /// that are special in pages or headers.
    static func isAuthority(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { authorityBytes.contains($0) }
    }

    static func isVersion11(_ head: HTTPRequestHead) -> Bool { head.version != .http1_0 }

    private static let continues = "100-continue"
    private static let authorityBytes = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]%".utf8)

    private static func hostRefusal(_ head: HTTPRequestHead) -> ODataError? {
        let hosts = head.headers["Host"]
        guard hosts.count <= 1 else { return .badRequest("The request has more than one Host header.") }
        guard let host = hosts.first else {
            return isVersion11(head) ? .badRequest("The request has no Host header, which HTTP/1.1 demands.") : nil
        }
        return host.isEmpty || isAuthority(host) ? nil : .badRequest("The Host header names no host.")
    }

    private static func targetRefusal(_ head: HTTPRequestHead) -> ODataError? {
        if head.method == .CONNECT {
            return ODataError(.notImplemented, "This server is no proxy: CONNECT is not offered.")
        }
        if head.uri.hasPrefix("/") || (head.uri == "*" && head.method == .OPTIONS) { return nil }
        guard let (authority, _) = absoluteParts(of: head.uri), isAuthority(authority) else {
            return .badRequest("The request's target is neither a path nor an http or https address.")
        }
        return nil
    }

    private static func codingRefusal(_ head: HTTPRequestHead) -> ODataError? {
        let codings = head.headers[canonicalForm: "Transfer-Encoding"].map { $0.lowercased() }
        guard !codings.isEmpty else { return nil }
        guard isVersion11(head) else {
            return .badRequest("HTTP/1.0 has no Transfer-Encoding: send a Content-Length.")
        }
        guard codings == ["chunked"] else {
            return ODataError(
                .notImplemented, "The only accepted Transfer-Encoding is 'chunked'."
            )
        }
        return nil
    }

    private static func expectationRefusal(_ head: HTTPRequestHead) -> ODataError? {
        guard isVersion11(head), head.headers[canonicalForm: "Expect"].contains(where: { $0.lowercased() != continues })
        else { return nil }
        return ODataError(.expectationFailed, "The only accepted expectation is '100-continue'.")
    }

    /// Authority and origin form of an absolute target, or nil for any other form.
    private static func absoluteParts(of target: String) -> (authority: String, target: String)? {
        guard let scheme = ["http://", "https://"].first(where: { target.prefix($0.count).lowercased() == $0 }) else {
            return nil
        }
        let rest = target.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let path = rest[end...]
        return (String(rest[..<end]), path.hasPrefix("/") ? String(path) : "/" + path)
    }
}

extension RequestHeadRules {
    /// The refusal of bytes that are not HTTP.
    static func refusal(of error: HTTPParserError) -> ODataError {
        switch error {
        case .headerOverflow:
            ODataError(
                .requestHeaderFieldsTooLarge, "The request's address and header fields are too long, or too many.")
        case .invalidMethod:
            ODataError(.notImplemented, "The request's method is not known.")
        case .invalidVersion:
            ODataError(.httpVersionNotSupported, "This server speaks HTTP/1.1.")
        case .invalidChunkSize: .badRequest("A chunk of the body does not begin with its length in hexadecimal digits.")
        case .invalidEOFState, .closedConnection: .badRequest("The request ended before it was complete.")
        case .invalidContentLength, .unexpectedContentLength:
            .badRequest("The end of the body is ambiguous: send one Content-Length, or chunks.")
        default: .badRequest("The request is not well-formed HTTP/1.1.")
        }
    }
}
