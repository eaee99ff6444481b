import Catalog
import Concurrency
import Foundation
import ProtectionRules
import ProtectionService

/// Stops a restore when its session is cancelled: the engine ends with the item at hand.
struct CancelWatch: Sendable {
    let sessionID: String
    let context: JobContext

    /// Runs a restore that may be cancelled.
    /// - Throws: `restoreCancelled` as a `JobFailure` where the session was cancelled before it ended.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard try await !isCancelled() else { throw CancelRows.failure }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await untilCancelled()
                return nil
            }
            defer { group.cancelAll() }
            if let value = try await group.next() ?? nil { return value }
            group.cancelAll()
            do {
                // It may have come to its end all the same.
                if let value = try await group.next() ?? nil { return value }
            } catch is CancellationError {
                try Task.checkCancellation()
            }
            throw CancelRows.failure
        }
    }

    /// Returns when the session is cancelled. Looks when something in this process has changed, and
    /// now and then for what another process wrote.
    private func untilCancelled() async throws {
        let service = context.service
        while true {
            let seen = service.signal.generation
            if try await isCancelled() { return }
            let next = service.now.addingTimeInterval(Double(service.dependencies.worker.pollSeconds))
            try await service.dependencies.clock.sleep(until: next, orAfter: [(service.signal, seen)])
        }
    }

    private func isCancelled() async throws -> Bool {
        try await context.catalog.find(RestoreSession.self, id: sessionID)?.cancelRequestedDateTime != nil
    }
}
