public import Catalog
import Foundation

/// How restores keep what they change, and how many run at once. The settings `restore.*`.
public struct RestoreSettings: Sendable, Hashable {
    /// Before which restores the present state is kept as a point.
    public enum UndoPoints: String, Sendable, Hashable, CaseIterable {
        /// Before every restore in place.
        case all
        case none
    }

    public var undoPoints = UndoPoints.all
    /// How long undo points are kept.
    public var undoDays = 30
    /// Units that are restored at once: one for each processor, but at least three and at most eight.
    public var maximumUnits = max(3, min(8, ProcessInfo.processInfo.activeProcessorCount))
    /// How long a plan can be started as it is.
    public var planMinutes = 30
    /// How long plans are listed that were never started.
    public var unstartedPlanDays = 7

    public init() {}

    /// Whether the present state is kept before a restore.
    /// - Parameter wanted: whether its session or plan asks for that.
    public func takesUndoPoint(before destination: DestinationType, wanted: Bool) -> Bool {
        destination == .inPlace && wanted && undoPoints == .all
    }
}
