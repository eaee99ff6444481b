import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct ProcessesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "processes",
        abstract: "List the processes that serve a catalogue in PostgreSQL: instance, host, version, since when.",
        discussion: HelpText.discussion(
            """
            A process shows every 20 seconds that it lives. One that was killed stays in the list for a day. The \
            instance is what leases of jobs and the locks of restic ('holdfast-<instance>') name it by.
            """,
            examples: ["holdfast processes --state /var/lib/holdfast"]))
    @OptionGroup var state: StateOption

    func run() async throws {
        try await state.use { composition in
            guard composition.databaseClock != nil else {
                throw UsageError("The catalogue is a file, which one server uses: 'holdfast status' tells about it.")
            }
            for entry in try await composition.service.processes.all() {
                show(Self.line(entry.process, isAlive: entry.isAlive))
            }
        }
    }

    static func line(_ process: Catalog.ServerProcess, isAlive: Bool) -> String {
        let seen = isAlive ? "alive" : "not seen since \(process.seenDateTime.formatted(.iso8601))"
        return """
            \(process.id)  \(process.host)  \(process.version)  \(process.roles.values.joined(separator: ","))  \
            started \(process.startedDateTime.formatted(.iso8601))  \(seen)
            """
    }
}
