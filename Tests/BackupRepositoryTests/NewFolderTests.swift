import BackupRepository
import BackupTesting
import SampleData
import Connectors
import FileTree
import Foundation
import ObjectStorage
import Testing

/// New folders are filled before they are seen; what that must not change.
@Suite struct NewFolderTests {
    private func source() throws -> MemoryTree {
        let tree = MemoryTree()
        for folder in ["a", "a/leaf", "a/leaf two", "b", "empty"] {
            try tree.makeFolder(path(folder), permissions: 0o750)
        }
        for (number, name) in ["top", "a/file", "a/leaf/1", "a/leaf/2", "a/leaf two/1", "b/1", "b/2", "b/none"]
            .enumerated()
        {
            var generator = SeededGenerator(seed: UInt64(number + 1))
            try tree.put(path(name), name.hasSuffix("none") ? [] : generator.bytes(40_000), permissions: 0o640)
        }
        return tree
    }

    private func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    /// The files of a tree by path.
    private func files(_ tree: some ReadableTree, _ folder: TreePath = .root) throws -> [TreePath: [UInt8]] {
        var found: [TreePath: [UInt8]] = [:]
        for item in try tree.items(in: folder).items {
            let path = folder.appending(item.name)
            if item.attributes.kind == .folder {
                found.merge(try files(tree, path)) { first, _ in first }
            } else {
                var bytes = [UInt8](repeating: 0, count: Int(item.attributes.size))
                let file = try tree.open(path)
                #expect(
                    try unsafe bytes.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 0) } == bytes.count)
                found[path] = bytes
            }
        }
        return found
    }

    @Test func `a restore onto a disk leaves nothing hidden, and after a kill takes up what is there`() async throws {
        let source = try source()
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(source, request: .plain())
        let place = FileManager.default.temporaryDirectory.appending(path: "holdfast-new-folders-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: place) }
        let tree = try LocalTree(path: place.path, access: .write)
        // What a killed process left: a folder with its name that lacks a file, and one without.
        let left = place.appending(path: "a/.holdfast-\(String(repeating: "0123456789abcdef", count: 2)).tmp")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
        try Data("hal".utf8).write(to: left.appending(path: "1"))
        try FileManager.default.createDirectory(at: place.appending(path: "b"), withIntermediateDirectories: false)
        let restored = try await restore(repository, outcome.snapshotID, onto: tree, mode: .fresh)
        #expect(restored.failures == [])
        #expect(restored.items == restored.planned.created + restored.planned.attributesFixed)
        #expect(try files(tree) == files(source))
        #expect(try tree.attributes(of: path("a/leaf")).permissions == 0o750)
        for folder in ["", "a", "a/leaf", "b"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: place.appending(path: folder).path)
            #expect(!names.contains { $0.hasPrefix(".holdfast-") })
        }
    }

    @Test func `a folder is made even where none of its files can be`() async throws {
        let source = try source()
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let outcome = try await Archiver(repository: repository, options: .small).archive(source, request: .plain())
        let good = store.contents
        var losses = 0
        for name in good.keys where name.hasPrefix("data/") {
            var contents = good
            contents[name] = nil
            let opened = try await Repository.open(
                in: MemoryObjectStore(contents), masterKey: repository.masterKey, environment: .fixed())
            let copy = MemoryTree()
            // Without the trees there is nothing to restore.
            guard let restored = try? await restore(opened, outcome.snapshotID, onto: copy, mode: .fresh) else {
                continue
            }
            losses += restored.failures.count
            #expect(
                try copy.description(withTimes: false).filter { $0.value.kind == .folder }.keys.sorted()
                    == ["a", "a/leaf", "a/leaf two", "b", "empty"].map(path))
            #expect(try files(copy).count + restored.failures.count == files(source).count)
        }
        // Every file but the empty one is lost with some pack.
        #expect(losses == 7)
    }
}
