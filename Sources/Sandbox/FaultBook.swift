import ProtectionRules
public import ProtectionService
public import Catalog
public import OData
import Synchronization

/// The failures that were ordered, and where they strike: before jobs, and before requests.
///
/// In memory only: a restart forgets them.
public final class FaultBook: JobInspector {
    private struct State {
        var faults: [Fault] = []
        var nextNumber = 1
    }
    /// The most that can be in order at once.
    static let most = 1000
    private let state = Mutex(State())

    /// Makes an empty book.
    public init() {}

    /// Every failure in order, the oldest first.
    var faults: [Fault] { state.withLock { $0.faults } }

    /// Adds a failure under a name of its own; nil where the book is full.
    func order(_ fault: Fault) -> Fault? {
        state.withLock { state in
            guard state.faults.count < Self.most else { return nil }
            var fault = fault
            fault.id = "\(state.nextNumber)"
            state.nextNumber += 1
            state.faults.append(fault)
            return fault
        }
    }

    /// Removes a failure, and tells whether it was there.
    func remove(id: String) -> Bool {
        state.withLock { state in
            let before = state.faults.count
            state.faults.removeAll { $0.id == id }
            return state.faults.count < before
        }
    }

    /// Removes every failure.
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

    /// Counts a strike of the first failure that fits; one that was ordered for a number of times
    /// goes with the last of them.
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
