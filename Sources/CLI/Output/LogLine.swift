import Foundation
import Logging
import ProtectionService

/// How the log is written.
enum LogFormat: String, CaseIterable, Sendable {
    /// `2026-11-29T23:18:36.123Z info Backed up. bytes=3456 files=12 name=ada@example.org`
    case text
    /// `{"time":"…","level":"info","message":"Backed up.","bytes":3456,"name":"ada@example.org"}`
    case json

    /// One event as one line, without a line break at its end: time, level, message, then the
    /// particulars in the order of their names.
    ///
    /// No character of a foreign name can begin a line or move the cursor of a terminal.
    func line(time: Date, level: Logger.Level, message: String, metadata: Logger.Metadata) -> String {
        let moment = time.formatted(Self.moment)
        let particulars = metadata.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
        switch self {
        case .text:
            return
                ([moment, level.rawValue, message.printable]
                + particulars.map { "\($0.key)=\(Self.word("\($0.value)"))" }).joined(separator: " ")
        case .json:
            let head = [("time", moment), ("level", level.rawValue), ("message", message)].map {
                "\(JSONValue.quoted($0)):\(JSONValue.quoted($1))"
            }
            // A particular never takes the place of what every line has.
            let names = Set(["time", "level", "message"])
            let rest = particulars.map {
                "\(JSONValue.quoted(names.contains($0.key) ? "_" + $0.key : $0.key)):\(Self.json($0.value))"
            }
            return "{" + (head + rest).joined(separator: ",") + "}"
        }
    }

    private static let moment = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// The text as it is where it would end at the next space, in quotes otherwise.
    private static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "\"" && $0 != "=" && $0 != "\\" }
        guard !isPlain else { return text.printable }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").printable + "\""
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): return JSONValue.quoted(text)
        case .stringConvertible(let value):
            return value is any BinaryInteger || value is Double || value is Bool
                ? value.description : JSONValue.quoted(value.description)
        case .array(let values): return "[" + values.map(json).joined(separator: ",") + "]"
        case .dictionary(let values):
            return "{"
                + values.sorted { $0.key < $1.key }.map { "\(JSONValue.quoted($0.key)):\(json($0.value))" }.joined(
                    separator: ",")
                + "}"
        }
    }
}

/// Writes the log's lines to standard error.
struct LogWriter: LogHandler {
    let format: LogFormat
    let levels: LogLevels
    var metadata: Logger.Metadata = [:] { didSet { component = metadata[Logger.componentKey]?.description } }
    /// Whether each line begins with its priority, which journald takes off.
    var hasPriority = JournalStream.isStandardError

    /// The part of the program whose events these are.
    private var component: String?
    /// A level that was set on this logger, which no configuration changes.
    private var ownLevel: Logger.Level?

    init(format: LogFormat, levels: LogLevels) {
        self.format = format
        self.levels = levels
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? levels.level(of: component) }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = format.line(time: Date(), level: event.level, message: event.message.description, metadata: all)
        FileHandle.standardError.show((hasPriority ? JournalStream.priority(event.level) : "") + line + "\n")
    }
}
