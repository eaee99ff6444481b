import Catalog
import Foundation

extension Sample {
    static let fullUnitState: UnitState = {
        var state = UnitState()
        (state.id, state.unitId, state.sourceId, state.policyId) = ("state-1", "unit-of-state", "source-1", "policy-1")
        (state.workload, state.status, state.standing) = (.sharePoint, .protected, .failing)
        (state.displayName, state.email, state.siteWebUrl) = ("Zoë", "zoe@example.com", "https://example.com/zoë")
        (state.searchText, state.isOwnerGone, state.isExcluded) = ("zoë", true, true)
        (state.error, state.failingSinceDateTime, state.standingSinceDateTime) = (error, later(1), later(2))
        (state.newestPointDateTime, state.oldestPointDateTime) = (later(3), later(4))
        (state.nextBackupDateTime, state.verifiedDateTime) = (later(5), later(6))
        (state.pointCount, state.snapshotCount, state.damagedPointCount) = (3, 2, 1)
        (state.fileCount, state.sizeInBytes, state.storedInBytes) = (4, 1 << 40, 1 << 39)
        (state.lastChangeDateTime, state.lastAdded, state.lastChanged, state.lastRemoved) = (later(7), 5, 6, 7)
        var recent = RecentChanges(lastDay: 20_000)
        recent.add(9, on: 20_000)
        state.recentChanges = recent
        return state
    }()
    static let bareUnitState: UnitState = {
        var state = UnitState(sourceWithoutUnit: "source-2", .exchange, since: moment)
        state.id = "state-2"
        return state
    }()

    static let fullUnitTotals: UnitTotals = {
        var totals = UnitTotals()
        (totals.id, totals.workload, totals.standing) = ("exchange/deleted", .exchange, .deleted)
        (totals.units, totals.sizeInBytes, totals.storedInBytes, totals.damagedPoints) = (5, 1 << 50, 1 << 49, 2)
        return totals
    }()
    static let bareUnitTotals: UnitTotals = {
        var totals = UnitTotals()
        totals.id = "oneDriveForBusiness/paused"
        return totals
    }()
}
