import ArgumentParser

struct PointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "point",
        abstract: "List restore points, show what one of them could not read, and release a held one.",
        subcommands: [PointListCommand.self, PointShowCommand.self, PointReleaseCommand.self])
}
