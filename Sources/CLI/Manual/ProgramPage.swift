import ArgumentParser

/// The page of the manual about the program: its commands by their groups.
struct ProgramPage {
    let program: CommandHelp
    let date: String

    func text() -> String {
        var page = ManualText()
        ManualFacts.begin(&page, title: "holdfast", section: 1, date: date, about: program.abstract ?? "")
        page.request("Sh", "SYNOPSIS")
        page.request("Nm", "holdfast")
        page.raw(".Ar command")
        page.raw(".Op Ar arguments ...")
        page.request("Sh", "DESCRIPTION")
        page.prose(program.text)
        page.request("Sh", "COMMANDS")
        page.prose(
            "Each command has a page of its own, such as holdfast-status(1), and its help: holdfast help status.")
        for group in Holdfast.configuration.groupedSubcommands { list(group, in: &page) }
        ManualFacts.environment(&page)
        ManualFacts.files(&page)
        ManualFacts.exitCodes(&page)
        ManualFacts.seeAlso(&page, from: "holdfast")
        return page.text
    }

    private func list(_ group: CommandGroup, in page: inout ManualText) {
        let names = group.subcommands.map { $0._commandName }
        let commands = program.shownSubcommands.filter { names.contains($0.commandName) }
        guard !commands.isEmpty else { return }
        page.request("Ss", group.name)
        page.raw(".Bl -tag -width Ds")
        for command in commands {
            page.raw(".It Xr holdfast-\(command.commandName) 1")
            page.prose(command.abstract ?? "")
        }
        page.request("El")
    }
}
