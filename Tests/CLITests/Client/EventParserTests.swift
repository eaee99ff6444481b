import Foundation
import Testing

@testable import CLI

/// Streams of server-sent events, in pieces of any length.
@Suite struct EventParserTests {
    private static let stream = """
        retry: 500
        id: 7

        : quiet

        id: 8
        event: changed
        data: {"a":
        data: 1}

        event: expired
        data: {}


        """

    @Test(arguments: 1...9) func `events are the same however the stream is cut`(length: Int) {
        var parser = EventParser()
        var events: [ServerEvent] = []
        let bytes = Array(Self.stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: length) {
            events += parser.take(bytes[start..<min(bytes.count, start + length)])
        }
        #expect(
            events == [
                ServerEvent(name: "changed", data: "{\"a\":\n1}"), ServerEvent(name: "expired", data: "{}"),
            ])
        #expect(parser.lastID == "8")
        #expect(parser.retryMilliseconds == 500)
    }

    @Test func `lines end with each of the three ends`() {
        var parser = EventParser()
        #expect(parser.take(Array("data: a\r\n\r\ndata: b\r\rdata: c\n\n".utf8)).map(\.data) == ["a", "b", "c"])
    }

    @Test func `an event without data is none, and one without a name is a message`() {
        var parser = EventParser()
        #expect(parser.take(Array("event: x\n\ndata:y\n\n".utf8)) == [ServerEvent(name: "message", data: "y")])
    }

    @Test(arguments: ["-1", "soon", "99999999"])
    func `a wait that makes no sense is bounded`(retry: String) {
        var parser = EventParser()
        _ = parser.take(Array("retry: \(retry)\n\n".utf8))
        #expect((0...60_000).contains(parser.retryMilliseconds))
    }

    @Test func `an id that holds NUL, and bytes that are no text, do no harm`() {
        var parser = EventParser(after: "3")
        #expect(
            parser.take([0x69, 0x64, 0x3a, 0x00, 0x0a] + Array("data: \u{e9}".utf8) + [0xff, 0x0a, 0x0a]).count == 1)
        #expect(parser.lastID == "3")
    }

    @Test(arguments: [
        (
            #"{"topic":"restores","thing":"progress","id":"4f","body":{"phase":"writing","units":{"total":3}}}"#,
            "progress 4f: writing, 0 of 3 accounts"
        ),
        (#"{"topic":"overview","thing":"overview","body":{"sentence":"All is well."}}"#, "overview: All is well."),
        (
            #"{"topic":"units/u","thing":"unitState","id":"u","body":{"email":"a@x","state":"late"}}"#,
            "unitState u: a@x is ◐ late"
        ),
        (#"{"topic":"incidents","thing":"incident","id":"7","body":null}"#, "incident 7: gone"),
        (#"{"topic":"health","thing":"health","body":{"status":"ok"}}"#, "health: ok"),
    ])
    func `a change is told in words`(json: String, words: String) throws {
        #expect(EventReport.line(try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))) == words)
    }
}
