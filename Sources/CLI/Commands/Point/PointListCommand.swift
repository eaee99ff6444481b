import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct PointListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List restore points, the oldest of each unit first.",
        discussion: """
            Prints a line for each point: its id, its time, the unit's id and name; then whether items could not be \
            read, whether the point is damaged, and whether it is held.
            """)
    @OptionGroup var state: StateOption

    @Argument(help: "Sign-in names, names of sites, or unit ids. Without any: every unit.")
    var names: [String] = []

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        try await state.use { composition in
            let points = try await composition.service.points.list(of: names)
            if json { return print(try points.map { PointReport($0, unread: nil) }.json) }
            for details in points {
                show(Self.line(details.point, unitName: details.unit.knownName, hold: details.hold))
            }
        }
    }

    static func line(_ point: RestorePoint, unitName: String, hold: PointHold?) -> String {
        var line = "\(point.id) \(point.protectionDateTime.formatted(.iso8601)) \(point.unitId) \(unitName)"
        if point.failureCount > 0 { line += " \(point.failureCount) unread" }
        if point.isDamaged { line += " DAMAGED" }
        if let hold { line += " held until \(hold.untilDateTime.formatted(.iso8601))" }
        return line
    }
}
