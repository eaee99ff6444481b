import Foundation
import SampleData
import Testing

/// A repository that stock restic filled for years is taken over by the command line, restored from,
/// and stays the owner's.
@Suite(.serialized) struct AdoptCommandTests {
    private static let password = "the owner's own"

    /// A server over one drive, and a repository with three snapshots of what it held.
    private struct Scene {
        let installation: Installation
        let restic: StockRestic
        /// Copies of the drive as each snapshot has it.
        let versions: [URL]
        let passwordFile: String

        var drive: URL { installation.drive(Installation.user) }

        init() async throws {
            installation = try Installation()
            try installation.fillTenant(seed: 47)
            let drive = installation.drive(Installation.user)
            restic = try StockRestic(
                repository: installation.folder.appending(path: "old repository").path, password: password)
            try restic.run(["init"])
            var versions: [URL] = []
            for number in 0..<3 {
                try Data("version \(number)\n".utf8).write(to: drive.appending(path: "Übersicht \(number).txt"))
                try Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 * (number + 3)) }).write(
                    to: drive.appending(path: "figures.bin"))
                if number == 2 {
                    try FileManager.default.removeItem(at: drive.appending(path: "Übersicht 0.txt"))
                }
                versions.append(try await installation.copy(drive, name: "version \(number)"))
                try restic.run(["backup", ".", "--time", "2026-02-0\(number + 1) 09:00:00"], in: drive.path)
            }
            self.versions = versions
            passwordFile = installation.folder.appending(path: "password").path
            try Data((password + "\n").utf8).write(to: URL(filePath: passwordFile))
            try await installation.start()
        }

        func adopt(_ words: String...) async throws -> ProgramResult {
            try await Program.run(
                Program.holdfast,
                ["repository", "adopt", "--state", installation.state.path, "--password-file", passwordFile] + words)
        }

        /// The ids of the snapshots, as the owner sees them.
        func snapshots() throws -> Set<String> {
            struct Snapshot: Decodable { var id: String }
            let text = try restic.run(["snapshots", "--json", "--no-lock"])
            return Set(try JSONDecoder().decode([Snapshot].self, from: Data(text.utf8)).map(\.id))
        }

        /// The moments of the account's points, the oldest first; none where the account has no backup.
        func points() async throws -> [String] {
            struct Point: Decodable { var protectionDateTime: String }
            let listed = try await installation.command("point", "list", Installation.user, "--json")
            guard listed.status == 0 else {
                #expect(listed.status == 5, "\(listed.text)")
                return []
            }
            let points = try JSONDecoder().decode([Point].self, from: Data(listed.output.utf8))
            return points.map(\.protectionDateTime).sorted()
        }
    }

    @Test func `three snapshots become points, an older one comes back byte for byte, and backups go on`() async throws
    {
        let scene = try await Scene()
        let owners = try scene.snapshots()
        #expect(owners.count == 3)
        let taken = try await scene.adopt(Installation.user, scene.restic.repository)
        #expect(taken.status == 0, "\(taken.text)")
        #expect(taken.output.contains("took over 3 snapshots"), "\(taken.text)")
        let adopted = try await scene.points()
        #expect(adopted.count == 3, "\(adopted)")
        for (line, day) in zip(adopted, ["2026-02-01", "2026-02-02", "2026-02-03"]) {
            #expect(line.contains(day), "\(line)")
        }

        let created = try await scene.installation.command("policy", "create", "--everyone")
        #expect(created.status == 0, "\(created.text)")
        try Data("after\n".utf8).write(to: scene.drive.appending(path: "later.txt"))
        _ = try await Program.holdfast(
            "unit", "backup", "--state", scene.installation.state.path, Installation.user)
        #expect(try await scene.points().count > 3)
        #expect(try scene.snapshots().isSuperset(of: owners))
        #expect(try scene.snapshots().count > 6)

        let restored = try await scene.installation.command(
            "restore", Installation.user, "--at", "2026-02-02T18:00:00Z", "--yes", "--watch")
        #expect(restored.status == 0, "\(restored.text)")
        let comparison = try TreeComparison(scene.versions[1].path, scene.drive.path)
        #expect(comparison.isEqual, "\(comparison.differences.prefix(5))")
        #expect(comparison.files > 10)

        _ = try await Program.holdfast(
            "unit", "backup", "--state", scene.installation.state.path, Installation.user)
        let pruned = try await scene.installation.command(
            "repository", "prune", "--state", scene.installation.state.path, Installation.user)
        #expect(pruned.status == 0, "\(pruned.text)")
        #expect(try scene.snapshots().isSuperset(of: owners))
        _ = try await scene.installation.stop()
        #expect(try scene.restic.run(["check", "--read-data"]).contains("no errors were found"))
        for (number, id) in ["2026-02-01", "2026-02-02", "2026-02-03"].enumerated() {
            let target = scene.installation.folder.appending(path: "back \(number)").path
            let list = try scene.restic.run(["snapshots", "--json"])
            struct Snapshot: Decodable { var id, time: String }
            let all = try JSONDecoder().decode([Snapshot].self, from: Data(list.utf8))
            let snapshot = try #require(all.first { owners.contains($0.id) && $0.time.hasPrefix(id) })
            try scene.restic.run(["restore", snapshot.id, "--target", target])
            let same = try TreeComparison(scene.versions[number].path, target)
            #expect(same.isEqual, "\(number): \(same.differences.prefix(5))")
        }
    }

    @Test func `what cannot be taken over is refused by a sentence, and left as it was`() async throws {
        let scene = try await Scene()
        let owners = try scene.snapshots()
        func expectRefused(_ result: ProgramResult, _ words: String, at location: SourceLocation = #_sourceLocation) {
            #expect(result.status != 0, "\(result.text)", sourceLocation: location)
            #expect(result.errors.contains(words), "\(result.text)", sourceLocation: location)
        }
        let user = Installation.user
        expectRefused(try await scene.adopt(user, "/nowhere"), "There is no folder '/nowhere'")
        expectRefused(try await scene.adopt(user, scene.installation.tenant.path), "there is no restic repository")
        let wrong = try await Program.run(
            Program.holdfast,
            ["repository", "adopt", "--state", scene.installation.state.path, user, scene.restic.repository],
            input: "another")
        expectRefused(wrong, "no key of it opens with this password")
        expectRefused(
            try await scene.adopt(user, scene.restic.repository, "--root", "/home"), "no snapshot has a folder '/home'")

        let old = try StockRestic(
            repository: scene.installation.folder.appending(path: "version 1").path, password: Self.password)
        try old.run(["init", "--repository-version", "1"])
        expectRefused(try await scene.adopt(user, old.repository), "restic migrate upgrade_repo_v2")

        let damaged = scene.installation.folder.appending(path: "damaged").path
        _ = try await scene.installation.copy(URL(filePath: scene.restic.repository), name: "damaged")
        let packs = try FileManager.default.subpathsOfDirectory(atPath: damaged + "/data").sorted().filter {
            $0.contains("/")
        }
        try FileManager.default.removeItem(atPath: damaged + "/data/" + (try #require(packs.first)))
        expectRefused(try await scene.adopt(user, damaged), "it is damaged")

        #expect(try await scene.points().isEmpty)
        #expect(try scene.snapshots() == owners)
        #expect(try await scene.adopt(user, scene.restic.repository).status == 0)
        // The same again, for the same account and for another one.
        expectRefused(try await scene.adopt(user, scene.restic.repository), "before the first backup only")
        let others = try FileManager.default.contentsOfDirectory(
            atPath: scene.installation.tenant.appending(path: "drives").path
        ).sorted().filter { $0 != user }
        expectRefused(
            try await scene.adopt(try #require(others.first), scene.restic.repository), "is the repository of unit")
        #expect(try await scene.points().count == 3)
        _ = try await scene.installation.stop()
        #expect(try scene.restic.run(["check"]).contains("no errors were found"))
    }
}
