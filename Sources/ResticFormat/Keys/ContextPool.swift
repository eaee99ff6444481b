internal import Synchronization

/// Library contexts that are not in use, so that many tasks can share one sealer or compressor
/// without making new contexts.
///
/// A context is with at most one holder between `take` and `giveBack`. At most as many exist as were
/// ever in use at once.
final class ContextPool<Context: Sendable>: Sendable {
    private let idle = Mutex<[Context]>([])
    private let make: @Sendable () throws(FormatError) -> Context

    /// - Parameter make: makes a context, whenever none is idle.
    init(_ make: @autoclosure @escaping @Sendable () throws(FormatError) -> Context) {
        self.make = make
    }

    /// A context for the caller alone, until it is given back.
    func take() throws(FormatError) -> Context {
        if let idle = idle.withLock({ $0.popLast() }) { idle } else { try make() }
    }

    func giveBack(_ context: Context) { idle.withLock { $0.append(context) } }
}
