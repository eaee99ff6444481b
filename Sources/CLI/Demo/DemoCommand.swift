import ArgumentParser
import Foundation
import SampleData

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Show the main job on sample files, or make some and attack them.",
        subcommands: [DemoShowCommand.self, DemoTenantCommand.self, DemoAttackCommand.self],
        defaultSubcommand: DemoShowCommand.self)
}

/// The main job before the reader's eyes, over HTTP and nothing else.
struct DemoShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the main job: protect drives, let ransomware loose, roll back, compare every byte.",
        discussion: """
            Makes a sample tenant (or copies yours and never touches it again), starts a server on this machine, and \
            protects every drive. Then it encrypts, renames and deletes files in three of them, shows the incident, \
            plans the rollback, carries it out, takes it back and rolls back again, and compares every file each time. \
            The exit code is 0 only if every byte matched. On a terminal the server goes on until Ctrl-C.
            """)

    @Option(help: "Work on a copy of this folder: a tenant (with drives/<user>/...), or any folder with files.")
    var tenant: String?

    @Option(help: "Where the demo works. It recreates this folder, and refuses one that it did not make.")
    var folder = "demo"

    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    func run() async throws {
        var console = Console()
        let started = ContinuousClock.now
        let folder = try DemoFolder(at: folder)
        console.step("A tenant")
        console.line(try makeTenant(in: folder))

        console.step("A server on loopback")
        let server = try await ServerProcess(
            tenant: folder.tenant.path, state: folder.state.path, port: port, logPath: folder.log.path)
        defer { server.stop() }
        console.line(folder.serveCommand(listen: String(server.baseURL.dropFirst("http://".count))))

        var story = try DemoStory(folder: folder, baseURL: server.baseURL, console: console)
        let victims = try await story.protect()
        let verdict = try await story.attackAndRollBack(victims)
        try await story.checkWithRestic(victims)

        print("\n" + console.bold(verdict.summary(after: ContinuousClock.now - started)))
        print(nextCommands(user: victims[0].name, folder: folder, console: console))
        guard verdict.isGood else { throw ExitCode.failure }
        if console.isTerminal {
            let code = try ServerProcess.run(["operator", "first-code", "--state", folder.state.path])
            console.line(
                """

                See it in a browser: \(server.baseURL)/portal/ asks for the code \(code), with which you become the \
                first administrator. The server goes on until Ctrl-C.
                """)
            server.wait()
        }
    }

    /// Puts the tenant where the demo works on it.
    /// - Returns: what was done, for the reader.
    private func makeTenant(in folder: DemoFolder) throws -> String {
        if let tenant {
            try folder.copyTenant(from: tenant)
            return "copied from \(tenant), which is not touched again"
        }
        let sample = try SampleTenant(seed: 2026).write(to: folder.tenant.path)
        return """
            \(sample.users.count.counted("drive")) with \(sample.files.counted("file")), \(sample.bytes) bytes, in \
            \(folder.tenant.path)
            """
    }

    /// What to try next. At a terminal the demo's own server goes on; otherwise the first command
    /// starts one on the same state.
    private func nextCommands(user: String, folder: DemoFolder, console: Console) -> String {
        let (address, program) = ("127.0.0.1:8080", ServerProcess.executable.path)
        let first = """
              \(folder.serveCommand(program, listen: address))

            which prints the address of the portal for your browser, and a code for its first account; and in another
            terminal:


            """
        let commands = """
              export HOLDFAST_STATE=\(folder.state.path)
              \(program) status
              \(program) tree '\(user)' --depth 1
              \(program) session list

              export RESTIC_REPOSITORY=$(\(program) repository path --state \(folder.state.path) '\(user)')
              export RESTIC_PASSWORD=$(\(program) repository password --state \(folder.state.path) '\(user)')
              restic check --read-data && restic snapshots
            """
        return "\nTry next:\n\n" + (console.isTerminal ? "" : first) + commands
    }
}
