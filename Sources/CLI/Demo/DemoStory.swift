import Foundation
import SampleData

/// The demo's conversation with its server, step by step.
struct DemoStory {
    private let folder: DemoFolder
    private let steps: GraphSteps
    private var console: Console

    /// A user, and the protection unit of the user's drive.
    struct Victim {
        let user: Graph.User
        let unit: Graph.Unit
    }

    init(folder: DemoFolder, baseURL: String, console: Console) throws {
        self.folder = folder
        self.console = console
        let token = try ServerProcess.run(["token", "--state", folder.state.path])
        steps = GraphSteps(client: GraphClient(baseURL: baseURL, token: token))
    }

    /// Enables the service and protects every drive.
    /// - Returns: the user whose drive ransomware will meet.
    mutating func protect() async throws -> Victim {
        console.step("Protection: enable the service, one policy over every drive")
        let users = try await steps.users().filter { folder.holdsDrive(of: $0.userPrincipalName) }
        guard let first = users.first else {
            throw UsageError("The tenant has no drives: '\(folder.tenant.path)/drives' holds no folder of a user.")
        }
        let delegated = try ServerProcess.run([
            "token", "--state", folder.state.path, "--delegated", first.userPrincipalName,
        ])
        let tenantID = try await StateFolder.open(at: folder.state.path).settings.tenantID
        try await steps.enableService(tenantID: tenantID, delegatedToken: delegated)
        let units = try await steps.protect(users)
        console.line(
            units.count == 1
                ? "1 drive is protected and has a restore point"
                : "\(units.count.counted("drive")) are protected, each has a restore point")
        guard let unit = units.first(where: { $0.directoryObjectId == first.id }) else {
            throw UsageError(
                """
                The server reported no protection unit for the drive of \(first.userPrincipalName). Look at \
                \(folder.log.path).
                """)
        }
        return Victim(user: first, unit: unit)
    }

    /// Damages the victim's drive, and brings back the last restore point before that, twice.
    mutating func attackAndRestore(_ victim: Victim) async throws -> DemoVerdict {
        try work(victim)
        let attackTime = try attack(victim)
        let point = try await lastPoint(of: victim, before: attackTime)
        var verdict = DemoVerdict()
        try await restoreInPlace(point, of: victim, into: &verdict)
        try await restoreToNewSite(point, into: &verdict)
        return verdict
    }

    private mutating func work(_ victim: Victim) throws {
        let drive = folder.drive(of: victim.user.userPrincipalName)
        console.step("Some work in the drive of \(victim.user.userPrincipalName), and a restore point of it")
        try Data("Written after the first restore point.\n".utf8).write(
            to: drive.appending(path: "A note of today.txt"))
        try backUp(victim)
        try DemoFolder.copy(drive, to: folder.original)
    }

    /// - Returns: the time just before the attack.
    private mutating func attack(_ victim: Victim) throws -> Date {
        console.step("Ransomware")
        let time = Date()
        let damage = try Ransomware(seed: 13).attack(folder.drive(of: victim.user.userPrincipalName).path)
        console.line(
            """
            \(damage.overwritten.counted("file")) encrypted, \(damage.renamed) encrypted and renamed, \
            \(damage.deleted) deleted
            """)
        try backUp(victim)
        console.line("and the next restore point holds the damage, as it would in life")
        return time
    }

    private func backUp(_ victim: Victim) throws {
        _ = try ServerProcess.run(["backup", "--state", folder.state.path, victim.unit.id])
    }

    private mutating func lastPoint(of victim: Victim, before time: Date) async throws -> Graph.Point {
        console.step("The last restore point before the attack")
        guard let point = try await steps.latestPoint(of: victim.unit.id, before: time) else {
            throw UsageError("The search found no restore point before the attack. Look at \(folder.log.path).")
        }
        console.line("\(point.id), of \(point.protectionDateTime)")
        return point
    }

    private mutating func restoreInPlace(
        _ point: Graph.Point, of victim: Victim, into verdict: inout DemoVerdict
    ) async throws {
        console.step("Restore in place")
        _ = try await restore(point, to: "inPlace")
        try compare(with: folder.drive(of: victim.user.userPrincipalName), into: &verdict)
    }

    private mutating func restoreToNewSite(_ point: Graph.Point, into verdict: inout DemoVerdict) async throws {
        console.step("Restore to a new site")
        let artifact = try await restore(point, to: "new")
        console.line("restored to \(artifact.restoredSiteWebUrl ?? "an unnamed site")")
        try compare(with: folder.library(ofSite: artifact.restoredSiteName ?? ""), into: &verdict)
    }

    private func restore(_ point: Graph.Point, to destination: String) async throws -> Graph.Artifact {
        try await steps.finish(try await steps.activateRestore(of: point, to: destination)) { session in
            let count = session.restoreSessionArtifactCount
            console.progress(
                "session \(session.id): \(session.status), \(count.completed + count.failed) of \(count.total) done",
                final: session.isDone)
        }
    }

    private func compare(with restored: URL, into verdict: inout DemoVerdict) throws {
        let comparison = try TreeComparison(folder.original.path, restored.path)
        verdict.add(comparison)
        for line in DemoVerdict.lines(comparison) { console.line(line) }
    }

    /// Lets stock restic read every byte of the victim's repository.
    mutating func checkWithRestic(_ victim: Victim) async throws {
        console.step("What stock restic says about the repository")
        let (state, unit) = (folder.state.path, victim.unit.id)
        let restic = try StockRestic(
            repository: try ServerProcess.run(["repository", "path", "--state", state, unit]),
            password: try ServerProcess.run(["repository", "password", "--state", state, unit]))
        let text = try await restic.runWhenUnlocked(["--quiet", "check", "--read-data"])
        console.line(text.isEmpty ? "restic check --read-data: no errors were found" : text)
    }
}
