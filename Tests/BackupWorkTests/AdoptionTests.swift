import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService
import SampleData
import Testing

@testable import BackupWork

/// Repositories in a folder, and one that is somewhere else and linked from there.
private final class Shelf: AdoptedRepositories, Sendable {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("shelf") }

    func path(_ location: String) -> String { folder.path + "/" + location }

    func store(_ location: String) -> any ObjectStore {
        LocalObjectStore(
            path: (try? FileManager.default.destinationOfSymbolicLink(atPath: path(location))) ?? path(location))
    }

    func isAdopted(_ location: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path(location))) != nil
    }

    func release(_ location: String) throws {
        if isAdopted(location) { try FileManager.default.removeItem(atPath: path(location)) }
    }
}

private struct Place: AdoptedPlace {
    let shelf: Shelf
    let address: String

    func attachment() throws -> String? {
        try shelf.folder.names("").first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: shelf.path($0))) == address
        }
    }
    func attach(as location: String) throws {
        try FileManager.default.createSymbolicLink(atPath: shelf.path(location), withDestinationPath: address)
    }
    func detach(from location: String) throws { try shelf.release(location) }
}

/// A repository that stock restic made of a person's files, and a service that may take it over.
private struct Scene {
    static let password = "the owner's own"
    static let adele = "adele@contoso.example"
    static let caller = Caller(
        application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000aa", displayName: "Console"))

    let tenant: ContosoTenant
    let fixture: ServiceFixture
    let shelf: Shelf
    let home: TemporaryFolder
    let restic: StockRestic
    /// Wraps the repository; it can be made to fail.
    let store: FaultyObjectStore

    var path: String { restic.repository }
    var service: ServiceContext { fixture.service }
    var catalog: CatalogStore { fixture.catalog }

    /// - Parameter snapshots: how many snapshots it has, ten minutes apart.
    init(snapshots: Int = 2, version: Int = 2) async throws {
        (tenant, shelf, home) = (try ContosoTenant(), try Shelf(), try TemporaryFolder("home"))
        restic = try StockRestic(repository: home.path + "/repository", password: Self.password)
        fixture = try await Self.makeFixture(tenant, shelf)
        store = FaultyObjectStore(LocalObjectStore(path: restic.repository))
        try restic.run(["init", "--repository-version", "\(version)"])
        for number in 0..<snapshots {
            try home.write("ada/Plans/b.txt", "version \(number)")
            try home.write("ada/a-\(number).txt", "file \(number)")
            try restic.run(["backup", "ada", "--time", "2026-02-01 0\(number):00:00"], in: home.path)
        }
        try await fixture.enable(Self.caller)
    }

    static func makeFixture(_ tenant: ContosoTenant, _ shelf: Shelf) async throws -> ServiceFixture {
        try await ServiceFixture(tenant: try tenant.open()) {
            $0.repositoryStore = { shelf.store($0) }
            $0.adoptedRepositories = shelf
        }
    }

    func request(root: String = "/ada", password: String = password, unit: String = adele) -> AdoptionRequest {
        AdoptionRequest(
            unitName: unit, place: Place(shelf: shelf, address: path), store: store, password: password, root: root)
    }

    func adopt() async throws -> AdoptionReport { try await service.repositories.adopt(request()) }

    /// Every file of the repository with its bytes.
    func files() async throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let plain = LocalObjectStore(path: path)
        for object in try await plain.list(prefix: "") { files[object.name] = try await plain.read(object.name) }
        return files
    }

    func protect() async throws {
        let policy = try await service.policies.create(
            PolicyDraft(
                workload: .oneDriveForBusiness, displayName: "P", unitKeys: [ContosoTenant.personID("adele")]),
            Self.caller)
        _ = try await service.policies.activate(id: policy.id, Self.caller)
        try await fixture.settle(looks: 2)
    }

    func points() async throws -> [RestorePoint] {
        try await catalog.page(Query<RestorePoint>(order: [.init("protectionDateTime")]))
    }
}

