import BackupWork
import ProtectionService

extension Composition {
    /// Runs a worker for some kinds of jobs while `body` waits for one.
    func working<Value: Sendable>(
        _ kinds: [JobKind], _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let service = service
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Worker(service, jobs: .of(kinds)).run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
