package import Catalog
import Foundation
import ProtectionRules

extension ServiceLimits {
    /// Refuses a draft that could never be activated, because all of it is queued at once.
    func checkDraft(artifacts: Int) throws(ServiceError) {
        guard artifacts <= queuedRestoreArtifacts else {
            throw ServiceError(
                .restoreArtifactsLimitBreached,
                "A session takes at most \(queuedRestoreArtifacts) artifacts; make another one for the rest.")
        }
    }
}

extension RowPredicate {
    /// A session that was activated and has not ended.
    package static var isRunning: RowPredicate { .oneOf("status", [RestoreSessionStatus.activating, .active]) }

    /// A session that counts against the limits of Graph's surface.
    package static var isLimited: RowPredicate { .equal("isLimited", true) }
}
