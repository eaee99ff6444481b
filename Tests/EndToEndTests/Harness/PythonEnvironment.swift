import Foundation

/// The virtual environment with the official Graph SDKs, made once per
/// build folder from `Clients/requirements.txt`.
actor PythonEnvironment {
    static let shared = PythonEnvironment()
    static let clients = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Clients")
        .standardizedFileURL

    private var preparation: Task<URL, any Error>?

    /// The environment's `python`, after making the environment if it is not there
    /// or its requirements changed.
    func python() async throws -> URL {
        if let preparation { return try await preparation.value }
        let task = Task { try await Self.prepare() }
        preparation = task
        return try await task.value
    }

    private static func prepare() async throws -> URL {
        let requirements = clients.appending(path: "requirements.txt")
        let folder = Program.holdfast.deletingLastPathComponent().appending(path: "python-clients")
        let python = folder.appending(path: "bin/python")
        let stamp = folder.appending(path: "requirements.txt")
        let wanted = try Data(contentsOf: requirements)
        if (try? Data(contentsOf: stamp)) == wanted { return python }
        try await demand(URL(filePath: "/usr/bin/env"), ["python3", "-m", "venv", "--clear", folder.path])
        // The SDKs are tens of thousands of files of which few are loaded; compiling
        // them all takes minutes.
        try await demand(
            python,
            ["-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check", "-r", requirements.path])
        try wanted.write(to: stamp)
        return python
    }

    private static func demand(_ program: URL, _ arguments: [String]) async throws {
        let result = try await Program.run(program, arguments)
        guard result.status == 0 else {
            throw Program.Missing(
                description:
                    "\(program.lastPathComponent) \(arguments) failed; the client tests need it: \(result.text)")
        }
    }
}
