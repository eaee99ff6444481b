import ArgumentParser

/// The words of a command line, before they are parsed.
enum CommandWords {
    /// Commands of earlier versions, and what they are called today. They go on for two releases.
    static let formerNames: [(used: String, current: String)] = [
        ("client", "program"), ("settings", "config show --defaults"), ("backup", "unit backup"),
        ("restore show", "session notices"),
    ]

    /// The arguments with today's name of a command, and the former name that stood there.
    static func current(_ arguments: [String]) -> (arguments: [String], former: (used: String, current: String)?) {
        for former in formerNames {
            let used = former.used.split(separator: " ").map(String.init)
            guard arguments.starts(with: used) else { continue }
            return (former.current.split(separator: " ").map(String.init) + arguments.dropFirst(used.count), former)
        }
        return (arguments, nil)
    }

    /// A bare `--yes` stands for one account, which the parser knows only with its number.
    static func normalized(_ arguments: [String]) -> [String] {
        var normalized: [String] = []
        for (index, argument) in arguments.enumerated() {
            normalized.append(argument)
            guard argument == "--yes", !normalized.dropLast().contains("--") else { continue }
            let following = index + 1 < arguments.count ? arguments[index + 1] : "-"
            if Int(following) == nil { normalized.append("1") }
        }
        return normalized
    }

    /// The words of the command of which `help --json-schema` is asked; nil for other words.
    static func schemaRequest(in arguments: [String]) -> [String]? {
        guard arguments.first == "help", arguments.contains("--json-schema") else { return nil }
        return arguments.dropFirst().filter { $0 != "--json-schema" }
    }

    /// Words that other programs have for what is called otherwise here.
    static let otherWords: [String: String] = [
        "undo": "restore --undo <id>", "rollback": "restore", "roll-back": "restore", "revert": "restore",
        "recover": "restore", "attack": "demo attack", "protect": "policy create", "snapshots": "point list",
        "points": "point list", "history": "versions", "log": "activity list", "logs": "activity list",
        "users": "unit list", "accounts": "unit list", "drives": "unit list", "sites": "unit list",
        "restores": "session list", "incidents": "incident list", "settings": "config show", "search": "find",
        "get": "download", "server": "serve", "start": "serve", "check": "status --check",
        "health": "doctor", "diagnose": "doctor", "configure": "config sample",
    ]

    /// What is wrong with the first word that is no command, with the nearest one that is; nil where
    /// every word of the way to a command is known.
    static func mistake(in arguments: [String], root: any ParsableCommand.Type = Holdfast.self) -> CommandFailure? {
        var (command, path) = (root, [String]())
        for word in arguments {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            if let next = subcommands.first(where: { names(of: $0).contains(word) }) {
                (command, path) = (next, path + [word])
                continue
            }
            let known = subcommands.filter { $0.configuration.shouldDisplay }.flatMap(names)
            let place = (["holdfast"] + path).joined(separator: " ")
            let meant = path.isEmpty ? otherWords[word.lowercased()] : nil
            let near = NearestWord.of(word, among: known).map { "\(place) \($0)" }
            let guess = (meant.map { "holdfast " + $0 } ?? near).map { " Did you mean '\($0)'?" } ?? ""
            return CommandFailure(
                .wrongCommand, "There is no command '\(place) \(word)'.\(guess) '\(place) --help' lists them.")
        }
        return nil
    }

    /// Every name by which a command is called.
    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }
}
