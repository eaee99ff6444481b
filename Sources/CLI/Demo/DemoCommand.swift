import ArgumentParser
import SampleData
import Foundation

/// The main job before the reader's eyes, over HTTP and nothing else.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the main job: protect drives, let ransomware loose on one, restore it, compare every byte.",
        discussion: """
            Makes a sample tenant (or copies yours, never touching it), starts a server on this machine, protects \
            every drive, encrypts, renames and \
            deletes files in one of them, finds the last restore point before that, restores it in place and into a \
            new site, and compares every file \
            with the original. The exit code is 0 only if every byte matched. On a terminal the server goes on serving \
            until Ctrl-C.
            """
    )

    @Option(
        help: "A folder of yours to work on a copy of: a tenant (with drives/<user>/...), or any folder with files.")
    var tenant: String?

    @Option(help: "Where the demo works. The folder is made anew; one that the demo did not make is refused.")
    var folder = "demo"

    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    func run() async throws {
        var console = Console()
        let started = ContinuousClock.now
        let folder = try DemoFolder(at: folder)

        console.step("A tenant")
        if let tenant {
            try folder.copyTenant(from: tenant)
            console.line("copied from \(tenant), which is not touched again")
        } else {
            let sample = try SampleTenant(seed: 2026).write(to: folder.tenant.path)
            console.line(
                """
                \(sample.users.count) drives with \(sample.files) files, \(sample.bytes) bytes, in \
                \(folder.tenant.path)
                """
            )
        }

        console.step("A server on loopback")
        let server = try await ServerProcess(
            tenant: folder.tenant.path, state: folder.state.path, port: port, logPath: folder.log.path)
        defer { server.stop() }
        console.line(
            """
            holdfast serve --tenant \(folder.tenant.path) --state \(folder.state.path) --listen \
            \(server.baseURL.dropFirst(7))
            """
        )
        let token = try ServerProcess.run(["token", "--state", folder.state.path])
        let steps = GraphSteps(client: GraphClient(baseURL: server.baseURL, token: token))

        console.step("Protection: enable the service, one policy over every drive")
        let users = try await steps.users().filter { Self.exists(Self.drive($0, in: folder)) }
        guard !users.isEmpty else {
            throw UsageError("The tenant has no drives: '\(folder.tenant.path)/drives' holds no folder of a user.")
        }
        let delegated = try ServerProcess.run([
            "token", "--state", folder.state.path, "--delegated", users[0].userPrincipalName,
        ])
        try await steps.enableService(
            tenantID: StateFolder.open(at: folder.state.path).settings.tenantID, delegatedToken: delegated)
        let units = try await steps.protect(users)
        console.line("\(units.count) drives are protected, each has a restore point")

        guard let victim = users.first, let unit = units.first(where: { $0.directoryObjectId == victim.id }) else {
            throw UsageError(
                """
                The server did not report a protection unit for the drive of \
                \(users.first?.userPrincipalName ?? "nobody").
                """
            )
        }
        let verdict = try await attackAndRestore(victim, unit, steps, folder, &console)

        console.step("What stock restic says about the repository")
        try await checkWithRestic(unit, folder, console)

        summarise(verdict, ContinuousClock.now - started, console)
        printNextCommands(victim.userPrincipalName, server, folder, console)
        guard verdict.differences.isEmpty else { throw ExitCode.failure }
        if console.isTerminal {
            console.line("\nThe server goes on serving on \(server.baseURL). Ctrl-C ends it.")
            server.wait()
        }
    }

    /// What the comparisons found.
    struct Verdict {
        var files = 0
        var bytes = 0
        var differences: [TreeComparison.Difference] = []
    }

    private func attackAndRestore(
        _ victim: Graph.User, _ unit: Graph.Unit, _ steps: GraphSteps, _ folder: DemoFolder, _ console: inout Console
    ) async throws -> Verdict {
        let drive = Self.drive(victim, in: folder)
        console.step("Some work in the drive of \(victim.userPrincipalName), and a restore point of it")
        try Data("Written after the first restore point.\n".utf8).write(
            to: drive.appending(path: "A note of today.txt"))
        _ = try ServerProcess.run(["backup", "--state", folder.state.path, unit.id])
        try DemoFolder.copy(drive, to: folder.original)

        console.step("Ransomware")
        let attackTime = Date()
        let damage = try Ransomware(seed: 13).attack(drive.path)
        console.line(
            "\(damage.overwritten) files encrypted, \(damage.renamed) encrypted and renamed, \(damage.deleted) deleted")
        _ = try ServerProcess.run(["backup", "--state", folder.state.path, unit.id])
        console.line("and the next restore point holds the damage, as it would in life")

        console.step("The last restore point before the attack")
        guard let point = try await steps.latestPoint(of: unit.id, before: attackTime) else {
            throw UsageError("The search found no restore point before the attack.")
        }
        console.line("\(point.id), of \(point.protectionDateTime)")

        console.step("Restore in place")
        let shown = console
        func report(_ session: Graph.Session) {
            let count = session.restoreSessionArtifactCount
            shown.progress(
                "session \(session.id): \(session.status), \(count.completed + count.failed) of \(count.total) done",
                final: session.isDone)
        }
        _ = try await steps.finish(try await steps.activateRestore(of: point, to: "inPlace"), progress: report)
        var verdict = Verdict()
        try compare(folder.original, drive, into: &verdict, console)

        console.step("Restore to a new site")
        let artifact = try await steps.finish(try await steps.activateRestore(of: point, to: "new"), progress: report)
        console.line("restored to \(artifact.restoredSiteWebUrl ?? "an unnamed site")")
        let site = folder.tenant.appending(path: "sites/\(artifact.restoredSiteName ?? "")/Documents")
        try compare(folder.original, site, into: &verdict, console)
        return verdict
    }

    private func compare(_ original: URL, _ restored: URL, into verdict: inout Verdict, _ console: Console) throws {
        let comparison = try TreeComparison(original.path, restored.path)
        verdict.files += comparison.files
        verdict.bytes += comparison.bytes
        verdict.differences += comparison.differences
        if comparison.differences.isEmpty {
            console.line(
                """
                \(comparison.files) files, \(comparison.bytes) bytes: all equal to the original, with names, modes \
                and times
                """
            )
        } else {
            console.line("\(comparison.differences.count) differences:")
            comparison.differences.prefix(10).forEach { console.line("  \($0)") }
        }
    }

    private func checkWithRestic(_ unit: Graph.Unit, _ folder: DemoFolder, _ console: Console) async throws {
        let restic = try StockRestic(
            repository: try ServerProcess.run(["repository", "path", "--state", folder.state.path, unit.id]),
            password: try ServerProcess.run(["repository", "password", "--state", folder.state.path, unit.id]))
        let text = try await restic.runWhenUnlocked(["--quiet", "check", "--read-data"])
        console.line(text.isEmpty ? "restic check --read-data: no errors were found" : text)
    }

    private func summarise(_ verdict: Verdict, _ duration: Duration, _ console: Console) {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let judgement = verdict.differences.isEmpty ? "every byte matched" : "\(verdict.differences.count) DIFFERENCES"
        let figures =
            """
            \(verdict.files) files, \(verdict.bytes) bytes restored and compared, \
            \(seconds.formatted(.number.precision(.fractionLength(1)))) seconds in all
            """
        print("\n" + console.bold("\(figures): \(judgement)"))
    }

    /// Prints what to try next. At a terminal the demo's own server goes on; otherwise the first
    /// command starts one on the same state.
    private func printNextCommands(_ name: String, _ server: ServerProcess, _ folder: DemoFolder, _ console: Console) {
        let program = ServerProcess.executable.path
        let state = folder.state.path
        let baseURL = console.isTerminal ? server.baseURL : "http://127.0.0.1:8080"
        print("\nTry next:\n")
        if !console.isTerminal {
            print(
                """
                  \(program) serve --tenant \(folder.tenant.path) --state \(state) --listen 127.0.0.1:8080

                and in another terminal:

                """
            )
        }
        print(
            """
              TOKEN=$(\(program) token --state \(state))
              curl -H "Authorization: Bearer $TOKEN" \(baseURL)/v1.0/solutions/backupRestore/restoreSessions

              # Python: pip install msgraph-sdk, then as in README.md
              adapter.base_url = "\(baseURL)/v1.0"

              export RESTIC_REPOSITORY=$(\(program) repository path --state \(state) '\(name)')
              export RESTIC_PASSWORD=$(\(program) repository password --state \(state) '\(name)')
              restic check --read-data && restic snapshots
            """)
    }

    private static func drive(_ user: Graph.User, in folder: DemoFolder) -> URL {
        folder.tenant.appending(path: "drives").appending(path: user.userPrincipalName)
    }

    private static func exists(_ url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.path)
    }
}
