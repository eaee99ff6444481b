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
    /// The rate of the last 30 seconds; of what has ended, the average.
    public var bytesPerSecond = 0
    /// nil where nothing is known yet, or it is not steady.
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
}

extension PlanSums {
    /// Every change of an item.
    public var changes: Int { create + overwrite + delete + rename + attributes }
}
