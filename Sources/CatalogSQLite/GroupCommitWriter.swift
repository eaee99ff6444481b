import Catalog
import Dispatch
import GRDB
import Synchronization

/// One writer that takes all waiting writes into a transaction, each in a savepoint of its own: one wait for the disk serves them all.
final class GroupCommitWriter: Sendable {
    /// The most writes that may wait; beyond that callers are told to come back.
    static let queueLimit = 10_000
    /// The most writes in one transaction, so that a crowd does not delay the first of them without end.
    static let groupLimit = 256

    /// A write that waits: `run` does the work in the transaction, `finish` tells the caller once the commit is on disk (or not).
    private struct Write: Sendable {
        let run: @Sendable (GRDBConnection) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var waiting: [Write] = []
        var isDraining = false
    }

    private let pool: DatabasePool
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "catalog.writer")

    init(pool: DatabasePool) {
        self.pool = pool
    }

    /// Runs a write, and returns when it is durable. An error thrown by `body` undoes that write only.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        let result = Mutex<Value?>(nil)
        return try await withCheckedThrowingContinuation { continuation in
            let write = Write(
                run: { connection in
                    let value = try body(connection)
                    result.withLock { $0 = value }
                },
                finish: { error in
                    if let error { return continuation.resume(throwing: error) }
                    guard let value = result.withLock({ $0 }) else {
                        preconditionFailure("a write that did not fail has left its value")
                    }
                    continuation.resume(returning: value)
                })
            enqueue(write)
        }
    }

    private func enqueue(_ write: Write) {
        enum Answer { case refused, started, queued }
        let answer = state.withLock { state -> Answer in
            guard state.waiting.count < Self.queueLimit else { return .refused }
            state.waiting.append(write)
            defer { state.isDraining = true }
            return state.isDraining ? .queued : .started
        }
        switch answer {
        case .refused: write.finish(CatalogError(.busy, "\(Self.queueLimit) writes are waiting for the catalogue. Try again."))
        case .started: queue.async { self.drain() }
        case .queued: break
        }
    }

    private func drain() {
        while let group = nextGroup() { commit(group) }
    }

    private func nextGroup() -> [Write]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            let group = Array(state.waiting.prefix(Self.groupLimit))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ group: [Write]) {
        var outcomes = [(any Error)?](repeating: nil, count: group.count)
        do {
            try pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    for (place, write) in group.enumerated() { outcomes[place] = try Self.run(write, in: database) }
                    return .commit
                }
            }
        } catch {
            let failure: any Error = (error as? DatabaseError).map(catalogError) ?? error
            outcomes = group.map { _ in failure }
        }
        for (write, outcome) in zip(group, outcomes) { write.finish(outcome) }
    }

    /// Runs one write in a savepoint; its own error is its outcome, an error of the transaction is thrown.
    private static func run(_ write: Write, in database: Database) throws -> (any Error)? {
        var outcome: (any Error)?
        try database.inSavepoint {
            do {
                try write.run(GRDBConnection(database: database))
                return .commit
            } catch {
                outcome = error
                return .rollback
            }
        }
        return outcome
    }
}
