import BackupRepository
import BackupTesting
import Catalog
import FileTree
import ObjectStorage
import ProtectionService
import Testing

@testable import BackupWork

/// A drive of eight files in two folders, whose repository is far away, and what that is asked for.
private final class CountedWorld: Sendable {
    let log = RequestLog()
    let stores = MemoryStores()
    let tree = MemoryTree()
    let world: PlanWorld
    private let folder: TemporaryFolder

    /// - Parameter isRemote: whether each request costs time and money.
    init(isRemote: Bool = true) async throws {
        for number in 0..<4 {
            try tree.put("mail/\(number).txt", Array("mail \(number)".utf8))
            try tree.put("work/\(number).txt", Array("work \(number)".utf8))
        }
        folder = try TemporaryFolder("cache")
        let (log, stores, path) = (log, stores, folder.path)
        world = try await PlanWorld([tree]) { dependencies in
            dependencies.repositoryStore = { log.counting(stores[$0], at: $0) }
            dependencies.memory.isRemote = isRemote
            dependencies.memory.cache = CacheFolder(path: path + "/cache", maximumBytes: 1 << 20)
        }
    }

    /// The requests of some work, by kind.
    func requests(_ work: () async throws -> Void) async throws -> [String: Int] {
        _ = log.take()
        try await work()
        return log.take().reduce(into: [:]) { $0[$1.description, default: 0] += 1 }
    }

    func backUp() async throws -> [String: Int] { try await requests { try await world.backUp() } }

    func change(_ text: String) throws { try tree.put("work/1.txt", Array(text.utf8)) }

    /// As a start of the service finds it: nothing is remembered of the repository.
    func restart() { world.service.dependencies.memory.forgetComparison(world.unit.id) }

    /// The drive as the newest snapshot has it, read by a repository that knows nothing.
    func restored() async throws -> [String: [UInt8]] {
        let repository = try await repository()
        let last = try #require(try await row().lastSnapshotId)
        let copy = MemoryTree()
        let restorer = Restorer(repository: repository)
        let plan = try await restorer.plan(snapshot: last, onto: copy, mode: .fresh)
        #expect(try await restorer.execute(plan).failures == [])
        return try copy.files()
    }

    /// The repository as a program of the owner opens it.
    func repository() async throws -> Repository {
        let dependencies = world.service.dependencies
        return try await Repository.open(
            in: stores[world.unit.id],
            password: dependencies.secrets.repositoryPassword(unitID: world.unit.id),
            environment: dependencies.repositoryEnvironment)
    }

    func row() async throws -> UnitRepository {
        try #require(try await world.fixture.catalog.find(UnitRepository.self, id: world.unit.id))
    }
}

/// How many requests of which kind the work sends to a store. Each is paid for in a bucket, so that
/// one more has to be a decision.
@Suite struct RequestCountTests {
    /// What it takes to see that a repository still has what is known of it: seven, with one index file.
    private static let comparison = [
        "GET config": 1, "LIST locks": 1, "LIST beside redo": 1, "HEAD snapshots": 1, "LIST index": 1, "GET index": 1,
        "LIST beside ledger": 1,
    ]

    @Test func `a look at an unchanged drive costs nothing`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.backUp()
        #expect(try await counted.backUp() == [:])
        try counted.change("changed")
        _ = try await counted.backUp()
        for _ in 0..<3 { #expect(try await counted.backUp() == [:]) }
        let points = try await counted.world.fixture.catalog.count(Query<RestorePoint>())
        #expect(points == 6)
    }

