import Concurrency

/// Threads and memory that runs of the engine leave for the next ones.
public enum IdleResources {
    /// Ends the threads and frees the memory that no run uses. Runs that go on keep theirs.
    public static func release() {
        WorkerPool.releaseIdle()
        CodecPool.releaseIdle()
    }
}
