public import Catalog
import Synchronization

/// A database whose process can die at a write. From then on every call fails, until the
/// process is started again.
public final class MortalDriver: SQLDriver {
    /// Where in a write the process dies.
    public enum Moment: Sendable, CaseIterable {
        /// Before the write has begun.
        case before
        /// Before the commit: the database undoes what was begun.
        case amid
        /// After the commit: what was written is durable, but the caller does not learn it.
        case after
    }

    private struct State {
        var isDead = false
        var death: (writes: Int, moment: Moment)?
        var deaths = 0
    }

    private let base: any SQLDriver
    private let state = Mutex(State())
    private let isPowerless: @Sendable () -> Bool
    private let onDeath: @Sendable () -> Void

    /// Wraps a database.
    /// - Parameters:
    ///   - isPowerless: whether the machine is off, and the process therefore dead.
    ///   - onDeath: told when the process dies, so that nothing else of it goes on.
    public init(
        _ base: any SQLDriver, isPowerless: @escaping @Sendable () -> Bool = { false },
        onDeath: @escaping @Sendable () -> Void = {}
    ) {
        self.base = base
        self.isPowerless = isPowerless
        self.onDeath = onDeath
    }

    /// Whether the process is dead.
    public var isDead: Bool { state.withLock { $0.isDead } || isPowerless() }
    /// How often it died at a write.
    public var deaths: Int { state.withLock { $0.deaths } }

    /// Lets the process die at a write, counted from the next one.
    public func die(_ moment: Moment, afterWrites writes: Int) { state.withLock { $0.death = (writes, moment) } }
    /// Forgets a death that has not come yet.
    public func spare() { state.withLock { $0.death = nil } }

    /// Starts the process again.
    public func revive() { state.withLock { $0.isDead = false } }

    private static let killed = CatalogError(.closed, "The process was killed on cue.")

    private func requireLife() throws {
        if isDead { throw Self.killed }
    }

    /// Counts a write and tells whether it is the last.
    private func nextWrite() throws -> Moment? {
        try requireLife()
        return state.withLock { state in
            guard let death = state.death else { return nil }
            guard death.writes <= 0 else {
                state.death?.writes -= 1
                return nil
            }
            state.death = nil
            return death.moment
        }
    }

    private func perish() -> CatalogError {
        state.withLock { state in
            state.isDead = true
            state.deaths += 1
        }
        onDeath()
        return Self.killed
    }

    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try requireLife()
        return try await base.read(body)
    }

    @discardableResult
    public func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        switch try nextWrite() {
        case nil: return try await base.write(strength, body)
        case .before: throw perish()
        case .amid:
            _ = try? await base.write(strength) { connection -> Value in
                _ = try body(connection)
                throw Self.killed
            }
            throw perish()
        case .after:
            _ = try await base.write(strength, body)
            throw perish()
        }
    }

    public func close() async throws { try await base.close() }
}
