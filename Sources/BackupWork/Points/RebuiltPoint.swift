import BackupRepository
import Catalog
import Connectors
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService

/// A point that is made again from its snapshot, with what the snapshot says that
/// could not be read.
struct RebuiltPoint: Sendable {
    var point: RestorePoint
    let snapshot: SnapshotInfo
    var unread: [UnreadItem]

    init(_ point: RestorePoint, _ snapshot: SnapshotInfo, unread: [UnreadItem]) {
        self.point = point
        self.snapshot = snapshot
        self.unread = unread
        self.point.failureCount = unread.count
    }

    /// In the order in which they were made, with times in that order.
    static func inOrder(_ points: [RebuiltPoint]) -> [RebuiltPoint] {
        let bySnapshot = Dictionary(points.map { ($0.snapshot.id, $0) }, uniquingKeysWith: { first, _ in first })
        var ordered = points.map(\.snapshot).inOrder.compactMap { bySnapshot[$0.id] }
        for (place, time) in PointTimes.inOrder(ordered.map(\.point.protectionDateTime)).enumerated() {
            ordered[place].point.protectionDateTime = time
        }
        return ordered
    }
}

extension RestorePoint {
    /// When a point expires that its owner keeps: never, as far as calendars go. The end of the year
    /// 9999 is the last moment that clients of Graph read.
    static let endOfCalendars = Date(timeIntervalSince1970: 253_402_300_799)

    /// The point for which a snapshot was taken, with the id and time that it had; kept for the
    /// default retention, and at least for 30 days from now. One that was taken before a restore is
    /// kept from now on as long as such points are, and what was taken over until its owner lets it go.
    static func made(
        from snapshot: SnapshotInfo, of unit: ProtectionUnit, _ dependencies: ServiceDependencies
    ) -> RestorePoint {
        let time = Date(Timestamp(seconds: snapshot.time.seconds, nanoseconds: snapshot.time.nanoseconds))
        let kept = max(
            time.adding(days: dependencies.intervals.defaultRetentionDays), dependencies.clock.now().adding(days: 30))
        let isAdopted = snapshot.tags.contains(Repository.adoptedTag)
        let sessionID = PointTag.sessionID(in: snapshot.tags)
        let undoEnd = dependencies.clock.now().adding(days: dependencies.restores.undoDays)
        return RestorePoint(
            id: PointTag.pointID(in: snapshot.tags) ?? dependencies.makeID(), unitId: unit.id, workload: unit.workload,
            protectionDateTime: time,
            expirationDateTime: isAdopted ? endOfCalendars : sessionID == nil ? kept : undoEnd,
            tags: .ofPoints(of: unit.workload),
            snapshotId: snapshot.id, cadence: sessionID == nil ? .weekly : .tenMinutes
        ).with {
            $0.undoSessionId = sessionID
            $0.isDamaged = snapshot.tags.contains(Repairer.mendedTag)
        }
    }
}
