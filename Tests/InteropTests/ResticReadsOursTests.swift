import BackupRepository
import SampleData
import Connectors
import FileTree
import Foundation
import ObjectStorage
import Testing

/// Stock restic is the judge of what we write.
@Suite struct ResticReadsOursTests {
    private static let password = "correct horse"

    @Test func `restic checks lists and restores our snapshots`() async throws {
        let shop = try Workshop()
        let source = try shop.folder("source")
        try SampleTree.make(at: source)
        let repository = try await create(shop)
        let first = try await archive(repository, source)
        #expect(first.failures == [])
        try SampleTree.change(at: source)
        let second = try await archive(repository, source, parent: first.snapshotID)
        #expect(second.snapshotID != first.snapshotID)

        let restic = try StockRestic(repository: shop.path + "/repository", password: Self.password)
        let check = try restic.run(["check", "--read-data"])
        #expect(check.contains("no errors were found"))
        #expect(!check.contains("not referenced"), "\(check)")
        #expect(try restic.run(["snapshots"]).contains("/drive-1"))
        let names = try restic.run(["ls", second.snapshotID])
        #expect(names.contains("/deep/er/than/that/file.txt"))
        try restic.run(["restore", second.snapshotID, "--target", shop.path + "/restored"])
        #expect(try Listing(shop.path + "/restored") == Listing(source))
        #expect(try restic.run(["snapshots"]).contains("2 snapshots"))
        let locks = try restic.run(["list", "locks"])
        #expect(locks.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
    }

    @Test func `restic tidies up after our forget`() async throws {
        let shop = try Workshop()
        let source = try shop.folder("source")
        try SampleTree.make(at: source)
        let repository = try await create(shop)
        let first = try await archive(repository, source)
        try SampleTree.change(at: source)
        let second = try await archive(repository, source, parent: first.snapshotID)
        try await repository.forget([first.snapshotID])
        let restic = try StockRestic(repository: shop.path + "/repository", password: Self.password)
        try restic.run(["prune"])
        #expect(try restic.run(["check", "--read-data"]).contains("no errors were found"))
        let opened = try await Repository.open(
            in: repository.store, masterKey: repository.masterKey, environment: .interop)
        let target = try shop.folder("target")
        let outcome = try await restore(opened, second.snapshotID, target)
        #expect(outcome.failures == [])
        #expect(try Listing(target) == Listing(source))
    }

    @Test func `restic is content after our prune`() async throws {
        let shop = try Workshop()
        let source = try shop.folder("source")
        try SampleTree.make(at: source)
        let repository = try await create(shop)
        let first = try await archive(repository, source)
        try SampleTree.change(at: source)
        let second = try await archive(repository, source, parent: first.snapshotID)
        try await repository.forget([first.snapshotID])
        let plan = try await Pruner(repository: repository, options: PruneOptions(width: 2, unusedPercent: 0)).prune()
        #expect(plan.freedBytes > 0)
        let restic = try StockRestic(repository: shop.path + "/repository", password: Self.password)
        let check = try restic.run(["check", "--read-data"])
        #expect(check.contains("no errors were found"))
        #expect(!check.contains("not referenced"), "\(check)")
        try restic.run(["restore", second.snapshotID, "--target", shop.path + "/restored"])
        #expect(try Listing(shop.path + "/restored") == Listing(source))
    }

    private func create(_ shop: Workshop) async throws -> Repository {
        try await Repository.create(
            in: LocalObjectStore(path: shop.path + "/repository"), password: Self.password, environment: .interop)
    }
}

