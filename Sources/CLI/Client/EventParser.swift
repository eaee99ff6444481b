import Foundation

/// One event of a stream that a server sends.
struct ServerEvent: Equatable {
    var name = ""
    var data = ""
}

/// Reads a stream of server-sent events, in pieces of any length. Source: HTML Standard, section
/// 9.2.6, "Interpreting an event stream".
struct EventParser {
    /// The id with which a client that comes back goes on where it was.
    private(set) var lastID: String?
    /// After how many milliseconds the server wants a client to come back.
    private(set) var retryMilliseconds = 2000
    private var line: [UInt8] = []
    private var endedWithReturn = false
    private var event = ServerEvent()
    private var data: [String] = []

    /// The longest line that is kept: a server that sends more sends nonsense.
    static let maximumLineBytes = 16 << 20

    /// - Parameter lastID: where an earlier stream ended.
    init(after lastID: String? = nil) { self.lastID = lastID }

    /// Forgets what was left of a stream that ended, before the next one begins.
    mutating func beginAgain() {
        (line, endedWithReturn, event, data) = ([], false, ServerEvent(), [])
    }

    /// The events that end within some bytes.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            // A line ends with CR, LF or both.
            if byte == 0x0a, endedWithReturn {
                endedWithReturn = false
                continue
            }
            endedWithReturn = byte == 0x0d
            guard byte == 0x0a || byte == 0x0d else {
                if line.count < Self.maximumLineBytes { line.append(byte) }
                continue
            }
            if let event = endLine() { events.append(event) }
            line.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func endLine() -> ServerEvent? {
        guard !line.isEmpty else { return dispatch() }
        let text = String(decoding: line, as: UTF8.self)
        let name = text.prefix { $0 != ":" }
        var value = text.dropFirst(name.count + 1)
        if value.first == " " { value = value.dropFirst() }
        switch name {
        case "event": event.name = String(value)
        case "data": data.append(String(value))
        case "id" where !value.contains("\0"): lastID = String(value)
        case "retry": retryMilliseconds = Int(value).map { min(max($0, 0), 60_000) } ?? retryMilliseconds
        // Comments begin with a colon; other fields are of later versions.
        default: break
        }
        return nil
    }

    /// The event at a blank line; nil where it has no data.
    private mutating func dispatch() -> ServerEvent? {
        defer { (event, data) = (ServerEvent(), []) }
        guard !data.isEmpty else { return nil }
        return ServerEvent(name: event.name.isEmpty ? "message" : event.name, data: data.joined(separator: "\n"))
    }
}
