public import Catalog
import Synchronization

/// A database whose process can be killed: from that moment nothing it is told happens, until it is started again.
public final class MortalDriver: SQLDriver {
    private let base: any SQLDriver
    private let dead = Mutex(false)

    /// Wraps a database.
    public init(_ base: any SQLDriver) { self.base = base }

    /// Kills the process, or starts it again.
    public var isDead: Bool {
        get { dead.withLock { $0 } }
        set { dead.withLock { $0 = newValue } }
    }

    private func requireLife() throws {
        if isDead { throw CatalogError(.closed, "The process was killed on cue.") }
    }

    public func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try requireLife()
        return try await base.read(body)
    }

    @discardableResult
    public func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try requireLife()
        return try await base.write { connection in
            try self.requireLife()
            return try body(connection)
        }
    }

    public func close() async throws { try await base.close() }
}
