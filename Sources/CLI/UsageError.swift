/// What the person at the command line is told: what is wrong, with which thing, and what to
/// do. Exit code 1.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ message: String) {
        description = message.printable
    }
}
