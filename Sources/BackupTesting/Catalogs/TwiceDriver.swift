public import Catalog
import Synchronization

/// A database that runs the body of each call twice: what the first run did is undone, and the second
/// counts. A body that keeps something of its first run, or that counts on running once, shows.
public final class TwiceDriver: SQLDriver {
    private let base: any SQLDriver
    private let repeated = Atomic<Int>(0)

    public init(_ base: any SQLDriver) { self.base = base }

    /// How many bodies ran twice.
    public var repetitions: Int { repeated.load(ordering: .relaxed) }

    /// Undoes the first run.
    private struct Again: Error {}

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.read { connection in
            _ = try body(connection)
            return try body(connection)
        }
    }

    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        do {
            try await base.write(strength) { connection in
                _ = try body(connection)
                throw Again()
            }
        } catch is Again {
            repeated.wrappingAdd(1, ordering: .relaxed)
        }
        return try await base.write(strength, body)
    }

    public func close() async throws { try await base.close() }
}
