public import BackupRepository
public import Catalog
import Foundation
public import ProtectionRules

/// Restores that are planned before anything is written.
public struct PlanOperations: OperationGroup {
    package let context: ServiceContext

    /// Refuses a caller that may not restore now, before what it wants is looked at.
    /// - Throws: `appNotController`, `serviceNotEnabled`.
    public func requireMayRestore(_ caller: Caller) async throws {
        let tenantID = tenantID
        try await look { try ServiceRows($0).requireMayRestore(caller, tenantID: tenantID) }
    }

    /// A plan that is not deleted.
    /// - Throws: `restorePlanNotFound` where there is none.
    public func plan(id: String) async throws -> RestorePlanRecord {
        let id = id.lowercased()
        return try await look { try PlanRows($0).plan(id) }
    }

    /// A unit of a plan.
    /// - Throws: `restorePlanNotFound`, `protectionUnitNotFound`.
    public func unit(_ unitID: String, ofPlan id: String) async throws -> PlanUnit {
        let (id, unitID) = (id.lowercased(), unitID.lowercased())
        return try await look { try PlanRows($0).unit(unitID, of: try PlanRows($0).plan(id)) }
    }

    /// The ids of the sessions that a plan made, in the order in which they were made.
    public func sessions(ofPlan id: String) async throws -> [String] {
        let id = id.lowercased()
        return try await look { try PlanRows($0).sessions(id).map(\.id) }
    }

    /// Some of the changes of a unit, in order of their paths.
    /// - Returns: the changes from `start` on, at most `limit`.
    /// - Throws: `restorePlanNotFound`, `protectionUnitNotFound`, `planNotReady` while there is no
    ///   list; `serviceNotAvailable` and `internalServerError` where it cannot be read.
    public func changes(
        ofUnit unitID: String, plan id: String, from start: Int, limit: Int
    ) async throws -> [PlannedChange] {
        try await changes(of: try await unit(unitID, ofPlan: id), from: start, limit: limit)
    }

    /// Some of the changes of a unit that was looked up.
    /// - Throws: what `changes(ofUnit:plan:from:limit:)` throws, but for what is not found.
    func changes(of unit: PlanUnit, from start: Int, limit: Int) async throws -> [PlannedChange] {
        guard let listID = unit.changeListId else {
            throw ServiceError(.planNotReady, "The account has no list of changes; see its status and its error.")
        }
        do {
            guard let open = try await RepositoryOpener(dependencies).open(unitID: unit.unitId) else {
                throw ServiceError(
                    .restorePlanNotFound, "The backups of the account were deleted, and the plan with them.")
            }
            let list = ChangeList(
                store: dependencies.storeBeside(open.row), repository: open.repository, planID: unit.planId,
                listID: listID)
            return try await list.read(from: start, limit: limit, count: unit.changeCount)
        } catch let error as ServiceError {
            throw error
        } catch {
            let failure = JobFailure(error)
            throw ServiceError(
                failure.isRetryable ? .serviceNotAvailable : .internalServerError,
                "The list of changes cannot be read; plan the account again.", detail: failure.logText,
                isRetryable: failure.isRetryable)
        }
    }
}

extension ServiceContext {
    public var plans: PlanOperations { PlanOperations(context: self) }
}
