import Foundation

/// `holdfast serve` as a child process, started as a newcomer would start it. It ends with this
/// process, however that ends.
final class ServerProcess {
    private let process = Process()
    /// Nothing is ever written to it; the server ends when it is closed.
    private let lifeline = Pipe()
    private(set) var baseURL = ""

    /// Starts the server and waits until it answers.
    /// - Parameters:
    ///   - port: 0 takes a free one, which the server prints.
    ///   - logPath: the file that gets its output and its log.
    init(tenant: String, state: String, port: Int, logPath: String) async throws {
        try Data().write(to: URL(filePath: logPath))
        process.executableURL = Self.executable
        process.arguments = [
            "serve", "--tenant", tenant, "--state", state, "--listen", "127.0.0.1:\(port)", "--until-input-ends",
        ]
        let log = try FileHandle(forWritingTo: URL(filePath: logPath))
        process.standardOutput = log
        process.standardError = log
        process.standardInput = lifeline
        try process.run()
        baseURL = try await address(in: logPath)
    }

    /// The program that runs now.
    static var executable: URL { URL(filePath: "/proc/self/exe").resolvingSymlinksInPath() }

    /// Runs a command of this program.
    /// - Returns: what it printed, without white space around it.
    static func run(_ arguments: [String]) throws -> String {
        try run(executable, arguments)
    }

    /// Runs a program.
    /// - Returns: what it printed, without white space around it.
    /// - Throws: `UsageError` that names the command, where it failed.
    static func run(_ program: URL, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw UsageError(
                """
                '\(program.lastPathComponent) \(arguments.joined(separator: " "))' failed with exit code \
                \(process.terminationStatus). Its message is above.
                """
            )
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Asks the server to stop and waits for it.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// Waits until the server ends, by itself or with the reader's Ctrl-C.
    func wait() {
        process.waitUntilExit()
    }

    /// Waits for the line in which the server names its address.
    private func address(in logPath: String) async throws -> String {
        for _ in 0..<600 where process.isRunning {
            let log = try String(contentsOfFile: logPath, encoding: .utf8)
            if let address = log.firstMatch(of: /Holdfast listens on (http:\/\/\S+).*\n/) { return String(address.1) }
            try await Task.sleep(for: .milliseconds(50))
        }
        stop()
        let log = try String(contentsOfFile: logPath, encoding: .utf8)
        throw UsageError("The server did not start. Its log (\(logPath)) ends:\n\(log.suffix(2000))")
    }
}
