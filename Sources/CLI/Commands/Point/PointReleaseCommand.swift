import ArgumentParser
import Foundation
import ProtectionService

struct PointReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "End the hold of a drive's last full restore point.",
        discussion: HelpText.discussion(
            """
            Where a drive or site loses most of its files at once, its disk may not be mounted. So its last full \
            restore point is held: it stays until more than half of the files are back, or for 30 days (setting \
            policy.sudden-loss-hold). After this command the point goes when its policy says.
            """,
            examples: [
                "holdfast point release ada@contoso.example", "holdfast point release ada@contoso.example --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "A mail address, sign-in name, address or name of a site, or id.",
        completion: .custom(ServerNames.units))
    var name: String

    func run() async throws {
        let point: JSONValue
        switch try await ServerOrState.open(server) {
        case .server(let session):
            let (unit, id) = try await session.units.protectedUnit(name)
            let released = try await session.client.post(APIClient.additions + "/protectionUnits/\(id)/releaseHold")
            point = PointReport(released, owner: unit.state).entity
        case .state(let folder):
            point = try await StateFolder.open(at: folder).use { composition in
                PointReport(try await composition.service.points.releaseHold(ofUnit: name)).entity
            }
        }
        guard !output.json else { return JSONOutput.print(JSONOutput.document("restorePoint", point)) }
        show(Self.line(point, now: Date(), zone: .current))
    }

    static func line(_ point: JSONValue, now: Date, zone: TimeZone) -> String {
        let until = point.date("expirationDateTime").map { Moments.short($0, zone: zone, now: now) } ?? "-"
        return "released \(point.text("id") ?? "-"); its policy keeps it until \(until)"
    }
}
