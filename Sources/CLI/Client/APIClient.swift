import Foundation
import Texts
import WebClient

/// A client of the API: Graph's surface and the additions, with the errors of both in words.
struct APIClient: Sendable {
    /// Scheme, host and port, without a slash at the end.
    let address: String
    let token: BearerToken
    /// The name that the user gave the server; nil where it was found otherwise.
    var context: String?
    var web = WebClient()
    /// How long requests are repeated that the server or the network refused for a while.
    var retrySeconds = 30.0
    var pause: @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }

    /// - Parameter renewal: how the token is made anew; nil for one that somebody gave.
    init(address: String, token: String, renewal: BearerToken.Renewal? = nil) {
        self.address = address
        self.token = BearerToken(token, renewal: renewal)
    }

    /// The server as questions name it.
    var place: String { context.map { "\($0) (\(address))" } ?? address }

    static let graph = "/v1.0/solutions/backupRestore"
    static let graphPreview = "/beta/solutions/backupRestore"
    static let additions = "/holdfast/v1.0"

    /// An answer of any status.
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        func header(_ name: String) -> String? { headers[name.lowercased()] }

        /// The answer itself, where the server accepted the request.
        /// - Throws: `CommandFailure` with the API's own message for any status but 2xx.
        func accepted(_ method: String, _ path: String) throws -> Answer {
            guard (200..<300).contains(status) else { throw APIError(self, method: method, path: path).failure }
            return self
        }
    }

    // MARK: What commands ask

    func get(_ path: String, _ query: [(String, String)] = []) async throws -> JSONValue {
        try await json("GET", path + Self.text(query))
    }

    func post(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        try await json("POST", path, body: body)
    }

    func patch(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        try await json("PATCH", path, body: body)
    }

    func delete(_ path: String) async throws {
        _ = try await checked("DELETE", path)
    }

    /// The entries of a list, page after page, until there are as many as wanted.
    /// - Returns: the entries, and whether there are more.
    func list(
        _ path: String, _ query: [(String, String)] = [], limit: Int? = nil
    ) async throws -> (entries: [JSONValue], hasMore: Bool) {
        var entries: [JSONValue] = []
        var next: String? = path + Self.text(query)
        while let page = next {
            let answer = try await json("GET", page)
            entries += answer.list("value")
            next = answer.text("@odata.nextLink")
            if let limit, entries.count >= limit {
                return (Array(entries.prefix(limit)), entries.count > limit || next != nil)
            }
        }
        return (entries, false)
    }

    /// The entries of a list that is read with POST and goes on with GET.
    func postList(_ path: String, _ body: JSONValue) async throws -> [JSONValue] {
        var answer = try await json("POST", path, body: body)
        var entries = answer.list("value")
        while let next = answer.text("@odata.nextLink") {
            answer = try await json("GET", next)
            entries += answer.list("value")
        }
        return entries
    }

    private func json(_ method: String, _ path: String, body: JSONValue? = nil) async throws -> JSONValue {
        let answer = try await checked(method, path, body: body)
        guard !answer.body.isEmpty else { return .object([JSONValue.Member]()) }
        do {
            return try JSONDecoder().decode(JSONValue.self, from: answer.body)
        } catch {
            throw CommandFailure(
                .failed, "The server's answer to \(method) \(path) is no JSON. Is \(address) a Holdfast server?")
        }
    }

    /// The answer to a request that the server accepted.
    private func checked(_ method: String, _ path: String, body: JSONValue? = nil) async throws -> Answer {
        try await answer(method, path, body: body).accepted(method, path)
    }

    // MARK: The network

    /// The answer to a request, of any status; repeats the request while the server asks for that.
    func answer(
        _ method: String, _ path: String, body: JSONValue? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        let request = try await self.request(method, path, body: body, headers: headers)
        let end = ContinuousClock.now + .seconds(retrySeconds)
        var wait = 0.5
        while true {
            do {
                let answer = try await exchange(request)
                guard [429, 503].contains(answer.status) else { return answer }
                let asked = answer.header("Retry-After").flatMap(Double.init) ?? wait
                guard ContinuousClock.now + .seconds(asked) < end else { return answer }
                try await pause(max(asked, 0.1))
            } catch let failure as WebFailure {
                // A change that may have arrived is not sent again blindly.
                guard failure.isTransient, method == "GET" || failure == .refused,
                    ContinuousClock.now + .seconds(wait) < end
                else { throw unreachable(failure) }
                try await pause(wait)
            }
            wait = min(wait * 2, 5)
        }
    }

    func request(
        _ method: String, _ path: String, body: JSONValue? = nil, headers: [String: String] = [:]
    ) async throws -> WebRequest {
        // Of a next link only path and query count: the token goes to no other server, and behind a
        // proxy the server names its public address.
        guard URL(string: address + Self.pathAndQuery(path)) != nil else {
            throw CommandFailure(.failed, "'\(path)' is no address of the server \(address).")
        }
        var request = WebRequest(method, address + Self.pathAndQuery(path))
        request.headers = [
            "Authorization": "Bearer \(try await token.current())", "Accept": "application/json",
            "Prefer": "include-unknown-enum-members", "client-request-id": UUID().uuidString.lowercased(),
            "User-Agent": "holdfast/\(Version.current)",
        ]
        if let body {
            request.body = Data(body.line.utf8)
            request.headers["Content-Type"] = "application/json"
        }
        request.headers.merge(headers) { $1 }
        return request
    }

    private func exchange(_ request: WebRequest) async throws -> Answer {
        let answer = try await web.answer(request)
        try refuseRedirection(answer.status, answer.headers)
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }

    /// The token goes to no other server than the one that was named.
    func refuseRedirection(_ status: Int, _ headers: [String: String]) throws(CommandFailure) {
        guard (300..<400).contains(status), let place = headers["location"] else { return }
        throw CommandFailure(
            .failed, "The server \(address) sends elsewhere, to \(place). If that is the server, give its address.")
    }

    func unreachable(_ failure: WebFailure) -> CommandFailure {
        var text = "The server \(address) cannot be reached: \(failure.words)."
        switch failure {
        case .untrusted: text += " To trust an authority of your own: holdfast context add --ca <file>"
        case .noTLS, .tooLong, .other: break
        case .refused, .timedOut, .noSuchHost, .lost: text += " Is 'holdfast serve' running?"
        }
        return CommandFailure(.unreachable, text)
    }
}

// MARK: Addresses

extension APIClient {
    /// What follows scheme and host of a whole address; a path as it is.
    static func pathAndQuery(_ text: String) -> String {
        guard let scheme = text.range(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }

    /// A query with its options encoded; none is an empty text.
    static func text(_ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return "" }
        return "?" + fields(query)
    }

    /// Pairs as a query, or as a form.
    static func fields(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    /// A text as one part of a path or one value of a query; `$`, with which options begin, stays.
    static func encoded(_ text: String) -> String { text.urlSegment.replacing("%24", with: "$") }

    /// A text as a literal of a filter: quotes are doubled.
    static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
