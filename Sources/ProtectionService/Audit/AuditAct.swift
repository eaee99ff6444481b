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

    package let act: AuditAct
    private let written = Mutex(false)

    package init(_ act: AuditAct) { self.act = act }

    /// Whether a record of it is there.
    package var isWritten: Bool { written.withLock { $0 } }

    package func noteWritten() { written.withLock { $0 = true } }
}
