public import ArgumentParser
import Logging

/// What a server logs, and how. It goes to standard error, a line for each event.
struct LogOptions: ParsableArguments {
    @Option(
        help: """
            The least severe events to log. Requests are 'debug', each backup and restore is 'info', which is the \
            default.
            """)
    var logLevel: Logger.Level?

    @Option(
        help: """
            'text', which is the default, or 'json': one object for each event, with time, level, message and \
            particulars.
            """)
    var logFormat: LogFormat?

    /// Fills in what was not given, from the configuration.
    mutating func fill(from log: LogSettings) {
        logLevel = logLevel ?? log.level
        logFormat = logFormat ?? log.format
    }

    /// What was given, each with the setting that it stands for.
    var given: [GivenOption] {
        [
            GivenOption("log.level", "--log-level", logLevel?.rawValue),
            GivenOption("log.format", "--log-format", logFormat?.rawValue),
        ].compactMap(\.self)
    }

    /// The log of a command beside a server: for a person, and only of what is wrong.
    static func command(_ level: Logger.Level) -> LogOptions {
        var options = LogOptions()
        options.logLevel = level
        options.logFormat = .text
        return options
    }

    /// The log of a command, which has no levels by component.
    var logger: Logger { logger(LogLevels(LogSettings(level: logLevel ?? .info))) }

    /// A log whose levels can change.
    func logger(_ levels: LogLevels) -> Logger {
        Logger(label: "holdfast") { _ in LogWriter(format: logFormat ?? .text, levels: levels) }
    }
}

extension LogFormat: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
