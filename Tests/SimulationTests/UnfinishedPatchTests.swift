import BackupTesting
import Catalog
import FileTree
import SampleData
import Synchronization
import Testing

@testable import BackupWork

/// A restore dies while it changes a big file where it stands.
@Suite struct UnfinishedPatchTests {
    private final class Trouble: Sendable {
        private let changesLeft = Mutex<Int?>(nil)

        func begin(after changes: Int?) { changesLeft.withLock { $0 = changes } }

        func takeChange() -> TreeError.Code? {
            changesLeft.withLock { left in
                guard let count = left else { return nil }
                left = max(0, count - 1)
                return count > 0 ? nil : .inputOutput
            }
        }
    }

    @Test func `the next backup finds the file whole`() async throws {
        let (trouble, file) = (Trouble(), try #require(TreePath("image")))
        let drive = MemoryTree { call in
            if case .patch = call { trouble.takeChange() } else { nil }
        }
        var random = SeededGenerator(seed: 9)
        var whole: [UInt8] = []
        while whole.count < 9 << 20 {
            var word = random.next()
            for _ in 0..<8 {
                whole.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        try drive.put(file, whole)
        let world = try await World(seed: 11)
        let unit = try #require(try await world.protect([drive]).first)
        let service = world.start()
        let backUp = {
            world.clock.turn(seconds: 600)
            try await Scheduler(service).tick()
            try await world.work(service)
        }
        try await backUp()
        let point = try #require(try await world.points(unit.id).last)
        var harmed = whole
        for place in [0, 100_000, 200_000] { harmed[place] ^= 0xFF }
        try drive.overwrite(file, harmed)
        // The file is opened, and the first of its pieces written.
        trouble.begin(after: 2)
        _ = try await world.restore(point, .inPlace)
        try await world.work(service)
        let mixed = try drive.bytes(file)
        // Compared outside, because a failure would print nine million bytes.
        let (isOld, isNew) = (mixed == harmed, mixed == whole)
        #expect(!isOld)
        #expect(!isNew)
        // As long as the drive cannot be written, no backup takes the mixture for the file.
        let before = try await world.points(unit.id).count
        try await backUp()
        #expect(try await world.points(unit.id).count == before)
        let isStillMixed = try drive.bytes(file) == mixed
        #expect(isStillMixed)
        trouble.begin(after: nil)
        try await backUp()
        #expect(try await world.points(unit.id).count > before)
        let isWhole = try drive.bytes(file) == whole
        #expect(isWhole)
    }
}
