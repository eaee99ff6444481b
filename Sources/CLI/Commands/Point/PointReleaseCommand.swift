import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct PointReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "End the hold of a drive's last full restore point.",
        discussion: """
            Where a drive or site loses most of its files at once, its disk may not be mounted. So its last full \
            restore point is held: it stays until more than half of the files are back, or for 30 days (setting \
            policy.sudden-loss-hold). After this command the point goes when its policy says.
            """)
    @OptionGroup var state: StateOption

    @Argument(help: "A sign-in name, the name of a site, or a unit id.")
    var name: String

    func run() async throws {
        try await state.use { composition in
            show(Self.line(try await composition.service.points.releaseHold(ofUnit: name).point))
        }
    }

    static func line(_ point: RestorePoint) -> String {
        "released \(point.id); its policy keeps it until \(point.expirationDateTime.formatted(.iso8601))"
    }
}
