/// Something wrong in the configuration.
struct ConfigurationFault: Equatable, Sendable {
    /// Where it is; nil where it has no one place.
    let source: SettingSource?
    /// What is wrong there, and what to write.
    let message: String

    init(_ source: SettingSource, _ message: String) { (self.source, self.message) = (source, message) }

    /// A fault whose message names its place itself.
    init(whole message: String) { (source, self.message) = (nil, message) }

    var text: String { source.map { "\($0.place): \(message)" } ?? message }

    var json: JSONValue {
        .object([("message", .string(message)), ("source", source?.inForce.json ?? .null)])
    }
}

extension UsageError {
    /// Every fault of a configuration, a line for each.
    init(_ faults: [ConfigurationFault]) { self.init(lines: faults.map(\.text), status: .wrongConfiguration) }
}
