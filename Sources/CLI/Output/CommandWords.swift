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
            let guess = NearestWord.of(word, among: known).map { " Did you mean '\(place) \($0)'?" } ?? ""
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
