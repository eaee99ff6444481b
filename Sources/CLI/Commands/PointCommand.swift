import ArgumentParser
import ProtectionService
import Catalog
import Foundation

struct PointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "point",
        abstract: "List restore points, show what one of them could not read, and release one that is held.",
        subcommands: [ListCommand.self, ShowCommand.self, ReleaseCommand.self])

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List restore points, each unit's oldest first.",
            discussion: """
                Prints a line for each: its id, its time, the unit's id and name, and whether it is held, damaged or \
                could not read everything.
                """)
        @OptionGroup var state: StateOption

        @Argument(help: "Users (sign-in names) or unit ids; none for every unit.")
        var names: [String] = []

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await state.use { composition in
                let points = try await translated { try await composition.service.points(of: names) }
                if json { return try showJSON(points.map { PointReport($0, unread: nil) }) }
                for details in points {
                    let point = details.point
                    var marks = point.failureCount > 0 ? " \(point.failureCount) unread" : ""
                    if point.isDamaged { marks += " DAMAGED" }
                    if let hold = details.hold { marks += " held until \(hold.untilDateTime.formatted(.iso8601))" }
                    show(
                        """
                        \(point.id) \(point.protectionDateTime.formatted(.iso8601)) \(point.unitId) \
                        \(details.unit.knownName)\(marks)
                        """
                    )
                }
            }
        }
    }

    struct ShowCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a restore point and everything that could not be read when it was taken.",
            discussion: """
                Such an item is kept as it was last read, where it ever was; the line says from when. Otherwise the \
                point only names it, and no restore \
                in place removes what stands there.
                """)
        @OptionGroup var state: StateOption

        @Argument(help: "The id of the restore point.")
        var pointID: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await state.use { composition in
                let (details, unread) = try await translated {
                    let details = try await composition.service.point(id: pointID)
                    return (details, try await composition.service.unreadItems(of: details.point))
                }
                if json { return try showJSON(PointReport(details, unread: unread)) }
                let (point, unit) = (details.point, details.unit)
                show("point \(point.id)")
                show("unit \(unit.id) \(unit.knownName)")
                show(
                    """
                    time \(point.protectionDateTime.formatted(.iso8601)), kept until \
                    \(point.expirationDateTime.formatted(.iso8601))
                    """
                )
                show("snapshot \(point.snapshotId)")
                if let hold = details.hold { show(hold.line) }
                if point.isDamaged { show("DAMAGED: 'holdfast repository repair \(unit.id)' tells what is lost") }
                show(unread.isEmpty ? "everything was read" : "\(unread.count) items could not be read:")
                for item in unread { show("  \(item.line)") }
            }
        }
    }
}

extension PointCommand {
    struct ReleaseCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release", abstract: "End the hold of a drive's last full restore point.",
            discussion: """
                A drive or site that loses most of its files at once may be a disk that is not mounted, so the last \
                full restore point is held: it \
                stays until more than half of the files are back, or for 30 days (setting sudden-loss-hold-days). \
                After this command it goes when \
                its policy says.
                """)
        @OptionGroup var state: StateOption

        @Argument(help: "A user (sign-in name), a site, or a unit id.")
        var name: String

        func run() async throws {
            try await state.use { composition in
                let point = try await translated { try await composition.service.releaseHold(ofUnit: name) }.point
                show(
                    """
                    released \(point.id); by its policy it is kept until \
                    \(point.expirationDateTime.formatted(.iso8601))
                    """
                )
            }
        }
    }
}

extension PointHold {
    /// One line for a person.
    fileprivate var line: String {
        "HELD since \(sinceDateTime.formatted(.iso8601)) until \(untilDateTime.formatted(.iso8601)): "
            + "of its \(files) files \(filesLeft) are left; 'holdfast point release \(unitId)' ends that"
    }
}

extension UnreadItemRow {
    fileprivate var name: String { String(decoding: path, as: UTF8.self) }

    /// One line for a person.
    fileprivate var line: String {
        let kept = keptFromDateTime.map { "kept as of \($0.formatted(.iso8601))" } ?? "nothing is kept"
        return
            """
            \(kind.rawValue) \(name.debugDescription): \(code): \(message); since \
            \(sinceDateTime.formatted(.iso8601)), \(kept)
            """
    }
}

/// A restore point as JSON. The items have the shape of `unreadItems` of the service's own API.
private struct PointReport: Encodable {
    struct Unread: Encodable {
        var path: String
        var kind: String
        var code: String
        var message: String
        var sinceDateTime: Date
        var keptFromDateTime: Date?
    }

    var id: String
    var unitId: String
    var workload: String
    var displayName: String?
    var email: String?
    var protectionDateTime: Date
    var expirationDateTime: Date
    var isDamaged: Bool
    var snapshotId: String
    var heldUntilDateTime: Date?
    var unreadCount: Int
    var unreadItems: [Unread]?

    init(_ details: PointDetails, unread: [UnreadItemRow]?) {
        let point = details.point
        (id, unitId, workload) = (point.id, point.unitId, point.workload.rawValue)
        (displayName, email) = (details.unit.displayName, details.unit.email)
        (protectionDateTime, expirationDateTime) = (point.protectionDateTime, point.expirationDateTime)
        (isDamaged, snapshotId, unreadCount) = (point.isDamaged, point.snapshotId, point.failureCount)
        heldUntilDateTime = details.hold?.untilDateTime
        unreadItems = unread?.map { item in
            Unread(
                path: item.name, kind: item.kind.rawValue, code: item.code, message: item.message,
                sinceDateTime: item.sinceDateTime,
                keptFromDateTime: item.keptFromDateTime)
        }
    }
}

/// Prints a value as JSON for programs.
private func showJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
