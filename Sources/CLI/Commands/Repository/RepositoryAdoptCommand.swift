import ArgumentParser
import BackupWork
import Catalog
import Foundation
import ObjectStorage
import ProtectionService

struct RepositoryAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Take over a restic repository: its snapshots become restore points of a drive or site.",
        discussion: """
            Example: holdfast repository adopt ada@contoso.example /srv/restic/ada --root /home/ada --state /srv/hf

            The repository stays where it is, and no pack, index or snapshot in it is changed: it gets one more key \
            file, and a second description of each snapshot. Stock restic works with it as before. The drive's \
            backups go there from now on. Its snapshots are never forgotten; the restore points stay until \
            'holdfast repository adopt --release'.

            Everything is checked first. A repository that is damaged, of version 1, in use, or taken over already \
            is refused and left as it was. It has to be taken over before the first backup of the drive or site.
            """)
    @OptionGroup var state: StateOption

    @Argument(help: "A sign-in name, the name of a site, or a unit id.")
    var name: String

    @Argument(help: "The folder of the restic repository.")
    var path: String?

    @Option(help: "The folder of its snapshots that is the drive, such as /home/ada. Default: all that they hold.")
    var root = "/"

    @Option(help: "A file with a password of the repository. Default: the first line of standard input.")
    var passwordFile: String?

    @Flag(help: "Let go of the restore points of an earlier adoption: their policy decides how long they are kept.")
    var release = false

    func validate() throws {
        guard release == (path == nil) else {
            throw ValidationError(
                release ? "--release takes no folder." : "Give the folder of the repository, or --release.")
        }
    }

    func run() async throws {
        try await state.use { composition in
            guard let path else {
                let points = try await composition.service.repositories.releaseAdopted(unitNamed: name)
                return show("\(points.counted("restore point")) let go: each is kept as its policy says.")
            }
            guard let shelf = composition.state.repositories as? LocalRepositoryShelf,
                let place = LocalAdoptedPlace(path: path, shelf: shelf)
            else { throw UsageError("There is no folder '\(path)'. Give the folder of the restic repository.") }
            let request = AdoptionRequest(
                unitName: name, place: place, store: LocalObjectStore(path: place.address),
                password: try Self.password(file: passwordFile), root: root)
            for line in Self.lines(try await composition.service.repositories.adopt(request)) { show(line) }
        }
    }

    /// The password: without the end of its line, as restic reads it.
    private static func password(file: String?) throws -> String {
        guard let file else {
            guard let line = readLine() else {
                throw UsageError("There is no password on standard input. Give one, or --password-file.")
            }
            return line
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw UsageError("The password file '\(file)' cannot be read. Look at --password-file.")
        }
        return text.trimmingCharacters(in: .newlines)
    }

    static func lines(_ report: AdoptionReport) -> [String] {
        report.skipped.map { "left out: snapshot \($0.snapshot): \($0.reason)" } + [
            """
            took over \(report.points.count.counted("snapshot")) as restore points of \(report.unit.knownName) \
            (unit \(report.unit.id)), \(span(report.points)); they are kept until you let them go
            """
        ]
    }

    private static func span(_ points: [RestorePoint]) -> String {
        guard let first = points.first, let last = points.last else { return "none" }
        let (from, to) = (first.protectionDateTime.formatted(.iso8601), last.protectionDateTime.formatted(.iso8601))
        return points.count == 1 ? "of \(from)" : "from \(from) to \(to)"
    }
}