@Suite struct AdoptionTests {
    @Test func `snapshots of stock restic become points, and nothing of the owner's is changed`() async throws {
        let scene = try await Scene()
        let before = try await scene.files()
        let report = try await scene.adopt()
        let after = try await scene.files()
        for (name, bytes) in before { #expect(after[name] == bytes, "\(name)") }
        let added = Set(after.keys).subtracting(before.keys)
        #expect(added.filter { $0.hasPrefix("keys/") }.count == 1)
        #expect(added.filter { $0.hasPrefix("snapshots/") }.count == 2)
        #expect(added.count == 3)

        let points = try await scene.points()
        #expect(points.map(\.id) == report.points.map(\.id))
        #expect(points.map { $0.expirationDateTime > Date(timeIntervalSince1970: 200_000_000_000) } == [true, true])
        #expect(points[1].protectionDateTime.timeIntervalSince(points[0].protectionDateTime) == 3600)
        let opener = RepositoryOpener(scene.service.dependencies)
        let open = try #require(try await opener.open(unitID: report.unit.id))
        let names = try await open.repository.items(in: .root, ofSnapshot: points[1].snapshotId).map(\.name)
        #expect(names.map { String(decoding: $0, as: UTF8.self) } == ["Plans", "a-0.txt", "a-1.txt"])
        #expect(try scene.restic.run(["check", "--read-data"]).contains("no errors were found"))
        let derived = scene.service.dependencies.secrets.repositoryPassword(unitID: report.unit.id)
        #expect(try StockRestic(repository: scene.path, password: derived).run(["snapshots"]).contains("4 snapshots"))
        let check = try await scene.service.repositories.check(unitID: report.unit.id, readsData: true)
        #expect(check.errors.isEmpty, "\(check.errors)")
    }

    @Test func `the drive is backed up into it from then on`() async throws {
        let scene = try await Scene()
        let report = try await scene.adopt()
        try await scene.protect()
        let points = try await scene.points()
        #expect(points.count == 3)
        #expect(Set(points.map(\.unitId)) == [report.unit.id])
        #expect(try await scene.catalog.count(Query<UnitRepository>()) == 1)
        #expect(try scene.restic.run(["snapshots"]).contains("5 snapshots"))
        #expect(try scene.restic.run(["check", "--read-data"]).contains("no errors were found"))
    }

    @Test func `its points stay when time passes and after a prune, and until the owner lets them go`() async throws {
        let scene = try await Scene()
        let report = try await scene.adopt()
        scene.fixture.clock.turn(seconds: 20 * 365 * 86_400)
        for _ in 0..<3 {
            scene.fixture.clock.turn(seconds: 7 * 3600)
            try await scene.fixture.settle()
        }
        try await scene.catalog.write { [service = scene.service] writer in
            _ = try writer.addJob(service.job(.prune, report.unit.id))
        }
        try await scene.fixture.work()
        #expect(try await scene.points().count == 2)
        #expect(try scene.restic.run(["snapshots"]).contains("4 snapshots"))
        #expect(try await scene.service.repositories.releaseAdopted(unitNamed: Scene.adele) == 2)
        await #expect(throws: ServiceError.self) {
            _ = try await scene.service.repositories.releaseAdopted(unitNamed: Scene.adele)
        }
        scene.fixture.clock.turn(seconds: 31 * 86_400)
        for _ in 0..<3 {
            scene.fixture.clock.turn(seconds: 2 * 86_400)
            try await scene.fixture.settle()
        }
        #expect(try await scene.points().isEmpty)
        // What the owner's restic stored is the owner's.
        #expect(try scene.restic.run(["snapshots"]).contains("2 snapshots"))
        #expect(try scene.restic.run(["check"]).contains("no errors were found"))
    }

    @Test func `a lost catalogue is made again with its points`() async throws {
        let scene = try await Scene()
        let report = try await scene.adopt()
        let fresh = try await Scene.makeFixture(scene.tenant, scene.shelf)
        let rebuilt = try await fresh.service.repositories.rebuildCatalog(locations: try scene.shelf.folder.names(""))
        #expect(rebuilt.failures.isEmpty, "\(rebuilt.failures)")
        #expect(rebuilt.units.map(\.unit.id) == [report.unit.id])
        let points = try await fresh.catalog.page(Query<RestorePoint>(order: [.init("protectionDateTime")]))
        #expect(points.map(\.id) == report.points.map(\.id))
        #expect(points.map(\.expirationDateTime) == report.points.map(\.expirationDateTime))
    }

    @Test func `the erasure of a unit leaves the owner's repository as it was`() async throws {
        let scene = try await Scene()
        let before = try await scene.files()
        let report = try await scene.adopt()
        try await scene.protect()
        try await scene.catalog.write { [service = scene.service] writer in
            try writer.delete(RestorePoint.self, where: .true)
            _ = try writer.addJob(service.job(.deleteRepository, report.unit.id))
        }
        try await scene.fixture.work()
        #expect(try await scene.catalog.count(Query<UnitRepository>()) == 0)
        #expect(try scene.restic.run(["snapshots"]).contains("2 snapshots"))
        #expect(try scene.restic.run(["check", "--read-data"]).contains("no errors were found"))
        let after = try await scene.files()
        for kind in ["keys/", "snapshots/", "config"] {
            #expect(after.filter { $0.key.hasPrefix(kind) } == before.filter { $0.key.hasPrefix(kind) }, "\(kind)")
        }
        try scene.restic.run(["restore", "latest", "--target", scene.home.path + "/back"])
        #expect(scene.home.read("back/ada/Plans/b.txt") == "version 1")
        #expect(try scene.shelf.folder.names("").filter { !$0.hasSuffix(".beside") }.isEmpty)
    }

