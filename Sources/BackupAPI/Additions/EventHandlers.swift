import Foundation
import OData
import ProtectionRules
import ProtectionService

/// The streams of events at the root: `GET /events?topics=overview,units/…`.
let eventsFunction = BoundOperation.function(
    "events", parameters: [Parameter("topics", [String].self)], returns: .stream, argumentsInQuery: true)

extension Permissions {
    /// A caller that may follow something; each topic has its own permission besides.
    fileprivate static let events = Permissions(
        "BackupRestore-Configuration.Read.All", "BackupRestore-Configuration.ReadWrite.All",
        "BackupRestore-Restore.Read.All", "BackupRestore-Restore.ReadWrite.All", "BackupRestore-Search.Read.All",
        "BackupRestore-Control.Read.All", "BackupRestore-Control.ReadWrite.All", "BackupRestore-Monitor.Read.All")
}

extension Handlers {
    /// - Parameter graph: the surface that has the policies; without admission, because events are no requests.
    /// - Parameter clock: paces the events.
    func bindEvents(_ odata: inout ODataService<APICaller>, graph: BackupGraphAPI, clock: any WallClock) {
        odata.root {
            $0.stream(.function("events"), .events) { context, odata in
                let texts: [String] = try context.callArguments().values().value("topics")
                var additions = odata
                additions.admission = nil
                let bodies = EventBodies(
                    additions: additions, graph: graph, caller: context.caller,
                    origin: context.request.origin)
                let topics = try Self.topics(texts, bodies)
                for topic in topics {
                    let answer = await bodies.answer(topic.probe)
                    guard answer.status < 400 else { return answer }
                }
                let last = context.request.headers["Last-Event-ID"]
                let stream = EventStream(
                    events: service.events, topics: topics, bodies: bodies,
                    last: last.map { Int($0) ?? -1 }, expires: context.caller.principal.expires, clock: clock)
                return try stream.answer()
            }
        }
    }

    private static func topics(_ texts: [String], _ bodies: EventBodies) throws -> Set<EventTopic> {
        guard !texts.isEmpty, texts.count <= EventTopic.maximumCount else {
            throw ODataError.badRequest("Give 1 to \(EventTopic.maximumCount) topics.", target: "topics")
        }
        var topics: Set<EventTopic> = []
        for text in texts {
            guard let topic = EventTopic(text), bodies.offers(topic) else {
                throw ODataError.badRequest(
                    """
                    '\(text)' is not a topic: overview, health, incidents, restores, restores/{id}, units/{id}, \
                    policies, searches/{id}.
                    """,
                    target: "topics")
            }
            topics.insert(topic)
        }
        return topics
    }
}

/// One stream of server-sent events. Source: HTML Standard, section 9.2.
struct EventStream: Sendable {
    let events: EventOperations
    let topics: Set<EventTopic>
    let bodies: EventBodies
    /// The id of the client's last event; -1 where it is no number.
    let last: Int?
    let expires: Date?
    let clock: any WallClock

    private struct Refused: Error {}

    /// - Throws: `serviceNotAvailable` where too many streams are open.
    func answer() throws -> ODataResponse {
        let place = try events.place()
        return ODataResponse(
            status: 200, headers: ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"],
            stream: BodyStream(isEndless: true) { sink in
                defer { withExtendedLifetime(place) {} }
                try await write(to: sink)
            })
    }

    private func write(to sink: any BodySink) async throws {
        var sent: [EventThing: [UInt8]] = [:]
        // The number goes first, so that a client that is cut off before its first event can go on.
        let start = if let last { last } else { try await events.number() }
        let health = last == nil ? events.healthNumber : nil
        try await sink.write(Array("retry: 2000\n\(start < 0 ? "" : "id: \(start)\n")\n".utf8))
        do {
            try await events.follow(
                topics, after: start, health: health, until: expires, clock: clock
            ) { message in
                switch message {
                case .changed(let thing, let number):
                    guard let body = try await self.body(thing), sent[thing] != body else { return false }
                    // Only single things are remembered: a topic of many could be any number.
                    if thing.topic.probe == thing { sent[thing] = body }
                    try await sink.write(frame(thing, number, body))
                case .reset(let number): try await sink.write(Array("id: \(number)\nevent: reset\ndata: {}\n\n".utf8))
                case .quiet: try await sink.write(Array(": quiet\n\n".utf8))
                case .expired: try await sink.write(Array("event: expired\ndata: {}\n\n".utf8))
                }
                return true
            }
        } catch is Refused {
            // The client asks again and is told why.
        }
    }

    /// The body of a thing: null where it is gone, nil where it cannot be read now.
    private func body(_ thing: EventThing) async throws -> [UInt8]? {
        let answer = await bodies.answer(thing)
        switch answer.status {
        case 200: return answer.body
        case 404: return Array("null".utf8)
        case 401, 403: throw Refused()
        default: return nil
        }
    }

    private func frame(_ thing: EventThing, _ number: Int, _ body: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("topic", "\(thing.topic)")
        writer.member("thing", EventBodies.source(of: thing).thing)
        if let id = thing.id { writer.member("id", id) }
        writer.name("body")
        writer.encodedValue(body)
        writer.endObject()
        // JSON that is written here has no line breaks.
        return Array("id: \(number)\nevent: changed\ndata: ".utf8) + writer.bytes + Array("\n\n".utf8)
    }
}
