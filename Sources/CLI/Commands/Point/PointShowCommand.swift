import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct PointShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a restore point, and everything that could not be read when it was taken.",
        discussion: """
            An item that could not be read is kept as it was last read, if it ever was; its line says from when. \
            Otherwise the point only names the item, and no restore in place removes what stands there.
            """)
    @OptionGroup var state: StateOption

    @Argument(help: "The id of the restore point, as 'point list' shows it.")
    var pointID: String

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func run() async throws {
        try await state.use { composition in
            let details = try await composition.service.points.find(id: pointID)
            let unread = try await composition.service.points.unreadItems(of: details.point)
            if json { return print(try PointReport(details, unread: unread).json) }
            for line in Self.lines(details.point, of: details.unit, hold: details.hold, unread: unread) { show(line) }
        }
    }

    static func lines(
        _ point: RestorePoint, of unit: ProtectionUnit, hold: PointHold?, unread: [UnreadItemRow]
    ) -> [String] {
        var lines = [
            "point \(point.id)", "unit \(unit.id) \(unit.knownName)",
            """
            time \(point.protectionDateTime.formatted(.iso8601)), kept until \
            \(point.expirationDateTime.formatted(.iso8601))
            """,
            "snapshot \(point.snapshotId)",
        ]
        if let hold { lines.append(hold.line) }
        if point.isDamaged { lines.append("DAMAGED: 'holdfast repository repair \(unit.id)' tells what is lost") }
        lines.append(unread.isEmpty ? "everything was read" : "\(unread.count.counted("item")) could not be read:")
        return lines + unread.map { "  \($0.line)" }
    }
}

extension PointHold {
    /// What a hold means, and what ends it.
    fileprivate var line: String {
        """
        HELD since \(sinceDateTime.formatted(.iso8601)) until \(untilDateTime.formatted(.iso8601)): of its \
        \(files.counted("file")) \(filesLeft) \(filesLeft == 1 ? "is" : "are") left; 'holdfast point release \
        \(unitId)' ends the hold
        """
    }
}

extension UnreadItemRow {
    /// What could not be read, why, since when, and what of it is kept.
    fileprivate var line: String {
        let kept = keptFromDateTime.map { "kept as of \($0.formatted(.iso8601))" } ?? "nothing is kept"
        return """
            \(kind.rawValue) \(name.debugDescription): \(code): \(message); since \
            \(sinceDateTime.formatted(.iso8601)), \(kept)
            """
    }
}
