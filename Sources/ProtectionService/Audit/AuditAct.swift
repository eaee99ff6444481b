package import Catalog
import Synchronization

/// What somebody does, as the audit trail names it.
package struct AuditAct: Sendable, Hashable {
    package var actorKind: AuditActorKind
    package var actorID: String?
    package var actorName: String?
    package var applicationID: String?
    package var address: String?
    /// What is done, such as `restorePlans.start`.
    package var action: String
    package var targetKind: String?
    package var targetID: String?
    package var requestID: String?

    package init(actorKind: AuditActorKind, actorID: String? = nil, actorName: String? = nil, action: String) {
        (self.actorKind, self.actorID, self.actorName) = (actorKind, actorID, actorName)
        self.action = action
    }
}

/// The act of the request that is being answered. A change that is made meanwhile writes the record
/// of it within its own transaction, so that neither is there without the other.
package final class AuditScope: Sendable {
    @TaskLocal package static var current: AuditScope?

    private let state: Mutex<(act: AuditAct, isWritten: Bool)>

    package init(_ act: AuditAct) { state = Mutex((act, false)) }

    package var act: AuditAct { state.withLock { $0.act } }
    /// Whether a record of it is there.
    package var isWritten: Bool { state.withLock { $0.isWritten } }

    /// Says what is done, which is known only when the path has been understood.
    package func name(action: String, targetKind: String?, targetID: String?) {
        state.withLock {
            $0.act.action = action
            ($0.act.targetKind, $0.act.targetID) = (targetKind, targetID)
        }
    }

    package func noteWritten() { state.withLock { $0.isWritten = true } }
}
