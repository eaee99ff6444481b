import Foundation
import SampleData

/// The demo's story: drives are protected, attacked, rolled back, the rollback is taken back and done
/// again. Everything is done by commands that a reader can type.
struct DemoStory {
    private let folder: DemoFolder
    private let steps: GraphSteps
    private var console: Console

    /// A user, and the protection unit of the user's drive.
    struct Victim {
        let user: Graph.User
        let unit: Graph.Unit
        var name: String { user.userPrincipalName }
    }

    /// How many drives are attacked.
    private static let attackedDrives = 3

    init(folder: DemoFolder, baseURL: String, console: Console) throws {
        self.folder = folder
        self.console = console
        let token = try ServerProcess.run(["token", "--state", folder.state.path])
        steps = GraphSteps(client: GraphClient(baseURL: baseURL, token: token))
    }

    /// Protects every drive with one command.
    /// - Returns: the users whose drives ransomware will meet.
    mutating func protect() async throws -> [Victim] {
        console.step("Protection: one command for every drive")
        try enter("policy", "create", "--everyone")
        let users = try await steps.users().filter { folder.holdsDrive(of: $0.userPrincipalName) }
        guard !users.isEmpty else {
            throw UsageError("The tenant has no drives: '\(folder.tenant.path)/drives' holds no folder of a user.")
        }
        let units = try await steps.driveUnits(atLeast: users.count)
        _ = try ServerProcess.run(["unit", "backup", "--state", folder.state.path])
        console.line(
            units.count == 1
                ? "1 drive is protected and has a restore point"
                : "\(units.count.counted("drive")) are protected, each has a restore point")
        // The attacker takes drives in the order of their names.
        let victims = users.sorted { $0.userPrincipalName < $1.userPrincipalName }.prefix(Self.attackedDrives)
        return try victims.map { user in
            guard let unit = units.first(where: { $0.directoryObjectId == user.id }) else {
                throw UsageError(
                    """
                    The server reported no protection unit for the drive of \(user.userPrincipalName). Look at \
                    \(folder.log.path).
                    """)
            }
            return Victim(user: user, unit: unit)
        }
    }

    /// Damages the victims' drives, rolls them back, takes that back, and rolls back again.
    mutating func attackAndRollBack(_ victims: [Victim]) async throws -> DemoVerdict {
        try work(victims)
        try attack(victims)
        try await lookAtIncident()
        var verdict = DemoVerdict()
        let plan = try rollBack(victims, into: &verdict)
        let undo = try takeBack(plan, victims, into: &verdict)
        try rollBackAgain(undo, victims, into: &verdict)
        return verdict
    }

    private mutating func work(_ victims: [Victim]) throws {
        console.step("Some work in \(victims.count.counted("drive")), and a restore point of it")
        for victim in victims {
            try Data("Written after the first restore point.\n".utf8).write(
                to: folder.drive(of: victim.name).appending(path: "A note of today.txt"))
        }
        try backUp(victims)
        for victim in victims {
            try DemoFolder.copy(folder.drive(of: victim.name), to: folder.original(of: victim.name))
        }
    }

    private mutating func attack(_ victims: [Victim]) throws {
        console.step("Ransomware in \(victims.count.counted("drive"))")
        try enter("demo", "attack", "--tenant", folder.tenant.path, "--drives", "\(victims.count)", state: false)
        for victim in victims {
            try DemoFolder.copy(folder.drive(of: victim.name), to: folder.attacked(of: victim.name))
        }
        try backUp(victims)
        console.line("and the next restore point holds the damage, as it would in life")
    }

    private func backUp(_ victims: [Victim]) throws {
        _ = try ServerProcess.run(["unit", "backup", "--state", folder.state.path] + victims.map(\.unit.id))
    }

