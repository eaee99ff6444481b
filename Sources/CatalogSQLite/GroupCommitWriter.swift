import Catalog
import GRDB
import Synchronization

/// A writer that puts all waiting writes into one transaction, each in its own savepoint: one wait
/// for the disk serves them all.
///
/// It runs on the queue of the one writing connection, so it owns neither a thread nor a task.
/// While one group is committed, the next one gathers.
final class GroupCommitWriter: Sendable {
    /// The most writes that may wait; further ones fail with `busy`.
    let queueLimit: Int
    /// The most writes in one transaction, so that a crowd does not delay its
    /// first one without end.
    static let groupLimit = 256

    /// A write that waits: `run` does the work in the transaction; `finish` is called with nil once
    /// the commit is on disk, or with the error.
    private struct Write: Sendable {
        let run: @Sendable (GRDBConnection) throws -> Void
        let finish: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var waiting: [Write] = []
        var isDraining = false
        var isClosed = false
    }

    private enum Admission { case refused, closed, first, behindOthers }

    private let queue: DatabaseQueue
    private let statements: StatementAdmission
    private let state = Mutex(State())

    init(queue: DatabaseQueue, statements: StatementAdmission, queueLimit: Int) {
        self.queue = queue
        self.statements = statements
        self.queueLimit = queueLimit
    }

    /// Runs a write, and returns when it is durable. An error thrown by `body`
    /// undoes that write only.
    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        let result = Box<Value>()
        return try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Write(
                    run: { connection in
                        let value = try body(connection)
                        result.value.withLock { $0 = value }
                    },
                    finish: { error in
                        if let error { return continuation.resume(throwing: error) }
                        guard let value = result.value.withLock({ $0 }) else {
                            preconditionFailure("a write that did not fail has left its value")
                        }
                        continuation.resume(returning: value)
                    }))
        }
    }

    /// Refuses later writes. Writes that wait already are still made.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    private func enqueue(_ write: Write) {
        let admission = state.withLock { state -> Admission in
            guard !state.isClosed else { return .closed }
            guard state.waiting.count < queueLimit else { return .refused }
            state.waiting.append(write)
            defer { state.isDraining = true }
            return state.isDraining ? .behindOthers : .first
        }
        switch admission {
        case .closed: write.finish(CatalogError(.closed, "The catalogue is closed."))
        case .refused:
            write.finish(
                CatalogError(.busy, "\(queueLimit) writes are waiting for the catalogue. Try again a little later."))
        case .first:
            queue.asyncWriteWithoutTransaction { database in
                self.drain(GRDBConnection(database: database, statements: self.statements))
            }
        case .behindOthers: break
        }
    }

    private func drain(_ connection: GRDBConnection) {
        while let group = nextGroup() {
            let outcomes = Self.commit(group, connection)
            for (write, outcome) in zip(group, outcomes) { write.finish(outcome) }
        }
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

    /// Commits a group and returns each write's error. If the commit itself fails, that
    /// is every write's error.
    private static func commit(_ group: [Write], _ connection: GRDBConnection) -> [(any Error)?] {
        var outcomes: [(any Error)?] = []
        do {
            try connection.database.inTransaction(.immediate) {
                for write in group { outcomes.append(try run(write, connection)) }
                return .commit
            }
            return outcomes
        } catch {
            let failure: any Error = (error as? DatabaseError).map { CatalogError($0) } ?? error
            return group.map { _ in failure }
        }
    }

    /// Runs one write in a savepoint. Returns its own error; throws the error that
    /// ended the whole transaction.
    private static func run(_ write: Write, _ connection: GRDBConnection) throws -> (any Error)? {
        var outcome: (any Error)?
        try connection.database.inSavepoint {
            do {
                try write.run(connection)
                return .commit
            } catch {
                // On a full or failing disk SQLite itself rolls the whole transaction back.
                guard connection.database.isInsideTransaction else { throw error }
                outcome = error
                return .rollback
            }
        }
        return outcome
    }
}

/// Holds the value of a write between its run and its commit.
private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
