import ArgumentParser
import BackupRepository
import BackupWork
import Catalog
import Foundation
import ObjectStorage
import ProtectionService

struct RepositoryRewindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewind",
        abstract: "Bring repositories in a bucket with Object Lock back to the state of a moment.",
        discussion: """
            For the day on which somebody with the server's credentials deleted or replaced what is there. Stop the \
            server first, and exchange the credentials. What was deleted or replaced since the moment becomes the \
            newest version again; what came later is hidden; nothing is destroyed, so another rewind leads to \
            another moment. Begin with --dry-run. Where the catalogue is lost too, rewind --all, then 'holdfast \
            catalog rebuild'.
            """)
    @OptionGroup var state: StateOption

    @Argument(help: "A sign-in name, the name of a site, or a unit id. The id is enough where nothing opens.")
    var unit: String?

    @Flag(help: "All units of which the bucket has anything.")
    var all = false

    @Option(help: "The moment, such as \"2026-11-21 09:40\" or 2026-11-21T09:40Z.")
    var to: String

    @Flag(help: "Only print what would be done.")
    var dryRun = false

    func validate() throws {
        guard all != (unit != nil) else { throw ValidationError("Give a unit, or --all.") }
    }

    func run() async throws {
        guard case .at(let moment) = try MomentReader(now: Date(), zone: .current).moment(to) else {
            throw UsageError("'\(to)' is not a time of day. Write \"2026-11-21 09:40\" or 2026-11-21T09:40Z.")
        }
        var folder = try await StateFolder.open(at: state.path)
        // A server beside it would go on writing.
        if !dryRun { folder.lock = try StateLock.take(in: folder.url) }
        let place = try LockedPlace(folder)
        let units = try await chosen(folder, place)
        guard !units.isEmpty else { throw UsageError("There is nothing of any unit in \(place.shelf.address).") }
        var isWhole = true
        for unit in units {
            isWhole = try await rewind(unit, to: Int(moment.timeIntervalSince1970), place.shelf) && isWhole
        }
        if !dryRun { isWhole = try await check(units, folder) && isWhole }
        if !isWhole { throw CommandExit.notHealthy.code }
    }

    private func chosen(_ folder: StateFolder, _ place: LockedPlace) async throws -> [String] {
        guard let unit else { return try await place.units() }
        if UUID(uuidString: unit) != nil { return [unit.lowercased()] }
        return try await folder.use { composition in
            [try await composition.service.units.repositoryRow(named: unit).id]
        }
    }

    /// - Returns: whether everything of the moment is there.
    private func rewind(_ unit: String, to moment: Int, _ shelf: S3RepositoryShelf) async throws -> Bool {
        var isWhole = true
        for location in [unit, RepositoryBeside.location(unit)] {
            let store = shelf.store(at: location)
            guard let versions = store.versions else { continue }
            let plan = try await StoreRewind(of: versions, to: moment) { name in
                versions.lock.holds(name) || name == "salt"
            }
            show("\(location): \(Self.line(plan))")
            for name in plan.lost { show("lost: \(location)/\(name): only other content is kept under its name") }
            isWhole = isWhole && plan.lost.isEmpty
            guard !dryRun else { continue }
            try await plan.execute(in: store)
            // Nobody works here, so that every lock is one that was left behind, or garbage.
            try await store.deleteAll(store.list(prefix: "locks/").map(\.name))
        }
        return isWhole
    }

    static func line(_ plan: StoreRewind) -> String {
        """
        \(plan.broughtBack.count.counted("object")) to be brought back (\(plan.bytes) bytes), \
        \(plan.hidden.count.counted("later one")) to be hidden, \(plan.unchanged.counted("object")) as they were
        """
    }

    /// Lets the catalogue know, and compares the repositories with their ledgers.
    private func check(_ units: [String], _ folder: StateFolder) async throws -> Bool {
        guard folder.settings.catalog != nil || folder.url.holds(StateFile.catalog) else {
            show("There is no catalogue here. 'holdfast catalog rebuild' makes one of the repositories.")
            return true
        }
        return try await folder.use { composition in
            var isSound = true
            for unit in units {
                guard let report = try await composition.service.repositories.takeRewind(unitID: unit) else {
                    show("\(unit): the catalogue does not know it.")
                    continue
                }
                for problem in report.problems { show("\(unit): \(problem)") }
                show("\(unit): \(RepositoryCheckCommand.summary(report))")
                isSound = isSound && report.isSound
            }
            return isSound
        }
    }
}
