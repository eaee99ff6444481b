import ProtectionService
import Synchronization

/// The configuration that a running server goes by: that of its start, and what was read again
/// since, as far as that takes no restart.
final class ConfigurationInForce: Sendable {
    private struct State {
        var latest: Configuration
        /// The names of the settings that keep the value of the start.
        var waiting: Set<String> = []
    }

    /// What the server was started with.
    let started: Configuration
    private let state: Mutex<State>

    init(_ started: Configuration) {
        self.started = started
        state = Mutex(State(latest: started))
    }

    /// Notes a configuration that was read again.
    /// - Parameter waiting: the settings whose new values are not in force.
    func take(_ configuration: Configuration, waiting: [Setting]) {
        state.withLock { $0 = State(latest: configuration, waiting: Set(waiting.map(\.name))) }
    }

    var settings: [SettingInForce] {
        let (latest, waiting) = state.withLock { ($0.latest, $0.waiting) }
        return Setting.all.map { $0.inForce(in: waiting.contains($0.name) ? started : latest) }
    }
}

extension Setting {
    /// The setting as the API has it.
    func inForce(in configuration: Configuration) -> SettingInForce {
        SettingInForce(
            key: name, value: shown(in: configuration.settings), defaultValue: shown(in: ServerSettings()),
            type: kind.type, meaning: meaning, source: configuration.source(of: self).inForce, isSecret: kind.isSecret,
            needsRestart: !takesReload)
    }

    /// The same as JSON, for programs that ask without a server.
    func json(in configuration: Configuration) -> JSONValue {
        let setting = inForce(in: configuration)
        return .object([
            ("key", .string(setting.key)), ("value", .string(setting.value)),
            ("default", .string(setting.defaultValue)), ("type", .string(setting.type)),
            ("meaning", .string(setting.meaning)), ("source", setting.source.json),
            ("isSecret", .bool(setting.isSecret)), ("needsRestart", .bool(setting.needsRestart)),
        ])
    }
}

extension SettingSource {
    var inForce: SettingInForce.Source {
        switch self {
        case .builtIn: .init(kind: kind)
        case .file(let path, let line, let column): .init(kind: kind, file: path, line: line, column: column)
        case .flatFile(let path): .init(kind: kind, file: path)
        case .variable(let name), .option(let name): .init(kind: kind, name: name)
        case .assignment: .init(kind: kind, name: place)
        }
    }
}

extension SettingInForce.Source {
    var json: JSONValue {
        let members: [(String, JSONValue?)] = [
            ("kind", .string(kind)), ("file", file.map { .string($0) }), ("line", line.map { .integer($0) }),
            ("column", column.map { .integer($0) }), ("name", name.map { .string($0) }),
        ]
        return .object(members.compactMap { name, value in value.map { (name, $0) } })
    }
}
