import Foundation
import SampleData

/// A tenant, a state folder and a server on a free port of the loopback address, as an
/// administrator would have them.
final class Installation: @unchecked Sendable {
    // Sound because one test owns it and drives it from one task.
    let folder: URL
    var tenant: URL { folder.appending(path: "tenant") }
    var state: URL { folder.appending(path: "state") }
    private(set) var server: RunningProgram?
    private(set) var baseURL = ""

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: tenant, withIntermediateDirectories: true)
    }

    /// The user of the sample tenant whose drive the tests work on.
    static let user = "adele@contoso.example"

    /// Puts a small sample tenant in place of the empty one.
    func fillTenant(seed: UInt64) throws {
        try FileManager.default.removeItem(at: tenant)
        _ = try SampleTenant(seed: seed, filesPerDrive: 30, bigFileSizeBytes: 3 << 20).write(to: tenant.path)
    }

    deinit {
        server?.signal(SIGKILL)
        _ = try? Process.run(URL(filePath: "/bin/chmod"), arguments: ["-R", "u+rwX", folder.path]).waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts the server and waits for the line that tells its address.
    /// - Parameter wrapper: a program with arguments that runs what follows,
    ///   such as `unshare --mount`.
    func start(_ options: [String] = [], through wrapper: [String] = []) async throws {
        try await launch(["--tenant", tenant.path] + options, through: wrapper)
    }

    /// Begins a start and kills it after a while, wherever it is then.
    func startAndKill(afterMilliseconds milliseconds: Int) async throws {
        let server = try RunningProgram(Program.holdfast, serve(["--tenant", tenant.path]))
        try await Task.sleep(for: .milliseconds(milliseconds))
        server.signal(SIGKILL)
        _ = try await server.finish()
    }

    /// Starts the server, which has a reason to end by itself.
    func startRefused(_ options: [String] = []) async throws -> ProgramResult {
        try await Program.run(Program.holdfast, serve(["--tenant", tenant.path] + options))
    }

    /// The words of a start. The port is free: the default one belongs to whatever runs beside.
    private func serve(_ options: [String]) -> [String] {
        ["serve", "--state", state.path, "--listen", "127.0.0.1:0"] + options
    }

    /// Changes the catalogue behind the server's back.
    func runSQL(_ statement: String) async throws {
        let script =
            """
            import sqlite3,sys; c=sqlite3.connect(sys.argv[1],timeout=30); c.execute('PRAGMA foreign_keys=ON'); \
            c.execute(sys.argv[2]); c.commit()
            """
        let result = try await Program.run(
            URL(filePath: "/usr/bin/env"),
            ["python3", "-c", script, state.appending(path: "catalog.sqlite").path, statement])
        guard result.status == 0 else { throw Program.Missing(description: "\(statement): \(result.text)") }
    }

    /// Starts a sandbox in the state folder.
    func startSandbox(_ options: [String] = []) async throws {
        try await launch(["--sandbox"] + options)
    }

    private func launch(_ options: [String], through wrapper: [String] = []) async throws {
        let command = wrapper + [Program.holdfast.path] + serve(options)
        let server = try RunningProgram(URL(filePath: command[0]), Array(command.dropFirst()))
        self.server = server
        try await waitUntil("the server listens") {
            if !server.isRunning {
                throw Program.Missing(
                    description: "the server ended: \(server.read("out"))\(server.read("err").suffix(3000))")
            }
            return server.read("out").contains("listens on http")
        }
        let line = server.read("out").split(separator: "\n").first { $0.contains("listens on http") } ?? ""
        baseURL = String(line.split(separator: " ").first { $0.hasPrefix("http") } ?? "")
    }

    /// Kills the server as a power cut would.
    func kill() async throws {
        server?.signal(SIGKILL)
        _ = try await server?.finish()
        server = nil
    }

    /// Stops the server as an administrator would; the result tells whether it ended well.
    func stop() async throws -> ProgramResult? {
        server?.signal(SIGTERM)
        defer { server = nil }
        return try await server?.finish()
    }

    /// A token with every permission, from the command line.
    /// - Parameter person: whose token it is; nil for the one of a program.
    func token(of person: String? = nil) async throws -> String {
        guard let person else { return try await Program.holdfast("token", "--state", state.path) }
        return try await Program.holdfast("token", "--state", state.path, "--delegated", person)
    }
}
