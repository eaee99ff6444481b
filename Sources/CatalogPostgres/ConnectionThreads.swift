import Catalog
import Dispatch
import Foundation
import Synchronization

/// Threads that each own one connection and take the work that waits, first come first served.
///
/// libpq's calls block, so they get threads of their own: those that serve requests never
/// wait for the network here.
final class ConnectionThreads: Sendable {
    typealias Work = @Sendable (ConnectionSlot) -> Void

    private struct State {
        var waiting: [Work] = []
        var next = 0
        var isClosed = false

        mutating func take() -> Work? {
            guard next < waiting.count else { return nil }
            defer {
                next += 1
                if next == waiting.count || next > 1024 {
                    waiting.removeFirst(next)
                    next = 0
                }
            }
            return waiting[next]
        }
    }

    private let limit: Int
    private let state = Mutex(State())
    private let pending = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let count: Int

    /// - Parameter limit: the most work that may wait.
    init(count: Int, limit: Int, settings: PostgresSettings, servers: KnownServers) {
        self.count = count
        self.limit = limit
        for _ in 0..<count {
            ended.enter()
            let thread = Thread { [self] in run(ConnectionSlot(settings, servers)) }
            thread.name = "catalog"
            thread.start()
        }
    }

    /// Hands work to the next free connection.
    /// - Throws: `CatalogError` with the code `closed` or `busy`; the work is then not done.
    func submit(_ work: @escaping Work) throws(CatalogError) {
        let refusal = state.withLock { state -> CatalogError? in
            guard !state.isClosed else { return CatalogError(.closed, "The catalogue is closed.") }
            guard state.waiting.count - state.next < limit else {
                return CatalogError(
                    .busy, "\(limit) calls are waiting for the catalogue. Try again a little later.")
            }
            state.waiting.append(work)
            return nil
        }
        if let refusal { throw refusal }
        pending.signal()
    }

    /// Refuses later work, and returns when what waits is done and every connection is closed.
    func close() async {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        if isFirst { for _ in 0..<count { pending.signal() } }
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }

    private func run(_ slot: ConnectionSlot) {
        while true {
            pending.wait()
            guard let work = state.withLock({ $0.take() }) else { break }
            work(slot)
        }
        slot.drop()
        ended.leave()
    }
}

/// The one connection of a thread, opened when it is first needed and again after it was lost.
final class ConnectionSlot {
    private let settings: PostgresSettings
    private let servers: KnownServers
    private var open: PostgresConnection?

    init(_ settings: PostgresSettings, _ servers: KnownServers) {
        self.settings = settings
        self.servers = servers
    }

    /// The connection. One that is of no use any more is replaced.
    func connection() throws(PostgresFailure) -> PostgresConnection {
        if let open, open.isUsable, servers.mayBeUsed(open.generation) { return open }
        drop()
        let fresh = try servers.connect(settings)
        open = fresh
        return fresh
    }

    func drop() { open = nil }

    /// The connection where there is one now; none is made.
    var present: PostgresConnection? { open.flatMap { $0.isUsable ? $0 : nil } }
}

/// What the connections of one driver learn together of the servers that they meet.
final class KnownServers: Sendable {
    private struct State {
        var timeline = 0
        var generation = 0
    }

    private let state = Mutex(State())

    /// Opens a connection to a server that takes changes and is not older than one that was met: a
    /// former primary that comes back has a lower timeline than the one that was promoted.
    func connect(_ settings: PostgresSettings) throws(PostgresFailure) -> PostgresConnection {
        let connection = try PostgresConnection(settings)
        let text = try connection.batch(
            "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int")
        let timeline = text.flatMap { Int($0) } ?? 0
        let generation = state.withLock { state -> Int? in
            guard timeline >= state.timeline else { return nil }
            if timeline > state.timeline { (state.timeline, state.generation) = (timeline, state.generation + 1) }
            return state.generation
        }
        guard let generation else {
            throw PostgresFailure(
                state: nil, message: "the server is a former primary (timeline \(timeline)), which is behind",
                isConnectionLost: true)
        }
        connection.generation = generation
        return connection
    }

    /// Whether a connection was made after the last change of servers.
    func mayBeUsed(_ generation: Int) -> Bool { state.withLock { $0.generation == generation } }

    /// Has every connection replaced before it is used again.
    func distrust() { state.withLock { $0.generation += 1 } }
}
