import Foundation

/// What a program left behind when it ended.
struct ProgramResult: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// Both texts, for messages.
    var text: String { output + errors }
}

/// The programs that the tests drive. A missing one fails the test with what to do.
enum Program {
    /// The binary under test, which SwiftPM puts beside the test bundle.
    static var holdfast: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(
            path: "holdfast")
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program to its end.
    static func run(
        _ program: URL, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
    ) async throws -> ProgramResult {
        try await RunningProgram(program, arguments, environment: environment).finish(input: input)
    }

    /// Runs a command of Holdfast and demands success.
    static func holdfast(_ arguments: String...) async throws -> String {
        let result = try await run(holdfast, arguments)
        guard result.status == 0 else {
            throw Missing(
                description: "holdfast \(arguments.joined(separator: " ")) ended with \(result.status): \(result.text)")
        }
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A child process with its output going to files, so that no pipe can fill up and block it.
final class RunningProgram: @unchecked Sendable {
    // Sound because the process and its files are only touched by the one test
    // that owns this value.
    private let process = Process()
    private let folder: URL
    private let input = Pipe()

    init(_ program: URL, _ arguments: [String], environment: [String: String] = [:]) throws {
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Program.Missing(
                description:
                    "'\(program.path)' is not there. Run 'make setup' and build everything ('make test' does both).")
        }
        folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["out", "err"] { try Data().write(to: folder.appending(path: name)) }
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
        process.standardInput = input
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    var isRunning: Bool { process.isRunning }
    var processID: Int32 { process.processIdentifier }

    /// Everything printed so far.
    func read(_ name: String) -> String {
        (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
    }

    /// Gives the program a line on its standard input.
    func send(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    }

    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Waits for the end.
    func finish(input text: String? = nil) async throws -> ProgramResult {
        if let text { try send(text) }
        try? input.fileHandleForWriting.close()
        try await waitUntil("the program ends", seconds: 600) { !self.process.isRunning }
        return ProgramResult(status: process.terminationStatus, output: read("out"), errors: read("err"))
    }
}

/// Waits for something that another process does, by looking again every few milliseconds.
func waitUntil(_ what: String, seconds: Int = 120, _ isTrue: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await isTrue() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw Program.Missing(description: "waited \(seconds) seconds in vain until \(what)")
}
