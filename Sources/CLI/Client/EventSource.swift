import Foundation
import WebClient

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
                let answer = try await open(after: parser.lastID)
                try await require(answer)
                lost = nil
                parser.beginAgain()
                for try await bytes in answer.body {
                    for event in parser.take(bytes) {
                        guard let message = Self.message(event) else { continue }
                        guard try tell(message) else { return }
                    }
                }
            } catch let failure as WebFailure {
                let since = lost ?? ContinuousClock.now
                lost = since
                guard failure.isTransient, ContinuousClock.now - since < .seconds(client.retrySeconds) else {
                    throw client.unreachable(failure)
                }
            }
            // The connection ended: a proxy had enough of it, the server restarts, or the token expired.
            try await client.pause(Double(parser.retryMilliseconds) / 1000)
        }
    }

    private func open(after lastID: String?) async throws -> WebStream {
        var headers = ["Accept": "text/event-stream"]
        if let lastID { headers["Last-Event-ID"] = lastID }
        let path = APIClient.additions + "/events"
        let query = APIClient.text([("topics", topics.joined(separator: ","))])
        return try await client.web.open(try await client.request("GET", path + query, headers: headers))
    }

    /// - Throws: `CommandFailure` with the API's message for any status but 200. A server that is
    ///   busy counts as one that cannot be reached now.
    private func require(_ answer: WebStream) async throws {
        guard answer.status != 200 else { return }
        guard ![429, 502, 503, 504].contains(answer.status) else { throw WebFailure.lost }
        let refusal = APIClient.Answer(
            status: answer.status, headers: answer.headers, body: try await answer.body.beginning())
        throw APIError(refusal, method: "GET", path: APIClient.additions + "/events").failure
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
