public import Logging

extension Logger {
    /// A logger for libraries, whose routine messages do not help an administrator: it logs from
    /// `notice` on, unless the level asks for everything.
    public var forLibraries: Logger {
        guard logLevel > .debug, logLevel < .notice else { return self }
        var logger = self
        logger.logLevel = .notice
        return logger
    }
}
