import ArgumentParser
import ProtectionService
import Catalog
import Foundation

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Show what restores could not do, and what they left alone.",
        subcommands: [ShowCommand.self])

    struct ShowCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show how a restore session stands, what failed in it and why, and what it left alone.",
            discussion: """
                Where a restore point could not read everything, its restore leaves alone what may be such an item, \
                and brings others back as they were \
                last read. Prints a line for each: the artifact's id, what became of the item, and its path in the \
                drive.
                """)
        @OptionGroup var state: StateOption

        @Argument(help: "The id of the restore session.")
        var sessionID: String

        func run() async throws {
            try await state.use { composition in
                try await showState(composition.service.dependencies.catalog)
                let notices = try await translated { try await composition.service.notices(ofSession: sessionID) }
                for notice in notices {
                    show(
                        """
                        \(notice.artifactId) \(notice.words) \
                        \(String(decoding: notice.path, as: UTF8.self).debugDescription)
                        """
                    )
                }
                show("\(notices.count) items were left alone, are older than their restore point, or are not in it.")
            }
        }

        /// The session's status, and each artifact that has an error with all that the error lists.
        private func showState(_ catalog: CatalogStore) async throws {
            let id = sessionID.lowercased()
            guard let session = try await catalog.find(RestoreSession.self, id: id) else { return }
            show("session \(session.status.rawValue)")
            let whole = try await catalog.page(Query<RestoreArtifact>(where: .equal("sessionId", id)))
            let single = try await catalog.page(Query<GranularRestoreArtifact>(where: .equal("sessionId", id)))
            let units = whole.map { ($0.unitId, $0.error) } + single.map { ($0.unitId, $0.error) }
            for (unitID, error) in units {
                guard let error else { continue }
                let name = try await catalog.find(ProtectionUnit.self, id: unitID)?.knownName ?? unitID
                show("\(name): \(error.message)")
                for detail in error.details { show("  \(detail.target ?? ""): \(detail.message)") }
            }
        }
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
