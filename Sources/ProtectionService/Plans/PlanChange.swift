import BackupRepository
public import Catalog
import FileTree
public import Foundation
import ProtectionRules

/// One change of a plan as clients read it.
public struct PlanChange: Sendable, Hashable {
    public var path = ""
    public var action = ""
    public var fromPath: String?
    public var isFolder = false
    public var size: UInt64 = 0
    public var presentSize: UInt64?
    public var presentModified: Date?
    /// Whether it takes away what people changed since the point.
    public var isNewer = false

    public init() {}

    init(_ change: PlannedChange, newerAfter: Date) {
        path = change.path.description
        action = change.action.rawValue
        fromPath = change.fromPath?.description
        isFolder = change.isFolder
        size = change.size
        presentSize = change.presentSize
        presentModified = change.presentModified.map { Date($0) }
        isNewer = change.losesContent(newerThan: .init(newerAfter))
    }
}

extension PlanOperations {
    /// A page of the changes of a unit, in order of their paths.
    /// - Returns: the changes from `start` on, and how many there are in all.
    /// - Throws: what `changes` throws.
    public func changePage(
        ofUnit unitID: String, plan id: String, from start: Int, limit: Int
    ) async throws -> (changes: [PlanChange], count: Int) {
        let unit = try await unit(unitID, ofPlan: id)
        let changes = try await changes(of: unit, from: start, limit: limit)
        let newerAfter = unit.newerAfterDateTime ?? .distantPast
        return (changes.map { PlanChange($0, newerAfter: newerAfter) }, unit.changeCount)
    }

    /// Plans with what other rows say of them: their sessions, and until when they can be undone.
    public func details(of plans: [RestorePlanRecord]) async throws -> [RestorePlanDetails] {
        let now = now
        return try await look { reader in
            let ids = plans.map(\.id)
            let sessions = Dictionary(
                grouping: try reader.page(
                    Query<RestoreSession>(where: .oneOf("planId", ids), order: [.init("createdDateTime")])),
                by: { $0.planId ?? "" })
            return try plans.map { plan in
                let sessionIDs = (sessions[plan.id] ?? []).map(\.id)
                let points = try reader.page(
                    Query<RestorePoint>(
                        where: .and([
                            .oneOf("undoSessionId", sessionIDs), .compare("expirationDateTime", .greater, now.sqlValue),
                        ]), order: [.init("expirationDateTime")], limit: 1))
                return RestorePlanDetails(
                    plan: plan, sessionIDs: sessionIDs,
                    undoUntil: plan.status.isRunning ? nil : points.first?.expirationDateTime)
            }
        }
    }
}

/// A plan with what other rows say of it.
public struct RestorePlanDetails: Sendable, Hashable, Identifiable {
    public var plan: RestorePlanRecord
    public var sessionIDs: [String]
    /// When the first of its undo points goes; nil where there is none.
    public var undoUntil: Date?
    public var id: String { plan.id }

    public init(plan: RestorePlanRecord = RestorePlanRecord(), sessionIDs: [String] = [], undoUntil: Date? = nil) {
        self.plan = plan
        self.sessionIDs = sessionIDs
        self.undoUntil = undoUntil
    }
}
