public import Catalog
public import OData
import ProtectionRules
public import ProtectionService
import Synchronization

/// The failures that were ordered. They strike before jobs and before requests.
///
/// The book is in memory only, so a restart forgets them.
public final class FaultBook: JobInspector {
    private struct State {
        var faults: [Fault] = []
        var nextNumber = 1
    }
    /// How many failures can be ordered at once.
    static let maximumFaults = 1000
    private let state = Mutex(State())

    public init() {}

    /// Every failure in order, the oldest first.
    var faults: [Fault] { state.withLock { $0.faults } }

    /// Adds a failure.
    /// - Returns: the failure with a name of its own, or nil where the book is full.
    func order(_ fault: Fault) -> Fault? {
        state.withLock { state in
            guard state.faults.count < Self.maximumFaults else { return nil }
            var fault = fault
            fault.id = "\(state.nextNumber)"
            state.nextNumber += 1
            state.faults.append(fault)
            return fault
        }
    }

    /// Removes a failure.
    /// - Returns: whether there was one of that name.
    func remove(id: String) -> Bool {
        state.withLock { state in
            let before = state.faults.count
            state.faults.removeAll { $0.id == id }
            return state.faults.count < before
        }
    }

    func removeAll() {
        state.withLock { $0.faults.removeAll() }
    }

    public func willRun(_ job: Job) async throws {
        guard job.kind == JobKind.backup.rawValue else { return }
        try strikeJob { $0 == .backup(unitID: job.subjectId) }
    }

    public func willRestore(artifactID: String, unitID: String) async throws {
        try strikeJob { $0 == .artifact(id: artifactID) || $0 == .restore(unitID: unitID) }
    }

    private func strikeJob(_ fits: (Fault.Target) -> Bool) throws {
        guard let fault = strike(fits) else { return }
        throw ServiceError(ServiceErrorCode(fault.code, .inside), fault.message, isRetryable: fault.isRetryable)
    }

    /// The refusal that was ordered for a request, if one was.
    public func refusal(of request: ODataRequest) -> ODataError? {
        let fault = strike { target in
            guard case .request(let method, let path) = target else { return false }
            return (method == nil || method == request.method) && path.matches(request.rawPath)
        }
        return fault.map {
            ODataError(status: $0.status, code: $0.code, message: $0.message, retryAfterSeconds: $0.retryAfterSeconds)
        }
    }

    /// Counts a strike of the first failure that fits. A failure that was ordered for a number of
    /// times is removed with the last of them.
    private func strike(_ fits: (Fault.Target) -> Bool) -> Fault? {
        state.withLock { state in
            guard let place = state.faults.firstIndex(where: { fits($0.target) }) else { return nil }
            state.faults[place].struck += 1
            if let remaining = state.faults[place].remaining { state.faults[place].remaining = remaining - 1 }
            let fault = state.faults[place]
            if fault.remaining == 0 { state.faults.remove(at: place) }
            return fault
        }
    }
}
