/// An error whose description is made for the person at the command line: what is wrong, with which
/// thing, and what to do.
protocol UserFacingError: Error, CustomStringConvertible {
    /// How a command ends that fails with it.
    var status: CommandExit { get }
    /// The description, a line for each thing that is wrong.
    var lines: [String] { get }
}

extension UserFacingError {
    var status: CommandExit { .failed }
    var lines: [String] { [description] }
}

/// A message for the person at the command line.
struct UsageError: UserFacingError {
    let lines: [String]
    let status: CommandExit

    var description: String { lines.joined(separator: " ") }

    init(_ message: String, status: CommandExit = .failed) { self.init(lines: [message], status: status) }

    /// Several things that are wrong at once.
    init(lines: [String], status: CommandExit) {
        self.lines = lines.map(\.printable)
        self.status = status
    }
}
