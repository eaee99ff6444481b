import Catalog
import Foundation
import Synchronization

/// Changes of the database, each in a transaction of its own.
final class WriteTransactions: Sendable {
    /// The first number of every advisory lock of Holdfast in a database: the bytes of "Hold".
    static let lockClass = 1_215_261_796
    /// How often a change is tried that others are in the way of.
    static let attempts = 5
    /// Rows that tell that a commit was made are deleted after an hour, by every so many changes.
    private static let sweepInterval = 1000

    private let settings: PostgresSettings
    private let servers: KnownServers
    private let changes = Atomic<Int>(0)
    /// Under which name this driver serves the catalogue; nil for one that works beside a server.
    private let owner = Mutex<String?>(nil)

    init(_ settings: PostgresSettings, _ servers: KnownServers) {
        self.settings = settings
        self.servers = servers
    }

    /// Has `note` write a new name into the database, and from then on changes nothing where
    /// another one stands there.
    func takeOver(_ note: (String) async throws -> Void) async throws {
        let name = Self.newMark()
        try await note(name)
        owner.withLock { $0 = name }
    }

    /// What became of one attempt.
    private enum Outcome<Value> {
        case done(Value)
        /// Nothing was changed, and the same may succeed now.
        case again(PostgresFailure)
    }

    func run<Value>(
        _ strength: WriteStrength, on slot: ConnectionSlot, _ body: (any SQLConnection) throws -> Value
    ) throws -> Value {
        var last = PostgresFailure(state: nil, message: "no attempt was made", isConnectionLost: true)
        for attempt in 0..<Self.attempts {
            if attempt > 0 { Thread.sleep(forTimeInterval: Self.pause(before: attempt)) }
            switch try attemptOnce(strength, on: slot, body) {
            case .done(let value): return value
            case .again(let failure):
                last = failure
                if failure.isAnsweredByStandby { servers.distrust() }
                if failure.isConnectionLost || failure.isStalePlan { slot.drop() }
            }
        }
        throw CatalogError(last)
    }

    /// Seconds: twice as many each time, with chance, so that those who met do not meet again.
    private static func pause(before attempt: Int) -> Double {
        min(0.2, 0.01 * Double(1 << attempt)) * Double.random(in: 0.5...1)
    }

    private func attemptOnce<Value>(
        _ strength: WriteStrength, on slot: ConnectionSlot, _ body: (any SQLConnection) throws -> Value
    ) throws -> Outcome<Value> {
        let connection: PostgresConnection, hasMarks: Bool, isOusted: Bool
        do {
            connection = try slot.connection()
            let owner = owner.withLock(\.self)
            let found = try connection.batch(Self.beginning(strength, isServing: owner != nil))
            hasMarks = owner != nil || found == "t"
            isOusted = owner != nil && found != owner
        } catch {
            slot.drop()
            guard error.mayRepeat else { throw CatalogError(error) }
            return .again(error)
        }
        guard !isOusted else {
            undo(connection, slot)
            throw CatalogError(
                .closed, "Another server serves the catalogue now, so this one changes nothing more. Stop it.")
        }
        let transaction = PostgresTransaction(connection, strength)
        let value: Value
        do {
            value = try body(transaction)
            // Whoever goes on after a refusal would lose what came before it.
            if let failure = transaction.failure { throw CatalogError(failure) }
        } catch {
            undo(connection, slot)
            if let failure = transaction.failure, failure.mayRepeat { return .again(failure) }
            throw error
        }
        return try commit(value, connection, slot, markID: transaction.hasChanges && hasMarks ? Self.newMark() : nil)
    }

    /// The transaction does not wait for the disk: others get the lock before that (`ending`).
    private static func beginning(_ strength: WriteStrength, isServing: Bool) -> String {
        let lock =
            switch strength {
            case .control: "SELECT pg_advisory_xact_lock(\(lockClass), 1); "
            case .work: "SELECT pg_advisory_xact_lock_shared(\(lockClass), 1); "
            case .plain: ""
            }
        let question =
            isServing
            ? #"SELECT "text" FROM "catalogNote" WHERE "id" = 'servedBy'"#
            : #"SELECT to_regclass('"commitMark"') IS NOT NULL"#
        return "BEGIN; SET LOCAL synchronous_commit = off; \(lock)\(question)"
    }

    private func undo(_ connection: PostgresConnection, _ slot: ConnectionSlot) {
        do {
            try connection.batch("ROLLBACK")
        } catch {
            slot.drop()
        }
    }

    // MARK: The end

    private static func newMark() -> String {
        (0..<4).map { _ in String(UInt32.random(in: .min ... .max), radix: 16) }.joined(separator: "-")
    }

    /// - Parameter markID: what the row is called that tells that the commit was made; nil where
    ///   nothing was changed, or the database has no such rows yet.
    private func commit<Value>(
        _ value: Value, _ connection: PostgresConnection, _ slot: ConnectionSlot, markID: String?
    ) throws -> Outcome<Value> {
        let backend = connection.backend
        let (tags, failure) = connection.tags(ofBatch: ending(markID), within: settings.commitSeconds)
        guard let failure else {
            guard tags.contains("COMMIT") else {
                let words = tags.joined(separator: ", ")
                throw CatalogError(.database, "PostgreSQL undid a change instead of making it (\(words)).")
            }
            return .done(value)
        }
        guard failure.isConnectionLost || tags.contains("COMMIT") else {
            undo(connection, slot)
            if failure.mayRepeat { return .again(failure) }
            throw CatalogError(failure)
        }
        slot.drop()
        let doubt = CommitInDoubt(settings, servers, backend: backend, markID: markID)
        if try doubt.wasCommitted() { return .done(value) }
        return .again(failure)
    }

    /// Commits, which gives the lock back, and only then waits until the log is on the disk, and on the
    /// standby where it has to be: those who wait at the same time share that wait. The message is a
    /// commit of its own, and what was committed before it is in the log before it.
    ///
    /// Without a mark nobody could tell after a crash in between whether the change was kept, so a change
    /// without one waits in its commit.
    private func ending(_ markID: String?) -> String {
        guard let markID else { return "SET LOCAL synchronous_commit = on; COMMIT" }
        var statements: [String] = []
        if changes.wrappingAdd(1, ordering: .relaxed).newValue.isMultiple(of: Self.sweepInterval) {
            statements.append(#"DELETE FROM "commitMark" WHERE "dateTime" < \#(Self.now) - 3600000000"#)
        }
        statements.append(#"INSERT INTO "commitMark" ("id", "dateTime") VALUES ('\#(markID)', \#(Self.now))"#)
        statements += ["COMMIT", "SELECT pg_logical_emit_message(true, 'holdfast', '')"]
        return statements.joined(separator: "; ")
    }

    /// The database's time in microseconds since 1970.
    static let now = "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint"
}
