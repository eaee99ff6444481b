import Concurrency
import ObjectStorage
import Synchronization

/// The repository as an archive run uses it.
struct ArchiveTarget: Sendable {
    let saver: BlobSaver
    let trees: TreeReader
    /// When the index files were listed, in the environment's steady seconds.
    let indexMoment: Double
}

/// Makes the target when something is to be compared or stored: a run that finds every folder as
/// the last one saw it does not parse the index.
final class LazyTarget: Sendable {
    private let make: @Sendable () async throws -> ArchiveTarget
    private let turn = AsyncSemaphore(permits: 1)
    private let made = Mutex<ArchiveTarget?>(nil)

    init(_ make: @escaping @Sendable () async throws -> ArchiveTarget) { self.make = make }

    /// The target, if it was needed.
    var ifMade: ArchiveTarget? { made.withLock { $0 } }

    /// The target; the first caller makes it, others wait for that.
    func target() async throws -> ArchiveTarget {
        if let target = ifMade { return target }
        await turn.acquire()
        defer { turn.release() }
        if let target = ifMade { return target }
        let target = try await make()
        made.withLock { $0 = target }
        return target
    }
}
