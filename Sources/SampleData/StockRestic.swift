import Foundation

/// The stock restic program of the distribution, run as a child process. Its password goes through
/// the environment, never through arguments.
public struct StockRestic: Sendable {
    /// What a run printed and how it ended.
    public struct Result: Sendable {
        public var status: Int32
        public var output: String
        public var errors: String

        /// Whether restic gave up because another process has the repository locked, as a backup
        /// does for a moment.
        public var wasLockedOut: Bool { status != 0 && errors.contains("already locked") }
    }

    /// restic is not installed, or it reported a failure.
    public struct Failed: Error, CustomStringConvertible {
        /// restic's own words, for a person.
        public var description: String
    }

    public let repository: String
    private let program: String
    private let password: String
    /// Variables that restic gets besides.
    private let environment: [String: String]

    /// Finds restic on the path.
    /// - Parameter environment: what it needs to reach the repository.
    /// - Throws: `Failed` where it is not installed.
    public init(repository: String, password: String, environment: [String: String] = [:]) throws {
        self.repository = repository
        self.password = password
        self.environment = environment
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard let program = folders.map({ "\($0)/restic" }).first(where: FileManager.default.isExecutableFile(atPath:))
        else {
            throw Failed(description: "restic is not installed; 'make setup' installs the stock program")
        }
        self.program = program
    }

    /// Runs restic and expects success.
    /// - Returns: everything that it printed.
    /// - Throws: `Failed` with restic's own words.
    @discardableResult
    public func run(_ arguments: [String], in folder: String? = nil) throws -> String {
        try Self.checked(attempt(arguments, in: folder), arguments)
    }

    /// Runs restic and expects success, beside a server that locks the repository now and then.
    /// - Throws: `Failed` with restic's own words.
    @discardableResult
    public func runWhenUnlocked(_ arguments: [String]) async throws -> String {
        try Self.checked(await attemptWhenUnlocked(arguments), arguments)
    }

    /// Runs restic once the repository is not locked, and waits for that a minute at most: restic 0.14
    /// cannot wait by itself.
    public func attemptWhenUnlocked(_ arguments: [String]) async throws -> Result {
        for _ in 0..<60 {
            let result = try attempt(arguments)
            guard result.wasLockedOut else { return result }
            try await Task.sleep(for: .seconds(1))
        }
        return try attempt(arguments)
    }

    public func attempt(_ arguments: [String], in folder: String? = nil) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--repo", repository, "--no-cache"] + arguments
        var environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        environment["RESTIC_PASSWORD"] = password
        process.environment = environment
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("restic-" + UUID().uuidString)
        defer {
            try? FileManager.default.removeItem(atPath: log.path + ".out")
            try? FileManager.default.removeItem(atPath: log.path + ".err")
        }
        // Files and not pipes, so that no amount of output can block the child.
        for suffix in [".out", ".err"] { _ = FileManager.default.createFile(atPath: log.path + suffix, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: log.path + ".out"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log.path + ".err"))
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try text(log.path + ".out"), errors: try text(log.path + ".err"))
    }

    private static func checked(_ result: Result, _ arguments: [String]) throws(Failed) -> String {
        guard result.status == 0 else {
            throw Failed(
                description:
                    """
                    restic \(arguments.joined(separator: " ")) ended with \
                    \(result.status):\n\(result.output)\n\(result.errors)
                    """
            )
        }
        return result.output + result.errors
    }
}

/// restic prints names as they are, so not everything is UTF-8.
private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}
