public import Catalog
import Foundation
import ProtectionRules

/// What a client sends to make a restore plan.
public struct RestorePlanDraft: Sendable, Hashable {
    public var displayName: String?
    public var scope: RestorePlanScope
    /// What `scope.filter` means, as a condition on units.
    public var filter: RowPredicate?
    /// nil where the points follow from the scope: a draft of a Graph client, an undo.
    public var moment: RestorePlanMoment?
    public var destinationType = DestinationType.inPlace
    public var newerFiles = NewerFiles.remove
    public var undoPoints = UndoPointChoice.take

    public init(scope: RestorePlanScope, moment: RestorePlanMoment? = nil) {
        self.scope = scope
        self.moment = moment
    }

    /// Refuses what could be no plan.
    /// - Throws: `emptyScope`, `invalidMoment`, `invalidDisplayName`.
    func check(_ now: Date, limits: ServiceLimits) throws(ServiceError) {
        if let displayName {
            guard !displayName.isEmpty, displayName.count <= limits.displayNameLength else {
                throw ServiceError(
                    .invalidDisplayName, "A name has 1 to \(limits.displayNameLength) characters.")
            }
        }
        guard scope.isOne else {
            throw ServiceError(
                .emptyScope,
                "The scope needs exactly one of incidentId, unitIds, filter, list, groupIds, sessionId and undoOf.")
        }
        guard let moment else {
            guard scope.sessionId != nil || scope.undoOf != nil else {
                throw ServiceError(.invalidMoment, "The moment is missing: lastClean, at or points.")
            }
            return
        }
        try moment.check(now)
    }
}

extension RestorePlanMoment {
    fileprivate func check(_ now: Date) throws(ServiceError) {
        switch kind {
        case .lastClean: return
        case .at:
            guard let dateTime else { throw ServiceError(.invalidMoment, "The moment 'at' needs a dateTime.") }
            // A minute for clients whose clocks are a little ahead.
            guard dateTime <= now.addingTimeInterval(60) else {
                throw ServiceError(
                    .invalidMoment, "\(dateTime.formatted(.iso8601)) lies in the future; name a moment that has been.")
            }
        case .points:
            guard let points, !points.isEmpty else {
                throw ServiceError(.invalidMoment, "The moment 'points' needs a list of units with their points.")
            }
            guard Set(points.map { $0.unitId.lowercased() }).count == points.count else {
                throw ServiceError(.invalidMoment, "The list of points names a unit twice.")
            }
        }
    }
}