    @Test func `the first look after a start compares`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.backUp()
        counted.restart()
        let requests = try await counted.backUp()
        #expect(requests == Self.comparison)
        #expect(try await counted.backUp() == [:])
        counted.world.fixture.clock.turn(days: 1)
        #expect(try await counted.backUp() == requests, "once a day, too")
    }

    @Test func `looks that follow each other put the comparison off by no more than a day`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.backUp()
        var looks: [[String: Int]] = []
        for _ in 0..<30 {
            counted.world.fixture.clock.turn(seconds: 3_600)
            looks.append(try await counted.backUp())
        }
        #expect(looks.filter { !$0.isEmpty } == [Self.comparison])
        try counted.change("changed")
        _ = try await counted.backUp()
        counted.world.fixture.clock.turn(days: 1)
        let withSecondIndex = Self.comparison.merging(["GET index": 2]) { $1 }
        #expect(try await counted.backUp() == withSecondIndex, "a change is no comparison either")
    }

    @Test func `a near repository is compared each time`() async throws {
        let counted = try await CountedWorld(isRemote: false)
        _ = try await counted.backUp()
        #expect(try await counted.backUp() == Self.comparison)
        #expect(try await counted.backUp() == Self.comparison)
    }

    @Test func `a backup of one changed file`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.backUp()
        try counted.change("changed")
        // Ten for the backup, and seven for the index of names, of which two read trees.
        let expected = [
            "PUT locks": 1, "LIST locks": 1, "LIST index": 1, "GET data": 3, "PUT data": 2, "PUT index": 1,
            "PUT beside ledger": 1, "PUT snapshots": 1, "DELETE locks": 1,
            "LIST beside names": 2, "GET beside names": 1, "PUT beside names": 1, "DELETE beside names": 1,
        ]
        #expect(try await counted.backUp() == expected)
        try counted.change("changed again")
        #expect(try await counted.backUp() == expected, "it does not grow with the number of backups")
    }

    @Test func `the first backup`() async throws {
        let counted = try await CountedWorld()
        let expected = [
            "GET config": 4, "PUT config": 1, "LIST keys": 2, "GET keys": 1, "PUT keys": 1, "LIST snapshots": 3,
            "PUT snapshots": 1, "LIST index": 2, "PUT index": 1, "LIST data": 2, "GET data": 1, "PUT data": 2,
            "LIST locks": 2, "PUT locks": 1, "DELETE locks": 1,
            "LIST beside redo": 1, "LIST beside ledger": 2, "PUT beside ledger": 2, "PUT beside identity": 1,
            "PUT beside opening": 2, "LIST beside names": 3, "PUT beside names": 1,
        ]
        #expect(try await counted.backUp() == expected)
    }

    @Test func `a restore of one file`() async throws {
        let counted = try await CountedWorld()
        let moment = try await counted.world.backUp()
        try counted.change("changed")
        let requests = try await counted.requests {
            _ = try await counted.world.run(counted.world.plan(counted.world.draft(moment)))
        }
        // It is planned, the present state is kept as a point of its own, and then it is done.
        let expected = [
            "GET config": 2, "LIST locks": 5, "PUT locks": 3, "DELETE locks": 3, "LIST index": 4, "GET index": 3,
            "PUT index": 1, "GET snapshots": 5, "PUT snapshots": 1, "GET data": 5, "PUT data": 2,
            "LIST beside redo": 2, "LIST beside ledger": 2, "PUT beside ledger": 1, "PUT beside plans": 1,
            "GET beside plans": 1,
        ]
        #expect(requests == expected)
    }
}

/// What is known of a repository is not relied on where it may be wrong.
@Suite struct RepositoryViewTests {
    @Test func `after a restore in place the next backup looks`() async throws {
        let counted = try await CountedWorld()
        let moment = try await counted.world.backUp()
        try counted.change("changed")
        _ = try await counted.world.backUp()
        _ = try await counted.world.run(counted.world.plan(counted.world.draft(moment)))
        #expect(try await counted.row().sealedView == nil)
        #expect(try await counted.backUp()["LIST beside redo"] == 1)
        #expect(try await counted.backUp() == [:])
    }

