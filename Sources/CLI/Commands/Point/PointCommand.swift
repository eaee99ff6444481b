import ArgumentParser

struct PointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "point",
        abstract: "List restore points, compare them, show what one could not read, and release a held one.",
        subcommands: [
            PointListCommand.self, PointShowCommand.self, PointDiffCommand.self, PointReleaseCommand.self,
        ])
}