    /// Shows what an administrator sees on the worst day.
    private mutating func lookAtIncident() async throws {
        console.step("What the administrator sees")
        let end = ContinuousClock.now + .seconds(120)
        while try incidents().isEmpty, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(200)) }
        try enter("status")
        guard let incident = try incidents().first else {
            throw UsageError("No incident was found. Look at \(folder.log.path).")
        }
        try enter("incident", "show", incident)
    }

    /// The ids of open incidents.
    private func incidents() throws -> [String] {
        let text = try ServerProcess.run(["incident", "list", "--open", "--json", "--state", folder.state.path])
        return try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)).elements.compactMap { $0.text("id") }
    }

    private mutating func rollBack(_ victims: [Victim], into verdict: inout DemoVerdict) throws -> String {
        console.step("What a rollback would do, before anything is changed")
        let incident = try incidents().first ?? ""
        let plan = try plan(["--incident", incident, "--at", "last-clean"])
        console.step("The rollback")
        try carryOut(plan)
        try compare(victims, with: folder.original, into: &verdict)
        return plan.id
    }

    private mutating func takeBack(
        _ plan: String, _ victims: [Victim], into verdict: inout DemoVerdict
    ) throws -> String {
        console.step("Taking it back: the drives are as they were before the rollback")
        let undo = try self.plan(["--undo", plan])
        try carryOut(undo)
        try compare(victims, with: folder.attacked, into: &verdict)
        return undo.id
    }

    private mutating func rollBackAgain(
        _ undo: String, _ victims: [Victim], into verdict: inout DemoVerdict
    ) throws {
        console.step("And rolling back again")
        try carryOut(try plan(["--undo", undo]))
        try compare(victims, with: folder.original, into: &verdict)
    }

    // MARK: Plans

    /// A plan as the command that made it names it.
    private struct Plan {
        let id: String
        let units: String
    }

    private mutating func plan(_ words: [String]) throws -> Plan {
        let text = try enter(["restore"] + words + ["--dry-run"])
        guard let match = text.firstMatch(of: /holdfast restore --plan (\S+) --yes (\d+)/) else {
            throw UsageError("The plan cannot be carried out. Look at \(folder.log.path).")
        }
        return Plan(id: String(match.1), units: String(match.2))
    }

    private mutating func carryOut(_ plan: Plan) throws {
        try enter("restore", "--plan", plan.id, "--yes", plan.units, "--watch")
    }

    // MARK: What the reader sees

    @discardableResult
    private mutating func enter(_ words: String..., state: Bool = true) throws -> String {
        try enter(words, state: state)
    }

    /// Runs a command as the reader would type it, and shows it with its answer.
    private mutating func enter(_ words: [String], state: Bool = true) throws -> String {
        let arguments = words + (state ? ["--state", folder.state.path] : [])
        console.line(console.bold("$ holdfast " + arguments.joined(separator: " ")))
        let text = try ServerProcess.run(arguments)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { console.line("\(line)") }
        return text
    }

    private func compare(
        _ victims: [Victim], with wanted: (String) -> URL, into verdict: inout DemoVerdict
    ) throws {
        for victim in victims {
            let comparison = try TreeComparison(wanted(victim.name).path, folder.drive(of: victim.name).path)
            verdict.add(comparison)
            for line in DemoVerdict.lines(comparison) { console.line("\(victim.name): \(line)") }
        }
    }

    /// Lets stock restic read every byte of the victims' repositories.
    mutating func checkWithRestic(_ victims: [Victim]) async throws {
        console.step("What stock restic says about the repositories")
        for victim in victims {
            let (state, unit) = (folder.state.path, victim.unit.id)
            let restic = try StockRestic(
                repository: try ServerProcess.run(["repository", "path", "--state", state, unit]),
                password: try ServerProcess.run(["repository", "password", "--state", state, unit]))
            let text = try await restic.runWhenUnlocked(["--quiet", "check", "--read-data"])
            console.line("\(victim.name): " + (text.isEmpty ? "restic check --read-data: no errors were found" : text))
        }
    }
}
