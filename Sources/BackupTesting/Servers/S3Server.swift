public import Foundation
import Synchronization
import WebClient

/// A server of S3 on the loopback address, which ends with the test run.
///
/// moto knows conditions and takes any signature; rclone looks at signatures and knows no conditions;
/// SeaweedFS does all of it, and keeps Object Lock, but takes seconds to start.
public final class S3Server: Sendable {
    public enum Kind: String, CaseIterable, Sendable, CustomStringConvertible {
        case moto
        case rclone
        case seaweed
        public var description: String { rawValue }
    }

    /// Why a server could not be started, and what to do.
    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    public let kind: Kind
    /// Scheme, host and port.
    public let address: String
    /// The kinds that start at once.
    public static let quickKinds: [Kind] = [.moto, .rclone]
    /// What rclone keeps: a folder for each bucket.
    public let folder: URL
    private let process: OwnedProcess
    /// How many of rclone's buckets are taken.
    private let taken = Mutex(0)

    /// rclone reads a folder again only after minutes, so its buckets are there before it starts.
    private static let folders = (0..<100).map { "test-\($0)" }

    public static let accessKeyID = "HOLDFASTKEY"
    /// A key of SeaweedFS that may do everything, also delete versions that no lock holds.
    public static let administratorKeyID = "ADMINISTRATOR"
    /// A key of SeaweedFS that may only list and read.
    public static let readerKeyID = "READER"
    public static let secretAccessKey = "holdfast/secret+key"

    /// A key and a certificate, both PEM files.
    public struct TLSFiles: Sendable {
        public let certificate: String
        public let key: String
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Starts a server in a folder of its own.
    /// - Parameter tls: what it needs to speak TLS; only rclone does.
    public init(_ kind: Kind, tls: TLSFiles? = nil) async throws {
        self.kind = kind
        let programs = try await PythonPrograms.s3.folder()
        folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-s3-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let command: [String]
        switch kind {
        case .moto: command = [programs.appending(path: "moto_server").path, "-H", "127.0.0.1", "-p", "0"]
        case .rclone:
            for bucket in Self.folders {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: bucket), withIntermediateDirectories: false)
            }
            let flags = tls.map { ["--cert", $0.certificate, "--key", $0.key] } ?? []
            command =
                [
                    programs.appending(path: "rclone").path, "serve", "s3", "--auth-key",
                    "\(Self.accessKeyID),\(Self.secretAccessKey)", "--addr", "127.0.0.1:0", "--vfs-cache-mode", "off",
                    "--config", "/dev/null",
                ] + flags + [folder.path]
        case .seaweed:
            let seaweed = try SeaweedServer(programs: programs, folder: folder)
            process = try OwnedProcess(seaweed.command, removing: folder)
            address = seaweed.address
            try await seaweed.waitUntilReady(process)
            return
        }
        process = try OwnedProcess(command, removing: folder)
        address = try await process.address()
    }

    /// A Python that knows boto3, for clients that are not ours.
    public static func python() async throws -> URL {
        try await PythonPrograms.s3.folder().appending(path: "python")
    }

    private static let shared = Mutex<[Kind: Task<S3Server, any Error>]>([:])

    /// The one server of a kind in this process.
    public static func shared(_ kind: Kind) async throws -> S3Server {
        let task = shared.withLock { servers in
            if let known = servers[kind] { return known }
            let task = Task { try await S3Server(kind) }
            servers[kind] = task
            return task
        }
        return try await task.value
    }

    /// Makes a bucket that nobody else uses.
    public func makeBucket() async throws -> String {
        switch kind {
        case .rclone:
            let number = taken.withLock { taken in
                defer { taken += 1 }
                return taken
            }
            guard Self.folders.indices.contains(number) else {
                throw Missing(description: "rclone has no more than \(Self.folders.count) buckets here.")
            }
            return Self.folders[number]
        case .moto, .seaweed: return try await makeBucket(headers: [:])
        }
    }

    /// Makes a bucket that keeps versions, and locks of objects.
    public func makeLockedBucket() async throws -> String {
        precondition(kind != .rclone, "rclone keeps no versions")
        return try await makeBucket(headers: ["x-amz-bucket-object-lock-enabled": "true"])
    }

    private func makeBucket(headers: [String: String]) async throws -> String {
        let name = "test-\(UUID().uuidString.lowercased())"
        var request = WebRequest("PUT", "\(address)/\(name)")
        request.headers = headers
        let answer = try await WebClient().answer(request, within: 60)
        guard answer.status == 200 else { throw Missing(description: "\(kind) made no bucket: \(answer.status)") }
        return name
    }
}

extension OwnedProcess {
    /// A server of S3.
    /// - Parameter folder: goes when the program does.
    fileprivate convenience init(_ command: [String], removing folder: URL) throws {
        guard FileManager.default.isExecutableFile(atPath: command[0]) else {
            throw S3Server.Missing(description: "'\(command[0])' is not there.")
        }
        try self.init(#""$@""#, command, endedBy: "KILL", removing: folder)
    }

    /// The address that the program says it listens on.
    fileprivate func address() async throws -> String {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            if let match = log.firstMatch(of: /https?:\/\/127\.0\.0\.1:\d+/) { return String(match.output) }
            guard isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw S3Server.Missing(description: "the server did not start: \(log.suffix(2000))")
    }
}

/// Programs of the Python package index, in a virtual environment of the build folder. It is made
/// by the first test that asks.
actor PythonPrograms {
    static let s3 = PythonPrograms(
        "python-s3",
        requirements: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "requirements.txt"))

    private let name: String
    private let requirements: URL
    private var preparation: Task<URL, any Error>?

    init(_ name: String, requirements: URL) {
        self.name = name
        self.requirements = requirements
    }

    /// The folder of the programs.
    func folder() async throws -> URL {
        if let preparation { return try await preparation.value }
        let (name, requirements) = (name, requirements)
        let task = Task { try Self.prepare(name, requirements) }
        preparation = task
        return try await task.value
    }

    private static func prepare(_ name: String, _ requirements: URL) throws -> URL {
        let build = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let folder = build.appending(path: name)
        let stamp = folder.appending(path: "requirements.txt")
        let programs = folder.appending(path: "bin")
        let wanted = try Data(contentsOf: requirements)
        if (try? Data(contentsOf: stamp)) == wanted { return programs }
        try run("/usr/bin/env", ["python3", "-m", "venv", "--clear", folder.path])
        try run(
            programs.appending(path: "python").path,
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements.path])
        try wanted.write(to: stamp)
        return programs
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw S3Server.Missing(description: "\(program) \(arguments) failed; the tests of S3 need it")
        }
    }
}
