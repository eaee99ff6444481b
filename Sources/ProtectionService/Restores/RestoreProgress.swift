public import Catalog
public import Foundation
import ProtectionRules

/// How far the restore of a session or a plan is.
public struct RestoreProgressReport: Sendable, Hashable {
    public var phase = RestorePhase.done
    public var units = RestoreUnitCounts()
    public var itemsDone = 0
    public var itemsTotal = 0
    public var bytesDone = 0
    public var bytesTotal = 0
    /// The rate since it began.
    public var bytesPerSecond = 0
    /// nil where nothing is known yet.
    public var remainingSeconds: Int?
    public var asOfDateTime: Date
    /// What the first unit waits for that waits for another try.
    public var waitingFor: String?
}

/// How many units of a restore are how far.
public struct RestoreUnitCounts: Sendable, Hashable {
    public var total = 0
    public var waiting = 0
    public var running = 0
    public var done = 0
    public var failed = 0
    public var cancelled = 0

    public init() {}
}

/// One unit of a running or ended session, with what its artifact does not say.
public struct RestoreUnitProgress: Sendable, Hashable, Identifiable {
    public var artifact: RestoreArtifact
    public var unit: ProtectionUnit?
    /// The point from before the restore; nil where there is none.
    public var undoRestorePointID: String?
    /// How many items could not be done.
    public var errorCount: Int
    public var bytesPerSecond: Int
    public var id: String { artifact.id }
}

extension RestoreOperations {
    /// How far a session is.
    /// - Throws: `restoreSessionNotFound` where there is none.
    public func progress(ofSession id: String) async throws -> RestoreProgressReport {
        let (id, now) = (id.lowercased(), now)
        return try await look { reader in
            guard let session = try reader.find(RestoreSession.self, id: id) else {
                throw ServiceError(.restoreSessionNotFound, "There is no restore session '\(id)'.")
            }
            return try ProgressRows(reader).report(of: [session], now)
        }
    }

    /// What belongs to some artifacts of a session, in their order.
    public func units(
        of artifacts: [RestoreArtifact], inSession id: String
    ) async throws -> [RestoreUnitProgress] {
        let now = now
        return try await look { reader in
            let ids = artifacts.map(\.unitId)
            let units = Dictionary(
                try reader.page(Query<ProtectionUnit>(where: .oneOf("id", ids))).map { ($0.id, $0) }
            ) { first, _ in first }
            let undoPoints = Dictionary(
                try UndoPointRows(reader).points(ofSession: id).map { ($0.unitId, $0.id) }
            ) { first, _ in first }
            let errors = try reader.groupedCount(
                Query<RestoreItemError>(where: .oneOf("artifactId", artifacts.map(\.id))), by: "artifactId")
            return artifacts.map { artifact in
                RestoreUnitProgress(
                    artifact: artifact, unit: units[artifact.unitId], undoRestorePointID: undoPoints[artifact.unitId],
                    errorCount: errors[artifact.id.sqlValue] ?? 0, bytesPerSecond: artifact.bytesPerSecond(now))
            }
        }
    }
}

extension PlanSums {
    /// Every change of an item.
    public var changes: Int { create + overwrite + delete + rename + attributes }
}

extension RestoreArtifact {
    /// What it did, in bytes a second since it began.
    fileprivate func bytesPerSecond(_ now: Date) -> Int {
        guard let startDateTime else { return 0 }
        let seconds = (completionDateTime ?? now).timeIntervalSince(startDateTime)
        return RestorePace(bytesDone: progress?.bytesDone ?? 0, seconds: seconds, bytesLeft: 0).bytesPerSecond
    }
}
