import Foundation

/// A program that is ended with the process that started it, however that one ends.
final class OwnedProcess: @unchecked Sendable {
    // Sound because nothing is changed after it was made.
    private let process = Process()
    private let owner = Pipe()
    private let logFile: URL

    /// - Parameter start: words of the shell whose last command is the program; the arguments are `$@`,
    ///   and `folder` is set.
    /// - Parameter signal: what ends the program.
    /// - Parameter folder: goes when the program does.
    init(_ start: String, _ arguments: [String], endedBy signal: String, removing folder: URL) throws {
        logFile = folder.appendingPathExtension("log")
        try Data().write(to: logFile)
        process.executableURL = URL(filePath: "/bin/sh")
        // The pipe ends with the process that has its other end.
        let script = """
            folder=$1; log=$2; shift 2
            \(start) &
            cat >/dev/null; kill -\(signal) $!; wait $!; cd /; rm -rf "$folder" "$log"
            """
        process.arguments = ["-c", script, "sh", folder.path, logFile.path] + arguments
        process.standardInput = owner
        let output = try FileHandle(forWritingTo: logFile)
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit { end() }

    /// Ends the program, and returns before it has ended.
    func end() { try? owner.fileHandleForWriting.close() }

    var isRunning: Bool { process.isRunning }
    /// What the program said so far.
    var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }
}
