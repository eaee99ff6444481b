import ArgumentParser
import BackupRepository
import Catalog
import Foundation
import Logging
import ObjectStorage
import ObjectStorageS3
import ProtectionService

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look at the bucket in which the repositories are.",
        subcommands: [StoreProbeCommand.self, StoreCheckCommand.self, StoreListCommand.self, StoreAdviseCommand.self])

    /// The settings of the bucket of a state folder.
    static func settings(_ state: StateFolder) throws -> S3Settings {
        guard let settings = try state.settings.store?.s3(environment: ProcessInfo.processInfo.environment) else {
            throw UsageError(
                """
                The repositories are in \(state.repositories.address), which is no bucket. The setting 'store' names \
                one.
                """)
        }
        return settings
    }
}

struct StoreProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Try what the bucket's service does, and print a table.",
        discussion: """
            Writes a few objects of its own beneath the prefix and deletes them. Where objects are locked, one of \
            some bytes stays for two minutes. The exit code is 1 if backups cannot be kept there.
            """)
    @OptionGroup var state: StateOption

    func run() async throws {
        let settings = try StoreCommand.settings(try await StateFolder.open(at: state.path))
        let bucket = S3Bucket(settings, .machine, logger: LogOptions.command(.error).logger)
        let rows = await bucket.probe()
        let width = rows.map(\.question.count).max() ?? 0
        for row in rows {
            show(row.question + String(repeating: " ", count: width - row.question.count) + "  " + row.answer)
        }
        do {
            for warning in try await bucket.examine() { show("warning: \(warning)") }
            show("Backups can be kept there.")
        } catch {
            show("\(error)")
            throw CommandExit.notHealthy.code
        }
    }
}

struct StoreCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compare the objects of a unit with a copy in a folder: names and sizes.",
        discussion: """
            For a move or a copy with rclone: run it before the setting 'store' is changed, and name the folder that \
            holds the other side. The exit code is 1 if they differ.
            """)
    @OptionGroup var unit: UnitArguments

    @Option(help: "The folder with the unit's repository on the other side.", completion: .directory)
    var with: String

    func run() async throws {
        try await unit.use { composition, row in
            let here = try await composition.state.repositories.store(at: row.location).list(prefix: "")
            let there = try await LocalObjectStore(path: with).list(prefix: "")
            let lines = Self.differences(here, there)
            for line in lines { show(line) }
            show("\(here.count.counted("object")), \(lines.count.counted("difference"))")
            if !lines.isEmpty { throw CommandExit.notHealthy.code }
        }
    }

    /// What is on one side only, or of another size. Locks come and go.
    static func differences(_ here: [ObjectInfo], _ there: [ObjectInfo]) -> [String] {
        let sizes = { (objects: [ObjectInfo]) in
            Dictionary(objects.filter { !$0.name.hasPrefix("locks/") }.map { ($0.name, $0.sizeBytes) }) { $1 }
        }
        let (first, second) = (sizes(here), sizes(there))
        return Set(first.keys).union(second.keys).sorted().compactMap { name in
            switch (first[name], second[name]) {
            case (let size?, let other?): size == other ? nil : "\(name): \(size) bytes in the store, \(other) there"
            case (_?, nil): "\(name): only in the store"
            case (nil, _): "\(name): not in the store"
            }
        }
    }
}

struct StoreListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what lies in the store of the repositories: one line for each place.",
        discussion: "Where objects are locked, places are listed too of which everything was deleted.")
    @OptionGroup var state: StateOption

    func run() async throws {
        let folder = try await StateFolder.open(at: state.path)
        let shown = Set(try await folder.repositories.contents())
        let locked = folder.repositories as? S3RepositoryShelf
        let all = locked?.lock == nil ? [] : try await locked?.contentsOfVersions() ?? []
        for location in shown.union(all).sorted() {
            let note = shown.contains(location) ? "" : "  (deleted; 'repository rewind' brings it back)"
            show("\(location)  \(folder.repositories.address(of: location))\(note)")
        }
    }
}

struct StoreAdviseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advise", abstract: "Print the policy and the lifecycle rules for the bucket, to be pasted.",
        discussion: "They are of Amazon's form, which most services of S3 take. The commands of Amazon's tool follow.")
    @OptionGroup var state: StateOption

    func run() async throws {
        let advice = BucketAdvice(try StoreCommand.settings(try await StateFolder.open(at: state.path)))
        for line in advice.text.split(separator: "\n", omittingEmptySubsequences: false) { show(line) }
    }
}
