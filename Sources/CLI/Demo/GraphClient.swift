import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A client for the demo that knows nothing but HTTP, JSON and Graph's conventions: it drives the server as any Graph program would.
struct GraphClient: Sendable {
    let baseURL: String
    let token: String

    /// A refusal by the server.
    struct Refusal: Error, CustomStringConvertible {
        let method: String
        let path: String
        let status: Int
        let body: String
        var description: String { "\(method) \(path) answered \(status): \(body)" }
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

    func get<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await send("GET", path, body: nil)
    }

    func post<Answer: Decodable>(_ path: String, _ body: some Encodable, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await send("POST", path, body: JSONEncoder().encode(body))
    }

    /// An action without parameters: no body and no content type, as the SDKs send it.
    func act<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await send("POST", path, body: nil)
    }

    /// All entries of a collection, page after page.
    func all<Element: Decodable>(_ path: String, of type: Element.Type = Element.self) async throws -> [Element] {
        var page: Page<Element> = try await get(path)
        var elements = page.value
        while let next = page.nextLink {
            page = try await get(next)
            elements += page.value
        }
        return elements
    }

    private func send<Answer: Decodable>(_ method: String, _ path: String, body: Data?) async throws -> Answer {
        guard let url = URL(string: path.hasPrefix("http") ? path : baseURL + path) else {
            throw UsageError("'\(path)' is not a URL")
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        request.setValue("include-unknown-enum-members", forHTTPHeaderField: "Prefer")
        if let body {
            request.httpBody = body
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            throw Refusal(method: method, path: path, status: status, body: String(decoding: data, as: UTF8.self))
        }
        return try JSONDecoder().decode(Answer.self, from: data)
    }
}
