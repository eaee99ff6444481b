/// A page of the manual about a command and those below it.
struct CommandPage {
    let command: CommandHelp
    /// As the page shows it: `November 30, 2026`.
    let date: String

    /// The name of the page: `holdfast-unit` for `holdfast unit`.
    var name: String { command.words.replacing(" ", with: "-") }

    func text() -> String {
        var page = ManualText()
        ManualFacts.begin(&page, title: name, section: 1, date: date, about: command.abstract ?? "")
        page.request("Sh", "SYNOPSIS")
        for command in callable { Self.synopsis(command, in: &page) }
        page.request("Sh", "DESCRIPTION")
        describe(&page)
        if command.shownSubcommands.isEmpty { Self.options(command, in: &page) }
        if !command.shownSubcommands.isEmpty {
            page.request("Sh", "COMMANDS")
            for command in command.shownSubcommands { Self.section(command, in: &page) }
        }
        ManualFacts.environment(&page)
        ManualFacts.exitCodes(&page)
        if command.shownSubcommands.isEmpty, !command.examples.isEmpty {
            page.request("Sh", "EXAMPLES")
            page.literal(command.examples)
        }
        ManualFacts.seeAlso(&page, from: name)
        return page.text
    }

    /// The commands that can be called.
    private var callable: [CommandHelp] { command.shownSubcommands.isEmpty ? [command] : command.shownSubcommands }

    private func describe(_ page: inout ManualText) {
        page.prose(command.abstract ?? "")
        guard !command.text.isEmpty else { return }
        page.request("Pp")
        page.prose(command.text)
    }

    /// A command of a group, with its own options and examples.
    private static func section(_ command: CommandHelp, in page: inout ManualText) {
        page.request("Ss", command.words)
        page.prose(command.abstract ?? "")
        if !command.text.isEmpty {
            page.request("Pp")
            page.prose(command.text)
        }
        options(command, in: &page)
        guard !command.examples.isEmpty else { return }
        page.request("Pp")
        page.prose("Examples:")
        page.literal(command.examples)
    }

    private static func synopsis(_ command: CommandHelp, in page: inout ManualText) {
        page.request("Nm", command.words)
        for argument in command.shownArguments {
            let words = form(argument) + (argument.isRepeating ? " ..." : "")
            page.raw(argument.isOptional || argument.kind == "flag" ? ".Op \(words)" : ".\(words)")
        }
    }

    private static func options(_ command: CommandHelp, in page: inout ManualText) {
        guard !command.shownArguments.isEmpty else { return }
        page.raw(".Bl -tag -width Ds")
        for argument in command.shownArguments {
            page.raw(".It \(form(argument))")
            page.prose(ManualFacts.sentence(argument.abstract ?? ""))
            if let value = argument.defaultValue, argument.kind != "flag" { page.prose("The default is '\(value)'.") }
            if let values = argument.allValues, !values.isEmpty {
                page.prose("Values: \(values.joined(separator: ", ")).")
            }
        }
        page.request("El")
    }

    /// An argument in mdoc, ready for a line: `Fl \-state Ar path`.
    private static func form(_ argument: CommandHelp.Argument) -> String {
        let value = ManualText.escaped(argument.valueName ?? "value")
        guard argument.kind != "positional" else { return "Ar \(value)" }
        let names = (argument.names ?? []).map { name in
            "Fl \(name.kind == "long" ? "\\-" : "")\(ManualText.escaped(name.name))"
        }.joined(separator: " , ")
        return argument.kind == "flag" ? names : "\(names) Ar \(value)"
    }
}
