import ArgumentParser
import BackupService
import Catalog
import Foundation

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Show what restores left alone.", subcommands: [ShowCommand.self])

    struct ShowCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show what the restores of a session tell beside their success.",
            discussion: """
                Where a restore point could not read everything, its restore leaves alone what may be such an item, and brings others back as they were \
                last read. Prints a line for each: the artifact's id, what became of the item, and its path in the drive.
                """)
        @OptionGroup var state: StateOption

        @Argument(help: "The id of the restore session.")
        var sessionID: String

        func run() async throws {
            try await state.use { composition in
                let notices = try await translated { try await composition.service.notices(ofSession: sessionID) }
                for notice in notices { show("\(notice.artifactId) \(notice.words) \(String(decoding: notice.path, as: UTF8.self).debugDescription)") }
                show("\(notices.count) items were left alone, are older than their restore point, or are not in it.")
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
