public import Foundation
import WebClient

/// A client that knows nothing but HTTP, JSON and Graph's conventions: it drives the server as
/// any Graph program would.
public struct GraphClient: Sendable {
    /// Scheme, host and port, without a slash at the end.
    public let baseURL: String
    public let token: String

    public init(baseURL: String, token: String) {
        self.baseURL = baseURL
        self.token = token
    }

    /// A refusal by the server.
    public struct Refusal: Error, CustomStringConvertible {
        public let method: String
        public let path: String
        public let status: Int
        public let body: String
        public var description: String { "\(method) \(path) answered \(status): \(body)" }
    }

    /// A collection as Graph sends it, one page.
    struct Page<Element: Decodable>: Decodable {
        let value: [Element]
        let nextLink: String?
        enum CodingKeys: String, CodingKey {
            case value
            case nextLink = "@odata.nextLink"
        }
    }

    /// Reads an entity or a complex value.
    public func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: try await send("GET", path))
    }

    /// Creates something, or calls an action with parameters.
    public func post<Answer: Decodable>(
        _ path: String, _ body: some Encodable, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: try await send("POST", path, body: JSONEncoder().encode(body)))
    }

    /// Calls an action without parameters: no body and no content type, as the SDKs send it.
    public func act<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: try await send("POST", path))
    }

    /// All entries of a collection, page after page.
    public func all<Element: Decodable>(_ path: String, of type: Element.Type = Element.self) async throws -> [Element]
    {
        var page: Page<Element> = try await get(path)
        var elements = page.value
        while let next = page.nextLink {
            page = try await get(next)
            elements += page.value
        }
        return elements
    }

    /// Sends a request; `path` may be a whole URL. Any status but 2xx is a `Refusal`.
    public func send(_ method: String, _ path: String, body: Data? = nil) async throws -> Data {
        var request = WebRequest(method, path.hasPrefix("http") ? path : baseURL + path)
        request.headers = [
            "Authorization": "Bearer \(token)", "Accept": "application/json",
            "Prefer": "include-unknown-enum-members",
        ]
        if let body {
            request.body = body
            request.headers["Content-Type"] = "application/json"
        }
        let answer = try await WebClient().answer(request)
        guard (200..<300).contains(answer.status) else {
            let text = String(decoding: answer.body, as: UTF8.self)
            throw Refusal(method: method, path: path, status: answer.status, body: text)
        }
        return answer.body
    }
}
