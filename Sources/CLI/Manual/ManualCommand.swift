import ArgumentParser
import Foundation

/// Writes the manual. For those who build packages, so the help does not list it.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write the pages of the manual into a folder.",
        discussion: HelpText.discussion(
            """
            The pages come from the help of the commands and from the table of settings. Their date is that of \
            SOURCE_DATE_EPOCH where it is set.
            """,
            examples: ["holdfast manual .build/man"]),
        shouldDisplay: false)

    @Argument(help: "The folder; man1 and man5 are made in it.", completion: .directory)
    var folder: String

    func run() throws {
        let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(TimeInterval.init)
        let date = Self.date(epoch.map { Date(timeIntervalSince1970: $0) } ?? Date())
        for (path, text) in try Self.pages(date: date) {
            let file = URL(filePath: folder).appending(path: path)
            do {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file, options: .atomic)
            } catch {
                throw UsageError("'\(file.path)' cannot be written (\(explained(error))).")
            }
        }
    }

    /// Every page, by its path in the folder.
    static func pages(date: String) throws -> [(path: String, text: String)] {
        let program = try CommandHelp.program()
        let commands = program.shownSubcommands.map { CommandPage(command: $0, date: date) }
        return [("man1/holdfast.1", ProgramPage(program: program, date: date).text())]
            + commands.map { ("man1/\($0.name).1", $0.text()) }
            + [("man5/holdfast.yaml.5", ConfigurationPage(date: date).text())]
    }

    /// A day as pages show it, in Greenwich.
    static func date(_ date: Date) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let day = calendar.dateComponents([.year, .month, .day], from: date)
        return "\(months[(day.month ?? 1) - 1]) \(day.day ?? 1), \(day.year ?? 1970)"
    }
}
