import ArgumentParser
import Logging
import ProtectionService
import Testing

@testable import CLI

/// From which level on the parts of a server log.
@Suite struct LogLevelsTests {
    private func logger(_ levels: LogLevels) throws -> Logger { try LogOptions.parse([]).logger(levels) }

    @Test func `a part with a level of its own logs from there, the others as before`() throws {
        let levels = LogLevels(LogSettings(level: .warning, levels: [.worker: .debug]))
        let logger = try logger(levels)
        #expect(logger.logLevel == .warning)
        #expect(logger.of(.worker).logLevel == .debug)
        #expect(logger.of(.worker).of(.server).logLevel == .warning)
    }

    @Test func `loggers that exist take a new level`() throws {
        let levels = LogLevels()
        let (all, worker) = (try logger(levels), try logger(levels).of(.worker))
        levels.take(LogSettings(level: .error, levels: [.worker: .trace]))
        #expect(all.logLevel == .error)
        #expect(worker.logLevel == .trace)
    }

    @Test func `a level that was set on a logger stays`() throws {
        let levels = LogLevels()
        var logger = try logger(levels)
        logger.logLevel = .notice
        levels.take(LogSettings(level: .trace))
        #expect(logger.logLevel == .notice)
        #expect(logger[metadataKey: "component"] == nil)
        #expect(logger.of(.store)[metadataKey: "component"] == "store")
    }
}
