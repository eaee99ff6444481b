import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Follows the server's events, and comes back where the connection ends.
struct EventSource {
    let client: APIClient
    let topics: [String]

    /// What a stream told.
    enum Message: Equatable {
        case changed(JSONValue)
        /// What changed meanwhile is not known: everything must be looked at again.
        case reset
    }

    /// Tells each message until `tell` returns false.
    /// - Throws: `CommandFailure` where the server refuses, or cannot be reached while requests are
    ///   repeated, as for other commands.
    func follow(_ tell: (Message) throws -> Bool) async throws {
        var parser = EventParser()
        var lost: ContinuousClock.Instant?
        while true {
            do {
                let (response, body) = try await open(after: parser.lastID)
                try await require(response, body)
                lost = nil
                parser.beginAgain()
                for try await bytes in body {
                    for event in parser.take(bytes) {
                        guard let message = Self.message(event) else { continue }
                        guard try tell(message) else { return }
                    }
                }
            } catch let error as URLError {
                let since = lost ?? ContinuousClock.now
                lost = since
                guard ContinuousClock.now - since < .seconds(client.retrySeconds) else {
                    throw client.unreachable(error)
                }
            }
            // The connection ended: a proxy had enough of it, the server restarts, or the token expired.
            try await client.pause(Double(parser.retryMilliseconds) / 1000)
        }
    }

    private func open(
        after lastID: String?
    ) async throws -> (HTTPURLResponse, AsyncThrowingStream<Data, any Error>) {
        var headers = ["Accept": "text/event-stream"]
        if let lastID { headers["Last-Event-ID"] = lastID }
        let path = APIClient.additions + "/events"
        let query = APIClient.text([("topics", topics.joined(separator: ","))])
        return try await BodyReader.open(try await client.request("GET", path + query, headers: headers))
    }

    /// - Throws: `CommandFailure` with the API's message for any status but 200. A server that is
    ///   busy counts as one that cannot be reached now.
    private func require(_ response: HTTPURLResponse, _ body: AsyncThrowingStream<Data, any Error>) async throws {
        guard response.statusCode != 200 else { return }
        guard ![429, 502, 503, 504].contains(response.statusCode) else { throw URLError(.networkConnectionLost) }
        var text = Data()
        for try await bytes in body where text.count < 1 << 20 { text += bytes }
        let answer = APIClient.Answer(status: response.statusCode, headers: [:], body: text)
        throw APIError(answer, method: "GET", path: APIClient.additions + "/events").failure
    }

    private static func message(_ event: ServerEvent) -> Message? {
        switch event.name {
        case "reset": .reset
        case "changed": (try? JSONDecoder().decode(JSONValue.self, from: Data(event.data.utf8))).map { .changed($0) }
        // A token that expired ends the stream, and the next one has a new token.
        default: nil
        }
    }
}
