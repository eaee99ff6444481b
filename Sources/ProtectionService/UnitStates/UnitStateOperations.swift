public import Catalog
public import Foundation
public import ProtectionRules
import Texts

/// What lists and the overview show of everything that can be protected.
public struct UnitStateOperations: OperationGroup {
    package let context: ServiceContext

    /// The time from which on the newest point of a protected unit is in time.
    public var oldestInTime: Date { intervals.oldestInTime(at: now) }

    /// The state with the id of a unit, or of a source that has none.
    /// - Throws: `protectionUnitNotFound` where there is neither.
    public func state(id: String) async throws -> UnitState {
        let isOfSource = id.beginsExactly(with: "none:")
        guard let state = try await catalog.find(UnitState.self, id: isOfSource ? id : id.lowercased()) else {
            throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
        }
        return state
    }

    /// The incidents that units belong to, by the id of the unit. An incident counts while it is
    /// neither dismissed nor restored.
    public func holds(ofUnits ids: [String]) async throws -> [String: String] {
        guard !ids.isEmpty else { return [:] }
        return try await look { try $0.records(UnitHold.self, ids: ids).mapValues(\.incidentId) }
    }

    /// The condition for units that are late. Where they are few it names them: in another order than
    /// that of their points all others would be gone through.
    public func lateCondition(oldestInTime: Date) async throws -> RowPredicate {
        let condition = Self.condition(.late, oldestInTime: oldestInTime)
        let ids = try await look { reader in
            // A look at an index for each part: for both at once all protected units are gone through.
            try Self.lateParts(oldestInTime).reduce(into: [String]()) { ids, part in
                ids += try reader.ids(
                    Query<UnitState>(
                        where: .and([.equal("standing", UnitStanding.protected), part]),
                        order: [.init("newestPointDateTime")], limit: Self.fewLate + 1 - ids.count))
            }
        }
        // Behind negations no other index than that of the ids is chosen.
        return ids.count > Self.fewLate ? condition : .and([.oneOf("id", ids), .not(.not(condition))])
    }

    private static let fewLate = 500

    private static func lateParts(_ oldestInTime: Date) -> [RowPredicate] {
        [.compare("newestPointDateTime", .less, oldestInTime.sqlValue), .isNull("newestPointDateTime")]
    }

    /// The condition for one of the states. It agrees with `ProtectionState.init`.
    public static func condition(_ state: ProtectionState, oldestInTime: Date) -> RowPredicate {
        let standing = RowPredicate.equal("standing", state.standing)
        let parts = lateParts(oldestInTime)
        return switch state {
        // Nearly all of them are in time, so the index of the list's order finds them faster than one
        // of the newest points would; a negation keeps the database from using that.
        case .protected: .and([standing] + parts.map { .not($0) })
        case .late: .and([standing, .or(parts)])
        case .failing, .paused, .requested, .notProtected, .excluded, .leaving, .deleted: standing
        }
    }

    /// The condition that every word of a search occurs in a name, a mail address or a site's
    /// address, whatever the case.
    public static func condition(search: String) -> RowPredicate {
        let words = search.split { $0.isWhitespace || $0 == "\"" }.map { SearchText(String($0)).folded }
        return .and(words.map { .contains("searchText", $0) })
    }
}

extension ServiceContext {
    public var unitStates: UnitStateOperations { UnitStateOperations(context: self) }
}
