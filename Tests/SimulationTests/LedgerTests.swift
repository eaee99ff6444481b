import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Testing

@testable import ProtectionService
@testable import BackupWork

/// Somebody with write access to the repository's folder removes snapshots, or puts old ones back.
@Suite struct LedgerTests {
    /// A world with one drive and some points. Gives the unit's id.
    static func backedUp(_ points: Int, seed: UInt64 = 1) async throws -> (World, ServiceContext, String, MemoryTree) {
        let world = try await World(seed: seed)
        let tree = MemoryTree()
        let unit = try #require(try await world.protect([tree]).first)
        let service = world.start()
        for number in 0..<points { try await backUp(world, service, tree, number: number) }
        return (world, service, unit.id, tree)
    }

    static func backUp(_ world: World, _ service: ServiceContext, _ tree: MemoryTree, number: Int) async throws {
        try tree.put("file-\(number)", Array("content \(number)".utf8))
        world.clock.turn(seconds: 600)
        try await Scheduler(service).tick()
        try await world.work(service)
    }

    private func errors(_ service: ServiceContext, _ unitID: String) async throws -> [String] {
        try await service.repositories.check(unitID: unitID, readsData: true).errors.map(\.message)
    }

    @Test func `an untouched repository fits its ledger, also after a prune`() async throws {
        let (world, service, unitID, tree) = try await Self.backedUp(4)
        #expect(try await errors(service, unitID) == [])
        let oldest = try await world.points(unitID).prefix(2).map(\.id)
        try await world.catalog.write { writer in for id in oldest { try writer.delete(RestorePoint.self, id: id) } }
        let prune = service.job(.prune, unitID)
        _ = try await world.catalog.write { try $0.addJob(prune) }
        try await world.work(service)
        #expect(try await errors(service, unitID) == [])
        let entries = world.disk.objects.keys.filter { $0.hasPrefix("\(unitID).beside/ledger/") }
        #expect(entries.count == 1, "older entries go when one lists everything")
        try await Self.backUp(world, service, tree, number: 9)
        #expect(try await errors(service, unitID) == [])
    }

    @Test func `a snapshot that was removed is missed`() async throws {
        let (world, service, unitID, _) = try await Self.backedUp(3)
        for number in 0..<3 {
            let point = try await world.points(unitID)[number]
            let name = "\(unitID)/snapshots/\(point.snapshotId)"
            let bytes = try #require(world.disk.objects[name])
            world.disk.tamper(name, nil)
            let found = try await service.repositories.check(unitID: unitID, readsData: false).errors
            #expect(found.map(\.object) == ["snapshots/\(point.snapshotId)"])
            #expect(found.first?.message.contains("missing") == true)
            world.disk.tamper(name, bytes)
        }
        #expect(try await errors(service, unitID) == [])
    }

    @Test func `a snapshot that was put back after its removal is found`() async throws {
        let (world, service, unitID, tree) = try await Self.backedUp(3)
        let point = try #require(try await world.points(unitID).first)
        let name = "\(unitID)/snapshots/\(point.snapshotId)"
        let bytes = try #require(world.disk.objects[name])
        try await world.catalog.write { _ = try $0.delete(RestorePoint.self, id: point.id) }
        let prune = service.job(.prune, unitID)
        _ = try await world.catalog.write { try $0.addJob(prune) }
        try await world.work(service)
        #expect(world.disk.objects[name] == nil)
        try await Self.backUp(world, service, tree, number: 8)
        world.disk.tamper(name, bytes)
        let found = try await service.repositories.check(unitID: unitID, readsData: false).errors
        #expect(
            found.contains { $0.object == "snapshots/\(point.snapshotId)" && $0.message.contains("not in the ledger") })
    }

    @Test func `a repository put back from an older copy is found, with and without its ledger`() async throws {
        let (world, service, unitID, tree) = try await Self.backedUp(2)
        let old = world.disk.objects
        for number in 5..<8 { try await Self.backUp(world, service, tree, number: number) }
        let new = world.disk.objects
        for withLedger in [false, true] {
            for name in Set(old.keys).union(new.keys) where withLedger || name.hasPrefix("\(unitID)/") {
                world.disk.tamper(name, old[name])
            }
            let found = try await errors(service, unitID)
            #expect(found.filter { $0.contains("snapshot is missing") }.count == 3)
            #expect(found.contains { $0.contains("put back from an older copy") } == withLedger)
            for name in Set(old.keys).union(new.keys) { world.disk.tamper(name, new[name]) }
        }
        #expect(try await errors(service, unitID) == [])
    }

    @Test func `a catalogue put back from an older copy is found and catches up with the next backup`() async throws {
        let (world, service, unitID, tree) = try await Self.backedUp(2)
        let kept = try await world.catalog.page(Query<LedgerRow>())
        for number in 5..<7 { try await Self.backUp(world, service, tree, number: number) }
        try await world.catalog.write { writer in
            _ = try writer.delete(LedgerRow.self, where: .equal("unitId", unitID))
            try writer.insert(contentsOf: kept)
        }
        #expect(
            try await errors(service, unitID).contains { $0.contains("the catalogue was put back from an older copy") })
        try await Self.backUp(world, service, tree, number: 7)
        #expect(try await errors(service, unitID) == [])
    }

    @Test func `every changed, swapped or missing entry is found`() async throws {
        let (world, service, unitID, _) = try await Self.backedUp(3)
        let names = world.disk.objects.keys.filter { $0.hasPrefix("\(unitID).beside/ledger/") }.sorted()
        #expect(names.count == 4)
        for (number, name) in names.enumerated() {
            let bytes = try #require(world.disk.objects[name])
            let text = String(decoding: bytes, as: UTF8.self)
            let other = world.disk.objects[names[(number + 1) % names.count]]
            var changes: [[UInt8]?] = [
                Array(text.replacingOccurrences(of: "\"format\":1", with: "\"format\":2").utf8),
                Array(bytes.dropLast(3)), Array((text + "x").utf8), [], other,
            ]
            // The newest may be the one that was being written.
            if number < names.count - 1 { changes.append(nil) }
            for change in changes {
                world.disk.tamper(name, change)
                #expect(
                    try await !errors(service, unitID).isEmpty, "\(name): \(String(describing: change?.count))")
            }
            world.disk.tamper(name, bytes)
        }
        #expect(try await errors(service, unitID) == [])
    }

    @Test func `a backup that is interrupted anywhere leaves a ledger that fits`() async throws {
        for changes in 0..<14 {
            let (world, service, unitID, tree) = try await Self.backedUp(2, seed: UInt64(changes))
            try tree.put("new", [UInt8(changes)])
            world.disk.cut(afterChanges: changes)
            world.clock.turn(seconds: 600)
            try await Scheduler(service).tick()
            // The process dies with the disk: its database hears nothing of what follows.
            try? await world.work(service)
            world.disk.restorePower()
            let restarted = world.start()
            #expect(try await errors(restarted, unitID) == [], "after \(changes) changes")
            world.clock.turn(seconds: 700)
            try await Scheduler(restarted).tick()
            try await world.work(restarted)
            #expect(try await errors(restarted, unitID) == [], "after \(changes) changes and another backup")
            #expect(try await world.points(unitID).count >= 3)
        }
    }
}