/// Both write into one repository in turn.
@Suite struct TakingTurnsTests {
    @Test func `we read and restore what restic wrote`() async throws {
        for options in [["--compression", "auto"], ["--compression", "off"], ["--compression", "max"]] {
            let shop = try Workshop()
            let source = try shop.folder("source")
            try SampleTree.make(at: source)
            let restic = try StockRestic(repository: shop.path + "/repository", password: "p")
            try restic.run(["init", "--repository-version", "2"])
            try restic.run(options + ["backup", "."], in: source)
            let before = try Listing(source)
            try SampleTree.change(at: source)
            try restic.run(options + ["backup", "."], in: source)
            let repository = try await Repository.open(
                in: LocalObjectStore(path: shop.path + "/repository"), password: "p", environment: .interop)
            let snapshots = try await repository.snapshots()
            #expect(snapshots.count == 2)
            for (snapshot, expected) in zip(snapshots, [before, try Listing(source)]) {
                let target = try shop.folder("target-" + snapshot.id)
                let outcome = try await restore(repository, snapshot.id, target)
                #expect(outcome.failures == [])
                #expect(try Listing(target) == expected)
            }
            let report = try await Checker(repository: repository, width: 2).check(readsData: true)
            #expect(report.problems == [])
        }
    }

    @Test func `a version one repository is read but not written`() async throws {
        let shop = try Workshop()
        let source = try shop.folder("source")
        try SampleTree.make(at: source)
        let restic = try StockRestic(repository: shop.path + "/repository", password: "p")
        try restic.run(["init", "--repository-version", "1"])
        try restic.run(["backup", "."], in: source)
        let repository = try await Repository.open(
            in: LocalObjectStore(path: shop.path + "/repository"), password: "p", environment: .interop)
        let snapshot = try #require(try await repository.snapshots().first)
        let target = try shop.folder("target")
        #expect(try await restore(repository, snapshot.id, target).failures == [])
        #expect(try Listing(target) == Listing(source))
        let error = await #expect(throws: RepositoryError.self) { try await archive(repository, source) }
        #expect(error?.code == .unsupportedVersion)
    }

    @Test func `restic continues on our snapshot and we on its`() async throws {
        let shop = try Workshop()
        let source = try shop.folder("source")
        try SampleTree.make(at: source)
        let repository = try await Repository.create(
            in: LocalObjectStore(path: shop.path + "/repository"), password: "p", environment: .interop)
        let ours = try await archive(repository, source)
        let restic = try StockRestic(repository: shop.path + "/repository", password: "p")
        let output = try restic.run(["backup", "--parent", ours.snapshotID, "."], in: source)
        #expect(output.contains("0 new,     0 changed"), "restic takes every file for unchanged: \(output)")
        try SampleTree.change(at: source)
        let theirs = try #require(try await repository.snapshots().last)
        #expect(theirs.id != ours.snapshotID)
        let next = try await archive(repository, source, parent: theirs.id)
        #expect(next.statistics.filesUnmodified > 10)
        #expect(next.statistics.filesNew + next.statistics.filesChanged <= 4)
        #expect(try restic.run(["check", "--read-data"]).contains("no errors were found"))
        let target = try shop.folder("target")
        #expect(try await restore(repository, next.snapshotID, target).failures == [])
        #expect(try Listing(target) == Listing(source))
    }
}

extension RepositoryEnvironment {
    static let interop = RepositoryEnvironment(hostname: "holdfast.invalid", username: "tester")
}

/// Archives a folder as the drive `drive-1`.
func archive(_ repository: Repository, _ source: String, parent: String? = nil) async throws -> ArchiveOutcome {
    let request = ArchiveRequest(
        hostname: "holdfast.invalid", label: "drive-1", tags: ["test"], time: RepositoryEnvironment.systemTime(),
        parent: parent)
    return try await Archiver(repository: repository, options: ArchiveOptions(width: 4, packSizeBytes: 1 << 20))
        .archive(try LocalTree(path: source), request: request)
}

/// Makes a folder exactly what the snapshot holds.
func restore(_ repository: Repository, _ snapshot: String, _ target: String) async throws -> RestoreOutcome {
    let restorer = Restorer(repository: repository)
    return try await restorer.execute(
        try await restorer.plan(snapshot: snapshot, onto: try LocalTree(path: target, access: .write), mode: .inPlace))
}
