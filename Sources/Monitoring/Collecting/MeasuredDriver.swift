public import Catalog

/// A database whose changes are timed, from the call until they are on disk.
public struct MeasuredDriver: SQLDriver {
    private let base: any SQLDriver
    private let registry: MetricRegistry

    public init(_ base: any SQLDriver, _ registry: MetricRegistry) {
        self.base = base
        self.registry = registry
    }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await base.read(body)
    }

    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let started = ContinuousClock.now
        let value = try await base.write(strength, body)
        registry.observe((ContinuousClock.now - started) / .seconds(1), in: .catalogWrite)
        return value
    }

    public func close() async throws { try await base.close() }
}
