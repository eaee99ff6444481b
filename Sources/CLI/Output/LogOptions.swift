public import ArgumentParser
import Logging

/// What a server logs, and how. It goes to standard error, a line for each event.
struct LogOptions: ParsableArguments {
    @Option(help: "The least severe events to log. Requests are 'debug', each backup and restore is 'info'.")
    var logLevel: Logger.Level = .info

    @Option(help: "'text', or 'json': one object for each event, with time, level, message and particulars.")
    var logFormat: LogFormat = .text

    /// The log of a command beside a server: for a person, and only of what is wrong.
    static func command(_ level: Logger.Level) -> LogOptions {
        var options = LogOptions()
        options.logLevel = level
        options.logFormat = .text
        return options
    }

    var logger: Logger {
        Logger(label: "holdfast") { _ in LogWriter(format: logFormat, logLevel: logLevel) }
    }
}

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
