import CLibPQ
import Catalog
import Glibc

/// A connection to a server. Its calls block, and it is used by one thread at a time.
///
/// `@safe` although it holds a pointer of libpq: the pointer is made in `init`, ended in `deinit`
/// and goes nowhere else.
@safe
final class PostgresConnection {
    private let handle: OpaquePointer
    private var prepared: [String: PreparedStatement] = [:]
    /// The process of the server that serves this connection, and when it began.
    private(set) var backend = ""
    /// Which connections were made since the last change of servers.
    var generation = 0

    /// A statement that the server has parsed, and the types that its arguments were declared with.
    private struct PreparedStatement {
        var name: String
        var types: [UInt32]
    }

    /// The most statements that are kept on a connection. Filters of clients make any number of them.
    static let preparedLimit = 512

    /// Connects, and sets up the session.
    init(_ settings: PostgresSettings) throws(PostgresFailure) {
        let parameters = settings.parameters
        let names = parameters.map(\.0) + [nil], values = parameters.map(\.1) + [nil]
        let opened: OpaquePointer? = unsafe CStrings.with(names) { names in
            unsafe CStrings.with(values) { values in unsafe PQconnectdbParams(names, values, 1) }
        }
        guard let handle = unsafe opened else {
            throw PostgresFailure(state: "53200", message: "there is no memory", isConnectionLost: true)
        }
        unsafe self.handle = handle
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            throw PostgresFailure(state: nil, message: unsafe Self.words(of: handle), isConnectionLost: true)
        }
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        _ = try batch(settings.session)
        backend =
            try batch(
                """
                SELECT "pid" || ' ' || extract(epoch FROM "backend_start")::text FROM "pg_stat_activity" \
                WHERE "pid" = pg_backend_pid()
                """) ?? ""
    }

    deinit { unsafe PQfinish(handle) }

    var isUsable: Bool { unsafe PQstatus(handle) == CONNECTION_OK }

    /// Whether a transaction is open, sound or not.
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Runs statements without arguments in one round trip.
    /// - Returns: the first value of the last answer, as text.
    @discardableResult
    func batch(_ sql: String, within seconds: Int = 90) throws(PostgresFailure) -> String? {
        guard unsafe PQsendQuery(handle, sql) == 1 else { throw lost() }
        var value: String?
        try answers(within: seconds) { result in value = result.firstText }
        return value
    }

    /// The tags of the statements of a batch that were done, such as `COMMIT`, and why the next one was not.
    func tags(ofBatch sql: String, within seconds: Int) -> (done: [String], failure: PostgresFailure?) {
        guard unsafe PQsendQuery(handle, sql) == 1 else { return ([], lost()) }
        var tags: [String] = []
        do {
            try answers(within: seconds) { result in tags.append(result.tag) }
            return (tags, nil)
        } catch {
            return (tags, error)
        }
    }

    /// Runs one statement with its arguments.
    /// - Parameter sql: with `$1`, `$2`, … for its arguments.
    func run(
        _ sql: String, _ types: [UInt32], _ arguments: [[UInt8]?], within seconds: Int = 90
    ) throws(PostgresFailure) -> PostgresAnswer {
        let name = try statement(sql, types)
        let sent = unsafe BinaryArguments.with(arguments) { count, values, lengths, formats in
            if let name {
                unsafe PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
            } else {
                unsafe types.withUnsafeBufferPointer {
                    unsafe PQsendQueryParams(handle, sql, count, $0.baseAddress, values, lengths, formats, 1)
                }
            }
        }
        guard sent == 1 else { throw lost() }
        var answer: PostgresAnswer?
        try answers(within: seconds) { result in answer = result.answer }
        guard let answer else {
            throw PostgresFailure(state: nil, message: "the server gave no answer", isConnectionLost: true)
        }
        return answer
    }

    /// The name of a statement that the server has parsed; nil for one that it is given as text.
    private func statement(_ sql: String, _ types: [UInt32]) throws(PostgresFailure) -> String? {
        if let known = prepared[sql] {
            // A null has no type; its place has the one that the server found for it.
            let fits = zip(known.types, types).allSatisfy { $0 == $1 || $0 == 0 || $1 == 0 }
            return fits && known.types.count == types.count ? known.name : nil
        }
        guard prepared.count < Self.preparedLimit else { return nil }
        let name = "s\(prepared.count)"
        let sent = unsafe types.withUnsafeBufferPointer {
            unsafe PQsendPrepare(handle, name, sql, Int32(types.count), $0.baseAddress)
        }
        guard sent == 1 else { throw lost() }
        try answers(within: 90) { _ in }
        prepared[sql] = PreparedStatement(name: name, types: types)
        return name
    }

    // MARK: Waiting

    /// Reads every answer of what was sent. The first failure is thrown when all are read.
    private func answers(
        within seconds: Int, _ body: (borrowing PostgresResult) -> Void
    ) throws(PostgresFailure) {
        let end = ContinuousClock.now + .seconds(seconds)
        var failure: PostgresFailure?
        while true {
            try wait(until: end)
            guard let raw = unsafe PQgetResult(handle) else { break }
            let result = unsafe PostgresResult(raw)
            if let found = result.failure(isConnectionLost: !isUsable) {
                failure = failure ?? found
            } else {
                body(result)
            }
        }
        if let failure { throw failure }
        guard isUsable else { throw lost() }
    }

    /// Waits until an answer can be read without waiting.
    private func wait(until end: ContinuousClock.Instant) throws(PostgresFailure) {
        while true {
            let unsent = unsafe PQflush(handle)
            guard unsent >= 0 else { throw lost() }
            if unsent == 0, unsafe PQisBusy(handle) == 0 { return }
            let left = (end - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else { throw silence() }
            let events = unsent == 1 ? POLLIN | POLLOUT : POLLIN
            var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
            let ready = unsafe poll(&descriptor, 1, Int32(min(left.rounded(.up), 1_000_000)))
            if ready < 0, errno != EINTR { throw lost() }
            if ready > 0, unsafe PQconsumeInput(handle) == 0 { throw lost() }
        }
    }

    private func silence() -> PostgresFailure {
        PostgresFailure(state: nil, message: "the server did not answer in time", isConnectionLost: true)
    }

    private func lost() -> PostgresFailure {
        PostgresFailure(state: nil, message: unsafe Self.words(of: handle), isConnectionLost: true)
    }

    private static func words(of handle: OpaquePointer) -> String {
        let words = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        let line = words.split(separator: "\n").joined(separator: "; ")
        return line.isEmpty ? "the connection was lost" : line
    }
}
