package import Catalog
package import Concurrency
package import Foundation
package import ProtectionRules

/// A group of operations over one context, with short names for what their bodies use.
package protocol OperationGroup: Sendable {
    var context: ServiceContext { get }
}

extension OperationGroup {
    package var dependencies: ServiceDependencies { context.dependencies }
    package var catalog: CatalogStore { context.catalog }
    package var signal: WorkSignal { context.signal }
    package var tenantID: String { context.tenantID }
    package var now: Date { context.now }
    package var limits: ServiceLimits { context.limits }
    package var intervals: ServiceIntervals { context.intervals }

    /// Makes one atomic change, as `ServiceContext.change` does.
    @discardableResult
    package func change<Value: Sendable>(
        as strength: WriteStrength = .control, makesDue: Bool = true,
        _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        try await context.change(as: strength, makesDue: makesDue, body)
    }

    /// Reads from one consistent state.
    package func look<Value: Sendable>(
        _ body: @escaping @Sendable (CatalogReader) throws -> Value
    ) async throws -> Value {
        try await context.look(body)
    }

    /// A new job, due now.
    package func job(_ kind: JobKind, _ subjectID: String, runAfter: Date? = nil) -> Job {
        context.job(kind, subjectID, runAfter: runAfter)
    }

    /// A row for something that a caller does now, still under way.
    package func activity(
        _ type: ActivityType, of subjectID: String, _ workload: Workload, _ caller: Caller?
    ) -> ActivityLog {
        context.activity(type, of: subjectID, workload, caller)
    }
}
