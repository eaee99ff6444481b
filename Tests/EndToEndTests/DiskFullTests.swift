import Foundation
import SampleData
import Testing

/// The disk that holds the repositories runs full during a backup: a small file system of its own,
/// in the server's mount namespace.
struct DiskFullTests {
    private static let enter = ["/usr/bin/unshare", "-rm"]
    private static let mountSmall =
        #"mkdir -p -m 700 "$0" && mount -t tmpfs -o size=24m,mode=0700 tmpfs "$0" && exec "$@""#

    /// Whether this machine lets a program mount a file system of its own.
    private static func mayMount() async throws -> Bool {
        let probe = try await Program.run(
            URL(filePath: enter[0]), [enter[1], "/bin/mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        return probe.status == 0
    }

    @Test(
        .enabled(
            """
            A full disk needs a small file system, and this process may make none: run it where user namespaces \
            are allowed (in a container: --privileged, or --cap-add SYS_ADMIN without a seccomp or AppArmor \
            profile that forbids unshare and mount).
            """
        ) { try await mayMount() })
    func `a full disk is told, loses nothing, and heals when there is space again`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 17)
        try await installation.start()
        _ = try await installation.stop()
        let repositories = installation.state.appending(path: "repositories").path
        try await installation.start(through: Self.enter + ["/bin/sh", "-c", Self.mountSmall, repositories])
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first).id
        let drive = installation.drive(Installation.user)
        let before = try await installation.copy(drive, name: "before")
        let firstPoint = try #require(try await steps.latestPoint(of: unit, before: Date()))

        var random = SeededGenerator(seed: 17)
        try Data((0..<25_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }).write(
            to: drive.appending(path: "too big.bin"))
        let backup = ["backup", "--state", installation.state.path, unit]
        let refused = try await inside(installation, [Program.holdfast.path] + backup)
        #expect(refused.status != 0, "\(refused.text)")
        #expect(refused.text.contains("The place for backups is full"), "\(refused.text)")
        #expect(!refused.text.contains(repositories), "places of the server are for its log")
        let state: UnitState = try await steps.client.get(GraphSteps.root + "/driveProtectionUnits/\(unit)")
        #expect(state.status == "protected")
        #expect(state.error?.code == "QuotaExceeded")
        try await requireRestore(of: firstPoint, equals: before, steps, installation)

        let grown = try await inside(installation, ["/bin/mount", "-o", "remount,size=256m", repositories])
        #expect(grown.status == 0, "\(grown.text)")
        let taken = try await inside(installation, [Program.holdfast.path] + backup)
        #expect(taken.status == 0, "\(taken.text)")
        let healed: UnitState = try await steps.client.get(GraphSteps.root + "/driveProtectionUnits/\(unit)")
        #expect(healed.status == "protected")
        #expect(healed.error == nil)
        let point = try #require(try await steps.latestPoint(of: unit, before: Date()))
        #expect(point.id != firstPoint.id)
        try await requireRestore(of: point, equals: drive, steps, installation)
        try await requireResticIsContent(unit, installation)
        _ = try await installation.stop()
    }

    /// What the end of a server says suffices: `/dev/full` takes nothing.
    @Test func `a log that cannot be written does not bring the server down`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 18)
        try await installation.start(through: ["/bin/sh", "-c", #"exec "$0" "$@" 2>/dev/full"#])
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let ended = try await installation.stop()
        #expect(ended?.status == 0)
    }

    private struct UnitState: Decodable {
        struct Failure: Decodable { let code: String? }
        let status: String
        let error: Failure?
    }

    /// Runs a command where the small file system is mounted.
    private func inside(_ installation: Installation, _ command: [String]) async throws -> ProgramResult {
        let server = try #require(installation.server)
        return try await Program.run(
            URL(filePath: "/usr/bin/nsenter"),
            ["--target", "\(server.processID)", "--user", "--mount", "--preserve-credentials"] + command)
    }

    private func requireRestore(
        of point: Graph.Point, equals expected: URL, _ steps: GraphSteps, _ installation: Installation
    ) async throws {
        let artifact = try await steps.finish(try await steps.activateRestore(of: point, to: "new"))
        let site = try #require(artifact.restoredSiteName)
        let comparison = try TreeComparison(
            expected.path, installation.tenant.appending(path: "sites/\(site)/Documents").path)
        #expect(comparison.differences.isEmpty)
    }

    private func requireResticIsContent(_ unit: String, _ installation: Installation) async throws {
        let server = try #require(installation.server)
        let path = try await Program.holdfast("repository", "path", "--state", installation.state.path, unit)
        let password = try await Program.holdfast("repository", "password", "--state", installation.state.path, unit)
        let restic = try StockRestic(repository: "/proc/\(server.processID)/root\(path)", password: password)
        try await restic.runWhenUnlocked(["check", "--read-data"])
    }
}
