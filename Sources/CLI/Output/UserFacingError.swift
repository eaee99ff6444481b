/// An error whose description is made for the person at the command line: what is wrong, with which
/// thing, and what to do. Exit code 1.
protocol UserFacingError: Error, CustomStringConvertible {}

/// A message for the person at the command line.
struct UsageError: UserFacingError {
    let description: String

    init(_ message: String) {
        description = message.printable
    }
}
