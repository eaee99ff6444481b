import Foundation
import Testing

/// The stock restic program, run as a child process.
struct Restic {
    /// What a run printed and how it ended.
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    let repository: String
    private let program: String
    private let password: String

    /// Finds restic on the path.
    /// - Throws: where it is not installed; the tests need it.
    init(repository: String, password: String) throws {
        self.repository = repository
        self.password = password
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard let program = folders.map({ "\($0)/restic" }).first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw Failed(description: "restic is not installed; these tests need the stock program (apt-get install restic)")
        }
        self.program = program
    }

    /// Runs restic and expects success. Returns its output.
    @discardableResult
    func run(_ arguments: [String], in folder: String? = nil) throws -> String {
        let result = try attempt(arguments, in: folder)
        guard result.status == 0 else {
            throw Failed(description: "restic \(arguments.joined(separator: " ")) ended with \(result.status):\n\(result.output)\n\(result.errors)")
        }
        return result.output + result.errors
    }

    /// Runs restic.
    func attempt(_ arguments: [String], in folder: String? = nil) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--repo", repository, "--no-cache"] + arguments
        var environment = ProcessInfo.processInfo.environment
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
}

/// restic prints names as they are, so not everything is UTF-8.
private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

/// A folder for one test, removed at its end.
final class Workshop {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("interop-" + UUID().uuidString).path

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes a folder in it.
    func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        return "\(path)/\(name)"
    }
}
