import Catalog
import GRDB
import Synchronization

/// Connections that read, each used by one thread at a time.
///
/// GRDB's own pool takes a lock on a queue and checks the schema for each read, which costs more
/// than a short read. Here the connection returned last is taken first. There are as many as
/// threads that read at the same time; up to `kept` idle ones stay open.
final class ReaderConnections: Sendable {
    private struct State {
        var idle: [DatabaseQueue] = []
        var isClosed = false
    }

    private let path: String
    private let configuration: Configuration
    private let kept: Int
    private let statements: StatementAdmission
    private let state = Mutex(State())

    init(path: String, configuration: Configuration, kept: Int, statements: StatementAdmission) {
        self.path = path
        var configuration = configuration
        configuration.readonly = true
        // A transaction that cannot be ended costs its connection, not the process.
        configuration.allowsUnsafeTransactions = true
        self.configuration = configuration
        self.kept = kept
        self.statements = statements
    }

    /// Reads from one consistent state, on the thread of the caller.
    func read<Value>(_ body: (GRDBConnection) throws -> Value) throws -> Value {
        let queue = try take()
        var isReusable = false
        defer { giveBack(queue, isReusable) }
        return try queue.unsafeRead { database in
            let connection = GRDBConnection(database: database, statements: statements)
            _ = try connection.execute("BEGIN", [])
            defer {
                if database.isInsideTransaction { _ = try? connection.execute("COMMIT", []) }
                isReusable = !database.isInsideTransaction
            }
            return try body(connection)
        }
    }

    /// Opens a connection for one long read. It has no cached pages, so it sees the file as it is.
    func open() throws -> DatabaseQueue { try DatabaseQueue(path: path, configuration: configuration) }

    /// Closes the idle connections now and the others when they are given back.
    /// Later reads are refused.
    func close() throws {
        let idle = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.idle
        }
        for queue in idle { try queue.close() }
    }

    private func take() throws -> DatabaseQueue {
        let idle = try state.withLock { state in
            guard !state.isClosed else { throw CatalogError(.closed, "The catalogue is closed.") }
            return state.idle.popLast()
        }
        return try idle ?? open()
    }

    /// A connection that is not kept closes with its last reference.
    private func giveBack(_ queue: DatabaseQueue, _ isReusable: Bool) {
        state.withLock { state in
            if isReusable, !state.isClosed, state.idle.count < kept { state.idle.append(queue) }
        }
    }
}
