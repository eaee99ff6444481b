import ArgumentParser
import Foundation
import SampleData

/// The built-in attacker, for those who want to see an incident.
struct DemoAttackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack", abstract: "Let ransomware loose on three drives of a sample tenant.",
        discussion: HelpText.discussion(
            """
            Encrypts, renames and deletes the files of some drives, and leaves a note in each folder. Works only on \
            folders that 'holdfast demo' or 'holdfast demo tenant' made.
            """,
            examples: [
                "holdfast demo attack", "holdfast demo attack --tenant ./sample --drives 1",
                "holdfast demo attack --tenant ./sample --seed 7",
            ]))

    @Option(help: "The tenant: a folder that holds drives/<user>/...")
    var tenant = "demo/tenant"

    @Option(help: "How many drives to attack, in the order of their names.")
    var drives = 3

    @Option(help: "Chooses what happens to each file; the same number does the same.")
    var seed: UInt64 = 13

    @Flag(help: "Attack a tenant that no demo made. Its files are damaged for good, but for what is backed up.")
    var destroyFilesThatAreNotTheDemos = false

    func validate() throws {
        guard drives >= 1 else { throw ValidationError("--drives must be at least 1, not \(drives).") }
    }

    func run() throws {
        for line in try attack() { show(line) }
        show("The next restore point shows it, within ten minutes or now:")
        show("  holdfast unit backup")
        show("  holdfast status")
    }

    /// Damages the first drives of the tenant.
    /// - Returns: what was done to each.
    func attack() throws -> [String] {
        let url = URL(filePath: tenant).standardizedFileURL
        let folder = url.appending(path: "drives")
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw CommandFailure(
                .wrongCommand,
                """
                '\(url.path)' is no tenant: it has no folder 'drives'. Give --tenant the folder that 'holdfast demo \
                tenant <folder>' made.
                """)
        }
        guard DemoFolder.isOfDemo(tenant: url) || destroyFilesThatAreNotTheDemos else {
            throw CommandFailure(
                .refused,
                """
                '\(url.path)' was not made by a demo, so it is left alone. 'holdfast demo tenant <folder>' makes one \
                to attack.
                """)
        }
        let victims = names.sorted().filter { !$0.hasPrefix(".") }.prefix(drives)
        guard !victims.isEmpty else { throw UsageError("'\(folder.path)' holds no drive.") }
        return try victims.map { name in
            let damage = try Ransomware(seed: seed).attack(folder.appending(path: name).path)
            return """
                \(name): \(damage.overwritten.counted("file")) encrypted, \(damage.renamed) encrypted and renamed, \
                \(damage.deleted) deleted
                """
        }
    }
}

/// Sample drives for a first try of one's own.
struct DemoTenantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Make a folder of sample drives, to serve and to attack.",
        discussion: HelpText.discussion(
            examples: ["holdfast demo tenant ./sample", "holdfast demo tenant ./sample --seed 7"]))

    @Argument(help: "The folder to make; it must be empty or not exist yet.")
    var folder: String

    @Option(help: "Chooses names and contents; the same number makes the same drives.")
    var seed: UInt64 = 2026

    func run() throws {
        let url = URL(filePath: folder).standardizedFileURL
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        guard entries.isEmpty else {
            throw UsageError("'\(url.path)' is not empty, so it is left alone. Give a folder that does not exist yet.")
        }
        // The sample is written into a folder that does not exist.
        try? FileManager.default.removeItem(at: url)
        let sample = try SampleTenant(seed: seed).write(to: url.path)
        try Data().write(to: url.appending(path: DemoFolder.mark))
        show("\(sample.users.count.counted("drive")) with \(sample.files.counted("file")) in \(url.path)")
        show("To protect them, run the server:")
        show("  holdfast serve --tenant \(folder) --state ./state --listen 127.0.0.1:8080")
        show("and in another terminal:")
        show("  export HOLDFAST_STATE=./state")
        show("  holdfast policy create --everyone")
    }
}
