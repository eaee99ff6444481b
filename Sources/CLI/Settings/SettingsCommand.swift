import ArgumentParser

struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "List what can be set of a server, with the defaults.",
        discussion:
            """
            Each may be given to 'serve' as --set name=value, as HOLDFAST_NAME in the environment, or in the JSON \
            file of --settings; the former win.
            """
    )

    func run() {
        let defaults = ServerSettings()
        let width = Setting.all.map(\.name.count).max() ?? 0
        for setting in Setting.all {
            let name = setting.name + String(repeating: " ", count: width - setting.name.count)
            print("\(name)  \(setting.shown(in: defaults))\t\(setting.meaning)")
        }
    }
}
