import ArgumentParser

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "List what can be set of a server, with the defaults.",
        discussion: """
            Give a setting to 'serve' as --set name=value, as HOLDFAST_NAME in the environment, or in the JSON file \
            of --settings. Where several name the same setting, the first of these wins.
            """)

    func run() {
        let defaults = ServerSettings()
        for setting in Setting.all { print(Self.line(setting, in: defaults, width: Self.nameWidth)) }
    }

    /// The length of the longest name.
    static let nameWidth = Setting.all.map(\.name.count).max() ?? 0

    /// Name, value and meaning; the names end in the same column.
    static func line(_ setting: Setting, in settings: ServerSettings, width: Int) -> String {
        let padding = String(repeating: " ", count: max(0, width - setting.name.count))
        return "\(setting.name)\(padding)  \(setting.shown(in: settings))\t\(setting.meaning)"
    }
}
