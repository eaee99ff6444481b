import ArgumentParser
import Foundation

struct SessionReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print a restore in full, for those who must prove what was done.",
        discussion: HelpText.discussion(
            "The plan, every account with its figures, and every item that failed.",
            examples: [
                "holdfast session report 4f2a", "holdfast session report 4f2a --json > report.json",
                "holdfast session report 4f2a --no-color",
            ]))

    @OptionGroup var arguments: SessionArguments

    func run() async throws {
        let (restore, session) = try await arguments.open()
        let head = try await self.head(restore, session)
        let units = try await session.client.list(restore.path + "/units").entries
        let failures = try await itemErrors(restore, head, session)
        guard !arguments.output.json else {
            let members =
                head.members + [
                    JSONValue.Member(name: "units", value: .array(units)),
                    JSONValue.Member(name: "itemErrors", value: .array(failures)),
                ]
            return JSONOutput.print(JSONOutput.document("report", .object(members)))
        }
        CLI.show("Restore \(restore.id): \(head.text("status") ?? "-")")
        CLI.show("created \(session.moment(head.date("createdDateTime")))")
        if let until = head.date("undoUntil") { CLI.show("can be taken back until \(session.moment(until))") }
        arguments.output.show(PlanReport(head, session: session).table(units))
        for failure in failures {
            CLI.show("✕ \(failure.text("path") ?? ""): \(failure.text("code") ?? "") \(failure.text("message") ?? "")")
        }
    }

    private func head(_ restore: KnownRestore, _ session: ServerSession) async throws -> JSONValue {
        switch restore {
        case .plan: try await session.client.get(restore.path)
        case .session(let id):
            try await session.client.get(APIClient.graph + "/restoreSessions/\(APIClient.encoded(id))")
        }
    }

    /// Every item that failed, over all sessions of the restore.
    private func itemErrors(
        _ restore: KnownRestore, _ head: JSONValue, _ session: ServerSession
    ) async throws -> [JSONValue] {
        let sessions = if case .session(let id) = restore { [id] } else { head.list("sessions").compactMap(\.text) }
        var failures: [JSONValue] = []
        for id in sessions {
            let path = APIClient.additions + "/restoreSessions/\(APIClient.encoded(id))/units"
            for unit in try await session.client.list(path).entries where (unit.int("errorCount") ?? 0) > 0 {
                guard let artifact = unit.text("artifactId") else { continue }
                failures += try await session.client.list(
                    APIClient.additions + "/restoreArtifacts/\(APIClient.encoded(artifact))/itemErrors"
                ).entries
            }
        }
        return failures
    }
}
