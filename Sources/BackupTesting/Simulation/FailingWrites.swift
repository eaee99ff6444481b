public import Catalog
import Synchronization

/// A database whose writes fail while it is told so. What a failed write did is rolled back,
/// as a database does.
public final class FailingWrites: SQLDriver {
    private let base: any SQLDriver
    private let isFailing = Mutex(false)

    public init(_ base: any SQLDriver) { self.base = base }

    /// Lets every write from now on fail, or none.
    public func fail(_ isFailing: Bool = true) { self.isFailing.withLock { $0 = isFailing } }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.read(body)
    }

    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.write(strength) { connection in
            let value = try body(connection)
            if self.isFailing.withLock({ $0 }) { throw CatalogError(.database, "The disk failed on cue.") }
            return value
        }
    }

    public func close() async throws { try await base.close() }
}
