package import Catalog
public import Concurrency
import Connectors
package import Foundation
import Logging
public import ProtectionRules

/// The rules of backup and restore: every operation of the API that changes something,
/// free of any protocol.
///
/// Each operation is one atomic change of the catalogue: a refused one changes nothing, and of
/// two that race exactly one wins. Reading needs no rules: use `dependencies.catalog` with
/// queries. Every operation throws `ServiceError` and nothing else. Identifiers may be given in
/// any letter case. Checks are made in the order of errors.md: id, existence, controller and
/// service, status, body, limits, conflicts.
public struct ServiceContext: Sendable {
    /// The world around the service.
    public private(set) var dependencies: ServiceDependencies
    /// Tells workers of this process, and who waits for a job, that a job was added or has ended.
    public let signal: WorkSignal
    /// Tells schedulers of this process that something may be due that was not: a unit was added,
    /// an undo period was asked for. The end of a job alone is none of that, or a thousand small
    /// backups would be a thousand looks at everything.
    public let dueSignal: WorkSignal
    /// The repositories that were browsed last.
    let browsed = OpenRepositories()
    /// The streams of events that are open.
    let eventPlaces = EventPlaces()
    /// The downloads that can be fetched.
    let downloadTable = ExpiringTable(maximumCount: 1000, maximumBytes: 32 << 20)
    /// Where passwords are hashed.
    let passwordWork = PasswordWork()
    /// Second factors that were offered and not confirmed yet, by the account's id.
    let secondFactorTable = ExpiringTable(maximumCount: 1000, maximumBytes: 1 << 20)
    /// The places of downloads that are sent at once.
    let downloadPlaces: AsyncSemaphore

    /// Makes a service. Give the same signals to the scheduler and the worker of this process.
    public init(
        dependencies: ServiceDependencies, signal: WorkSignal = WorkSignal(), dueSignal: WorkSignal = WorkSignal()
    ) {
        self.dependencies = dependencies
        self.signal = signal
        self.dueSignal = dueSignal
        downloadPlaces = AsyncSemaphore(permits: dependencies.limits.downloadsAtOnce)
    }

    /// The same service, whose events are those of one part of the program.
    public func logging(as component: LogComponent) -> ServiceContext {
        var service = self
        service.dependencies.logger = dependencies.logger.of(component)
        return service
    }

    /// The same service in a world that is changed in one respect.
    package func replacing(_ change: (inout ServiceDependencies) -> Void) -> ServiceContext {
        var service = self
        change(&service.dependencies)
        return service
    }

    package var catalog: CatalogStore { dependencies.catalog }
    /// The tenant: a UUID in lower case.
    public var tenantID: String { dependencies.tenant.id }
    package var now: Date { dependencies.clock.now() }
    package var limits: ServiceLimits { dependencies.limits }
    package var intervals: ServiceIntervals { dependencies.intervals }

    /// Makes one atomic change, then wakes those that work on its consequences.
    /// - Parameter strength: `work` only for a body that was examined for it.
    /// - Parameter makesDue: whether anything may be due by it that only the scheduler sees. A
    ///   restore session adds its own jobs.
    @discardableResult
    package func change<Value: Sendable>(
        as strength: WriteStrength = .control, makesDue: Bool = true,
        _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        let value = try await audited(strength, body)
        signal.notify()
        if makesDue { dueSignal.notify() }
        return value
    }

    /// Makes a change, and the record of the request that makes it within the same transaction.
    private func audited<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        guard let scope = AuditScope.current, !scope.isWritten else {
            return try await translating { try await catalog.write(strength, body) }
        }
        let (act, now) = (scope.act, now)
        let value = try await translating {
            try await catalog.write(strength) { writer in
                let value = try body(writer)
                try AuditRows(writer).add(act, outcome: AuditRecord.succeeded, now: now)
                return value
            }
        }
        scope.noteWritten()
        return value
    }

    /// Reads from one consistent state.
    package func look<Value: Sendable>(
        _ body: @escaping @Sendable (CatalogReader) throws -> Value
    ) async throws -> Value {
        try await translating { try await catalog.read(body) }
    }

    /// Translates failures of the catalogue.
    private func translating<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CatalogError {
            throw ServiceError(catalogue: error)
        }
    }

    /// A new job, due now.
    package func job(_ kind: JobKind, _ subjectID: String, runAfter: Date? = nil) -> Job {
        let now = now
        return Job(
            id: dependencies.makeID(), kind: kind.rawValue, subjectId: subjectID, runAfterDateTime: runAfter ?? now,
            createdDateTime: now)
    }
}

extension ServiceError {
    /// A failure of the catalogue.
    package init(catalogue error: CatalogError) {
        if error.code == .outcomeUnknown {
            self.init(
                .serviceNotAvailable,
                "The database did not tell whether the change was made: look before you make it again.",
                detail: error.description)
        } else if error.isTransient {
            self.init(
                .serviceNotAvailable, "The service is busy; try again a little later.", detail: error.description,
                isRetryable: true)
        } else if error.code == .readOnly {
            self.init(
                .serviceNotAvailable,
                "The catalogue is damaged, so nothing can be changed until an administrator has put back a copy.",
                detail: error.description)
        } else {
            self.init(
                .internalServerError, "The catalogue could not do it; the server's log tells more.",
                detail: error.description)
        }
    }
}

extension ServiceContext {
    /// Tells the log what a client's text leaves out.
    public func report(_ failure: ServiceError) {
        dependencies.logger.error("A request failed.", metadata: ["cause": "\(failure)"])
    }
}
