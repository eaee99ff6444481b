import Concurrency
import Synchronization
import Testing

/// Permits that tasks wait for.
@Suite(.timeLimit(.minutes(1))) struct AsyncSemaphoreTests {
    @Test func `as many permits are given as there are`() {
        let semaphore = AsyncSemaphore(permits: 2)
        #expect(semaphore.tryAcquire())
        #expect(semaphore.tryAcquire())
        #expect(!semaphore.tryAcquire())
        semaphore.release()
        #expect(semaphore.tryAcquire())
        #expect(!semaphore.tryAcquire())
    }

    @Test func `a free permit is not waited for`() async {
        let semaphore = AsyncSemaphore(permits: 1)
        await semaphore.acquire()
        #expect(!semaphore.tryAcquire())
    }

    @Test func `a permit that is given back goes to a waiting task`() async {
        let semaphore = AsyncSemaphore(permits: 1)
        await semaphore.acquire()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    await semaphore.acquire()
                    semaphore.release()
                }
            }
            semaphore.release()
        }
        #expect(semaphore.tryAcquire())
        #expect(!semaphore.tryAcquire())
    }

    /// How many tasks are at work, and the most that were.
    private final class Counts: Sendable {
        let state = Mutex((now: 0, most: 0))

        func begin() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func end() { state.withLock { $0.now -= 1 } }
    }

    @Test(arguments: [1, 3]) func `never are more at work than there are permits`(permits: Int) async {
        let semaphore = AsyncSemaphore(permits: permits)
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await semaphore.acquire()
                    counts.begin()
                    await Task.yield()
                    counts.end()
                    semaphore.release()
                }
            }
        }
        #expect(counts.state.withLock { $0.most } <= permits)
        #expect(counts.state.withLock { $0.now } == 0)
    }
}

/// A list of work that tasks share.
@Suite struct SharedWorkTests {
    @Test(arguments: [0, 1, 3]) func `each number is taken once, in order`(limit: Int) {
        let counter = WorkCounter(limit: limit)
        #expect((0..<(limit + 2)).map { _ in counter.take() } == (0..<limit).map { $0 } + [nil, nil])
    }

    @Test func `results of all tasks are gathered`() async {
        let gathered = Gathered<Int>()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 { group.addTask { gathered.add([number, number]) } }
        }
        #expect(gathered.all.sorted() == (0..<20).flatMap { [$0, $0] })
    }
}

/// A signal that something happened.
@Suite(.timeLimit(.minutes(1))) struct WorkSignalTests {
    @Test func `a generation counts what happened`() {
        let signal = WorkSignal()
        let before = signal.generation
        signal.notify()
        signal.notify()
        #expect(signal.generation == before + 2)
    }

    @Test func `what happened before the wait is not lost`() async throws {
        let signal = WorkSignal()
        let seen = signal.generation
        signal.notify()
        try await signal.wait(after: seen)
    }

    @Test func `everyone who waits is woken`() async throws {
        let signal = WorkSignal()
        let seen = signal.generation
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { try await signal.wait(after: seen) } }
            signal.notify()
            try await group.waitForAll()
        }
    }

    @Test func `a wait ends when its task is cancelled`() async {
        let signal = WorkSignal()
        let seen = signal.generation
        let waiting = Task { try await signal.wait(after: seen) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }
}

/// Threads of the engine's own.
@Suite(.timeLimit(.minutes(1))) struct WorkerPoolTests {
    @Test func `work is done and its value comes back`() async throws {
        #expect(await WorkerPool.withThreads(2) { 7 } == 7)
        struct Stop: Error {}
        await #expect(throws: Stop.self) { try await WorkerPool.withThreads(2) { throw Stop() } }
    }

    @Test func `more tasks than threads are done`() async {
        let sum = await WorkerPool.withThreads(2) {
            await withTaskGroup(of: Int.self) { group in
                for number in 0..<100 { group.addTask { number } }
                return await group.reduce(0, +)
            }
        }
        #expect(sum == 4_950)
    }

    @Test func `a run may begin while another one goes on`() async {
        let inner = await WorkerPool.withThreads(1) { await WorkerPool.withThreads(1) { 3 } }
        #expect(inner == 3)
    }

    @Test func `after idle threads were released new ones are made`() async {
        _ = await WorkerPool.withThreads(2) { 1 }
        WorkerPool.releaseIdle()
        #expect(await WorkerPool.withThreads(2) { 2 } == 2)
    }

    @Test func `there is always a processor, and never more than asked for`() {
        #expect(WorkerPool.processors(atMost: 1) == 1)
        #expect((1...1_000).contains(WorkerPool.processors(atMost: 1_000)))
    }
}
