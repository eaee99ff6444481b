import ArgumentParser
import Catalog
import Foundation
import ProtectionService

struct SessionNoticesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notices",
        abstract: "Show what failed in a session and why, and what it left alone; works without a server.",
        discussion: """
            Where a restore point could not read everything, its restore leaves alone what may be such an item, and \
            brings other items back as they were last read. Prints a line for each: the artifact's id, what became \
            of the item, and its path in the drive.
            """)
    @OptionGroup var state: StateOption

    @Argument(help: "The id of the restore session.")
    var sessionID: String

    func run() async throws {
        try await state.use { composition in
            let lines = try await status(composition.service.dependencies.catalog)
            for line in lines { show(line) }
            let notices = try await composition.service.restores.notices(ofSession: sessionID)
            for notice in notices { show(Self.line(notice)) }
            show(Self.summary(notices.count))
        }
    }

    /// The session's status, and each artifact that has an error with all that the error lists.
    private func status(_ catalog: CatalogStore) async throws -> [String] {
        let id = sessionID.lowercased()
        guard let session = try await catalog.find(RestoreSession.self, id: id) else { return [] }
        var lines = ["session \(session.status.rawValue)"]
        let whole = try await catalog.page(Query<RestoreArtifact>(where: .equal("sessionId", id)))
        let single = try await catalog.page(Query<GranularRestoreArtifact>(where: .equal("sessionId", id)))
        let units = whole.map { ($0.unitId, $0.error) } + single.map { ($0.unitId, $0.error) }
        for (unitID, error) in units {
            guard let error else { continue }
            let name = try await catalog.find(ProtectionUnit.self, id: unitID)?.knownName ?? unitID
            lines.append("\(name): \(error.message)")
            lines += error.details.map { "  \($0.target ?? ""): \($0.message)" }
        }
        return lines
    }

    static func line(_ notice: RestoreNotice) -> String {
        "\(notice.artifactId) \(notice.words) \(String(decoding: notice.path, as: UTF8.self).debugDescription)"
    }

    static func summary(_ items: Int) -> String {
        guard items != 1 else { return "1 item was left alone, is older than its restore point, or is not in it." }
        return "\(items.counted("item")) were left alone, are older than their restore point, or are not in it."
    }
}

extension RestoreNotice {
    fileprivate var words: String {
        switch kind {
        case .leftAlone: "left alone"
        case .older: "as of \(keptFromDateTime?.formatted(.iso8601) ?? "an unknown time")"
        case .absent: "not in the point"
        }
    }
}
