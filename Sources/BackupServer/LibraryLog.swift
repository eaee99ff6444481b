public import Logging

extension Logger {
    /// For libraries, whose everyday news says nothing to an administrator: from `notice` on,
    /// unless everything is asked for.
    public var forLibraries: Logger {
        guard logLevel > .debug, logLevel < .notice else { return self }
        var logger = self
        logger.logLevel = .notice
        return logger
    }
}