    @Test func `where a write fails everything is as it was, and the next try succeeds`() async throws {
        let scene = try await Scene()
        let (before, rows) = (try await scene.files(), try await scene.fixture.rows())
        // After the lock: a key, and two descriptions of snapshots.
        for change in 2...4 {
            scene.store.failChanges(from: change)
            await #expect(throws: (any Error).self) { _ = try await scene.adopt() }
            scene.store.failChanges(from: nil)
            #expect(try await scene.fixture.rows() == rows, "\(change)")
            let kept = try await scene.files().filter { !$0.key.hasPrefix("locks/") }
            for (name, bytes) in before { #expect(kept[name] == bytes, "\(change): \(name)") }
            try scene.restic.run(["unlock", "--remove-all"])
        }
        #expect(try await scene.adopt().points.count == 2)
        #expect(try scene.restic.run(["snapshots"]).contains("4 snapshots"))
        #expect(try await scene.files().keys.filter { $0.hasPrefix("keys/") }.count == 2)
    }
}

@Suite struct AdoptionRefusalTests {
    /// Expects that a repository is refused in words, and that it and the catalogue are as before.
    private func expectRefused(
        _ scene: Scene, _ words: String, _ request: AdoptionRequest? = nil,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let (files, rows, names) = (
            try await scene.files(), try await scene.fixture.rows(), try scene.shelf.folder.names("")
        )
        let error = try await #require(throws: ServiceError.self, sourceLocation: location) {
            _ = try await scene.service.repositories.adopt(request ?? scene.request())
        }
        #expect(error.message.contains(words), "\(error.message)", sourceLocation: location)
        #expect(try await scene.files() == files, sourceLocation: location)
        #expect(try await scene.fixture.rows() == rows, sourceLocation: location)
        #expect(try scene.shelf.folder.names("") == names, sourceLocation: location)
    }

    @Test func `a wrong password, an unknown unit and a folder that no snapshot has`() async throws {
        let scene = try await Scene()
        try await expectRefused(scene, "opens with this password", scene.request(password: "wrong"))
        try await expectRefused(scene, "No unit fits", scene.request(unit: "nobody@contoso.example"))
        try await expectRefused(scene, "holds is in '/ada'", scene.request(root: "/home"))
        try await expectRefused(scene, "is no folder", scene.request(root: "/a/../b"))
    }

    @Test func `a repository of version 1`() async throws {
        try await expectRefused(try await Scene(version: 1), "restic migrate upgrade_repo_v2")
    }

    @Test func `a repository without snapshots, and a place that is none`() async throws {
        try await expectRefused(try await Scene(snapshots: 0), "it has no snapshots")
        let scene = try await Scene()
        var request = scene.request()
        request.store = MemoryObjectStore()
        try await expectRefused(scene, "there is no restic repository", request)
    }

    @Test(arguments: ["data/", "index/", "snapshots/"]) func `a damaged repository`(part: String) async throws {
        let scene = try await Scene()
        let plain = LocalObjectStore(path: scene.path)
        let name = try #require(try await plain.list(prefix: part).map(\.name).min())
        try await plain.delete(name)
        if part == "snapshots/" { try await plain.write(name, [1, 2, 3]) }
        try await expectRefused(scene, "it is damaged")
    }

    @Test(arguments: [true, false]) func `a repository that another program uses`(isExclusive: Bool) async throws {
        let scene = try await Scene()
        let other = try await Repository.open(
            in: LocalObjectStore(path: scene.path), password: Scene.password,
            environment: RepositoryEnvironment(hostname: "elsewhere", username: "other"))
        try await other.withLock(exclusive: isExclusive) { try await expectRefused(scene, "is in use") }
        #expect(try await scene.adopt().points.count == 2)
    }

    @Test func `a repository that was taken over already, here or elsewhere`() async throws {
        let scene = try await Scene()
        let report = try await scene.adopt()
        try await expectRefused(
            scene, "the repository of unit \(report.unit.id) already", scene.request(unit: "diego@contoso.example"))
        try await expectRefused(scene, "has a repository with 2 restore points already")
        let elsewhere = try await Scene.makeFixture(scene.tenant, try Shelf())
        let place = Place(shelf: try Shelf(), address: scene.path)
        let error = try await #require(throws: ServiceError.self) {
            _ = try await elsewhere.service.repositories.adopt(
                AdoptionRequest(
                    unitName: Scene.adele, place: place, store: LocalObjectStore(path: scene.path),
                    password: Scene.password, root: "/ada"))
        }
        #expect(error.message.contains("another installation of Holdfast uses it"))
    }

    @Test func `a drive that is backed up already`() async throws {
        let scene = try await Scene()
        try await scene.protect()
        try await expectRefused(scene, "before the first backup only")
    }

    @Test func `snapshots without the folder are left out and named`() async throws {
        let scene = try await Scene()
        try scene.home.write("other/x.txt", "x")
        try scene.restic.run(["backup", "other"], in: scene.home.path)
        let report = try await scene.adopt()
        #expect(report.points.count == 2)
        #expect(report.skipped.map(\.reason) == ["it has no folder '/ada'"])
    }
}
