import ArgumentParser
import Foundation
import ProtectionService

struct PointShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a restore point, and everything that could not be read when it was taken.",
        discussion: HelpText.discussion(
            """
            An item that could not be read is kept as it was last read, if it ever was; its line says from when. \
            Otherwise the point only names the item, and no restore in place removes what stands there.
            """,
            examples: [
                "holdfast point show 0b6e3c1a-7c1f-4d0e-9a51-6f5f0f2f7d11",
                "holdfast point show 0b6e3c1a-7c1f-4d0e-9a51-6f5f0f2f7d11 --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "The id of the restore point, as 'point list' shows it.")
    var pointID: String

    func run() async throws {
        let report: PointReport
        switch try await ServerOrState.open(server) {
        case .server(let session): report = try await self.report(session)
        case .state(let folder):
            report = try await StateFolder.open(at: folder).use { composition in
                let details = try await composition.service.points.find(id: pointID)
                return PointReport(details, unread: try await composition.service.points.unreadItems(of: details.point))
            }
        }
        guard !output.json else { return JSONOutput.print(report.json) }
        for line in report.lines(now: Date(), zone: .current) { show(line) }
        output.next("To look into it: holdfast ls \(report.name) --at point:\(pointID)")
    }

    private func report(_ session: ServerSession) async throws -> PointReport {
        let path = APIClient.additions + "/restorePoints/\(APIClient.encoded(pointID))"
        let point = try await session.client.get(path)
        let unread = try await session.client.list(path + "/unreadItems").entries
        let unit = try? await session.units.unit(point.text("unitId") ?? "")
        return PointReport(point, owner: unit?.state, unread: unread)
    }
}