    @Test func `a prune takes the view away`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let generation = try await counted.row().viewGeneration
        let service = counted.world.service
        try await counted.world.fixture.catalog.write { [unitID = counted.world.unit.id] writer in
            _ = try writer.addJob(service.job(.prune, unitID))
        }
        try await counted.world.fixture.work()
        #expect(try await counted.row().sealedView == nil)
        #expect(try await counted.row().viewGeneration == generation + 1)
    }

    @Test func `what the owner pruned beside us is stored again`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let theirs = try await counted.repository()
        try await theirs.forget(theirs.snapshotIDs())
        _ = try await Pruner(repository: theirs).prune()
        try counted.change("changed")
        _ = try await counted.world.backUp()
        #expect(try await counted.restored() == counted.tree.files())
        #expect(try await counted.backUp() == [:])
    }

    @Test func `an unchanged drive that the owner forgot is stored again after a start`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let theirs = try await counted.repository()
        try await theirs.forget(theirs.snapshotIDs())
        _ = try await Pruner(repository: theirs).prune()
        counted.restart()
        _ = try await counted.world.backUp()
        #expect(try await counted.restored() == counted.tree.files())
    }

    @Test func `a backup of the owner beside us does no harm`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let other = MemoryTree()
        try other.put("theirs.txt", Array("theirs".utf8))
        _ = try await Archiver(repository: counted.repository()).archive(
            other,
            request: ArchiveRequest(hostname: "theirs", label: "theirs", time: Timestamp(seconds: 1_800_000_000)))
        #expect(try await counted.backUp() == [:])
        try counted.change("changed")
        _ = try await counted.world.backUp()
        #expect(try await counted.restored() == counted.tree.files())
        #expect(try await counted.backUp() == [:])
    }

    @Test func `a repository that is gone is no empty one`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let store = counted.stores[counted.world.unit.id]
        try await store.deleteAll(store.list(prefix: "").map(\.name))
        try counted.change("changed")
        _ = try await counted.world.backUp()
        #expect(store.contents.keys.filter { !$0.hasPrefix("locks/") }.isEmpty)
        let points = try await counted.world.fixture.catalog.count(Query<RestorePoint>())
        #expect(points == 1)
    }

    @Test func `a catalogue put back from an older copy is compared`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let older = try await counted.row()
        try counted.change("changed")
        _ = try await counted.world.backUp()
        let ledger = try await counted.world.fixture.catalog.page(
            Query<LedgerRow>(order: [.init("sequence", ascending: false)], limit: 1))
        let point = try #require(
            try await counted.world.fixture.catalog.page(
                Query<RestorePoint>(order: [.init("protectionDateTime", ascending: false)], limit: 1)
            ).first)
        try await counted.world.fixture.catalog.write { writer in
            try writer.update(older)
            try writer.delete(RestorePoint.self, id: point.id)
            try writer.delete(LedgerRow.self, where: .equal("sequence", ledger.first?.sequence ?? 0))
        }
        counted.restart()
        try counted.change("changed again")
        _ = try await counted.world.backUp()
        #expect(try await counted.restored() == counted.tree.files())
        #expect(try await counted.world.fixture.catalog.find(RestorePoint.self, id: point.id) != nil)
    }

    @Test func `a row of before has no view and gets one`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        try await counted.world.fixture.catalog.write { [id = counted.world.unit.id] writer in
            try writer.update(UnitRepository.self, where: .equal("id", id), set: ["sealedView": .null])
        }
        #expect(try await counted.backUp()["GET config"] == 1)
        #expect(try await counted.backUp() == [:])
    }

    @Test func `a view of another unit, or one that was changed, counts as none`() async throws {
        let counted = try await CountedWorld()
        _ = try await counted.world.backUp()
        let secrets = counted.world.service.dependencies.secrets
        var row = try await counted.row()
        #expect(UnitView(row, secrets) != nil)
        row.sealedView?[20] ^= 1
        #expect(UnitView(row, secrets) == nil)
        row = try await counted.row()
        row.id = "other"
        #expect(UnitView(row, secrets) == nil)
        row = try await counted.row()
        row.lastSnapshotId = "other"
        #expect(UnitView(row, secrets) == nil)
    }
}
