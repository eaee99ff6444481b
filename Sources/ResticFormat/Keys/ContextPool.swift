internal import Synchronization

/// Library contexts that are not in use, so that many tasks can share one sealer or compressor
/// without making contexts anew.
///
/// A context is with at most one holder between `take` and `give`. At most as many exist as were
/// ever in use at once.
final class ContextPool<Context: Sendable>: Sendable {
    private let idle = Mutex<[Context]>([])
    private let make: @Sendable () throws(FormatError) -> Context

    init(make: @escaping @Sendable () throws(FormatError) -> Context) {
        self.make = make
    }

    /// Runs `body` with a context of its own.
    func withContext<Value>(_ body: (Context) throws(FormatError) -> Value) throws(FormatError) -> Value {
        let context = if let idle = idle.withLock({ $0.popLast() }) { idle } else { try make() }
        defer { idle.withLock { $0.append(context) } }
        return try body(context)
    }
}
