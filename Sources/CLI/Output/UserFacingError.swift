/// An error whose description is made for the person at the command line: what is wrong, with which
/// thing, and what to do.
protocol UserFacingError: Error, CustomStringConvertible {
    /// How a command ends that fails with it.
    var status: CommandExit { get }
}

extension UserFacingError {
    var status: CommandExit { .failed }
}

/// A message for the person at the command line.
struct UsageError: UserFacingError {
    let description: String
    let status: CommandExit

    init(_ message: String, status: CommandExit = .failed) {
        description = message.printable
        self.status = status
    }
}
