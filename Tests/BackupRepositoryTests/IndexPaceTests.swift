import BackupTesting
import FileTree
import ObjectStorage
import Synchronization
import Testing

@testable import BackupRepository

/// How often a long run writes index files, without which what it stored is lost to the next one.
@Suite struct IndexPaceTests {
    /// The index files after a backup of six packs, between whose steps some time passes.
    private func indexFiles(secondsPerLook seconds: Double) async throws -> Int {
        let store = MemoryObjectStore()
        let time = Mutex(0.0)
        var environment = RepositoryEnvironment.fixed()
        environment.steadySeconds = {
            time.withLock { time in
                time += seconds
                return time
            }
        }
        let repository = try await Repository.create(
            in: store, password: "test", origin: .derived, environment: environment)
        let tree = MemoryTree()
        for number in 0..<6 {
            // Without a pattern, so that each fills a pack.
            var state = UInt32(number + 1)
            let bytes = (0..<(80 << 10)).map { _ -> UInt8 in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(truncatingIfNeeded: state >> 24)
            }
            try tree.put("file-\(number)", bytes)
        }
        let options = ArchiveOptions(width: 1, packSizeBytes: 1 << 16)
        _ = try await Archiver(repository: repository, options: options).archive(
            tree, request: ArchiveRequest(hostname: "h", label: "l", time: Timestamp(seconds: 1_700_000_000)))
        return store.contents.keys.filter { $0.hasPrefix("index/") }.count
    }

    @Test func `a short run writes one`() async throws {
        #expect(try await indexFiles(secondsPerLook: 0.1) == 1)
    }

    @Test func `a run that takes long for each pack writes more`() async throws {
        #expect(try await indexFiles(secondsPerLook: 70) >= 3)
    }
}
