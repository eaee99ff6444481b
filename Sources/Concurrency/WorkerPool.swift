import Foundation
import Synchronization

/// A stated number of threads that run tasks: work that blocks on files or keeps a processor busy
/// stays off the shared cooperative pool.
///
/// Use it with `withTaskExecutorPreference`; the threads end with the last reference to the pool.
public final class WorkerPool: TaskExecutor {
    private let queue = JobQueue()
    /// The number of threads.
    public let width: Int

    public init(width: Int, name: String) {
        precondition(width > 0, "a pool without threads would never run a job")
        self.width = width
        let queue = self.queue
        // Unowned, so that the threads do not keep the pool alive. A job is only ever queued
        // through the pool, by tasks whose `withTaskExecutorPreference` holds the pool until they
        // have ended, so the pool outlives every job.
        let executor = unsafe UnownedTaskExecutor(ordinary: self)
        for number in 0..<width {
            let thread = Thread {
                while let job = queue.next() { unsafe job.runSynchronously(on: executor) }
            }
            thread.name = "\(name)-\(number)"
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    deinit {
        queue.close()
    }

    private static let idle = Mutex<[WorkerPool]>([])
    /// More pools than jobs run at once are not kept.
    private static let maximumKept = 8

    /// Runs `body` and the child tasks that it makes on `width` threads of their own, which an
    /// earlier run may have left.
    package static func withThreads<Value>(_ width: Int, _ body: () async throws -> Value) async rethrows -> Value {
        let kept = idle.withLock { idle in idle.lastIndex { $0.width == width }.map { idle.remove(at: $0) } }
        let pool = kept ?? WorkerPool(width: width, name: "engine")
        defer { idle.withLock { if $0.count < maximumKept { $0.append(pool) } } }
        return try await withTaskExecutorPreference(pool) { try await body() }
    }

    /// Ends the threads that no run uses.
    package static func releaseIdle() { idle.withLock { $0 = [] } }

    public func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job))
    }

    /// The number of processors this process may use, at most `limit`.
    public static func processors(atMost limit: Int) -> Int {
        min(limit, max(1, ProcessInfo.processInfo.activeProcessorCount))
    }
}

/// Jobs waiting for a thread, first in, first out.
///
/// `@unchecked Sendable`: every access to the variables is between `lock` and
/// `unlock` of the condition.
private final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [UnownedJob] = []
    private var taken = 0
    private var isClosed = false

    func add(_ job: UnownedJob) {
        condition.lock()
        waiting.append(job)
        condition.signal()
        condition.unlock()
    }

    /// The next job, waiting for one; nil when the queue is closed.
    func next() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        while taken == waiting.count {
            if isClosed { return nil }
            condition.wait()
        }
        let job = waiting[taken]
        taken += 1
        if taken == waiting.count || taken == 4_096 {
            waiting.removeFirst(taken)
            taken = 0
        }
        return job
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.broadcast()
        condition.unlock()
    }
}
