import ArgumentParser
import BackupWork
import Catalog
import Foundation
import Logging
import ProtectionService

struct UnitBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Take a restore point now, and return when it exists.",
        discussion: HelpText.discussion(
            """
            Asks the server. Where none runs on a state folder, the command does the work itself. Prints a line for \
            each restore point: the unit's id, the point's id, its time and the unit's name; then the number of items \
            that could not be read, if there are any.
            """,
            examples: [
                "holdfast unit backup", "holdfast unit backup ada@contoso.example",
                "holdfast unit backup --state /var/lib/holdfast 'Team site' --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "Mail addresses, sign-in names, addresses or names of sites, or ids. Without any: all that is protected.",
        completion: .custom(ServerNames.units))
    var names: [String] = []

    @Option(help: "For how many seconds to wait for the server at most; then exit code 8.")
    var timeout: Double?

    func validate() throws {
        if let timeout, !(timeout > 0) { throw ValidationError("--timeout must be more than 0 seconds.") }
    }

    func run() async throws {
        switch try await ServerOrState.open(server) {
        case .server(let session):
            let backups = ServerBackups(session: session, timeout: timeout) { self.tell($0) }
            try end(try await backups.take(names))
        case .state(let folder): try end(ServerBackups.Outcome(taken: try await takeWithoutServer(folder)))
        }
    }

    private func takeWithoutServer(_ path: String) async throws -> Int {
        let folder = try await StateFolder.open(at: path)
        guard !folder.isSandbox else { throw StateRefusal.hasNoClock(folder.url.path) }
        return try await folder.use(log: .warning) { composition in
            let service = composition.service
            let points = try await composition.working([.backup]) { [names] in
                try await service.backups.takeNow(names)
            }
            for point in points {
                tell(.success(PointReport(try await service.points.find(id: point.id)).entity))
            }
            return points.count
        }
    }

    private func tell(_ result: Result<JSONValue, ServerBackups.Failed>) {
        switch result {
        case .success(let point):
            guard output.json else { return show(Self.line(point, isForPeople: Terminal.outputIsTerminal)) }
            JSONOutput.print(JSONOutput.document("restorePoint", point))
        case .failure(let failed):
            guard output.json else { return Diagnostics.line("✕ \(failed.name): \(failed.message)") }
            JSONOutput.print(
                JSONOutput.document(
                    "failure",
                    .object([
                        ("unitId", .string(failed.unitID)), ("name", .string(failed.name)),
                        ("error", .object([("message", .string(failed.message))])),
                    ])))
        }
        Terminal.flush()
    }

    private func end(_ outcome: ServerBackups.Outcome) throws {
        if output.json {
            JSONOutput.print(
                JSONOutput.result(
                    outcome.status, [("taken", .integer(outcome.taken)), ("failed", .integer(outcome.failed))]))
        } else if outcome.taken + outcome.failed == 0 {
            Diagnostics.line("Nothing is protected yet. To protect everyone: holdfast policy create --everyone")
        }
        if outcome.status != .done { throw outcome.status.code }
    }

    /// A restore point that was taken, for a person or a script.
    static func line(_ point: JSONValue, isForPeople: Bool) -> String {
        guard !isForPeople else {
            let moment = point.date("protectionDateTime").map { Moments.short($0, zone: .current, now: Date()) } ?? "-"
            let unread = point.int("unreadCount") ?? 0
            return "\(KnownUnit.name(of: point)): point of \(moment)"
                + (unread > 0 ? ", ▲ \(unread.counted("item")) could not be read" : "")
        }
        let unread = point.int("unreadCount").flatMap { $0 > 0 ? " \($0) unread" : nil } ?? ""
        let (unit, id, moment) = (point.text("unitId"), point.text("id"), point.text("protectionDateTime"))
        return "\(unit ?? "-") \(id ?? "-") \(moment ?? "-") \(KnownUnit.name(of: point))\(unread)"
    }
}
