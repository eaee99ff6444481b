import Catalog
import Foundation

/// For how long the storage of the repositories lasts.
public enum StorageForecast {
    /// The days over which growth is looked at.
    public static let days = 14
    /// A shorter history says nothing.
    static let leastDays = 2.0

    /// The whole days until the room is used up; nil where that is not known, or nothing grows.
    /// - Parameter grownBytes: what was stored over the last days, or over a shorter history.
    /// - Parameter historySeconds: how long ago the first of it was stored.
    public static func daysLeft(freeBytes: Int?, grownBytes: Int, historySeconds: Double?) -> Int? {
        guard let freeBytes, let historySeconds, grownBytes > 0 else { return nil }
        let history = historySeconds / ChangeDay.seconds
        guard history >= leastDays else { return nil }
        let grownPerDay = Double(grownBytes) / min(history, Double(days))
        return Int(clamping: Int64(min(Double(max(0, freeBytes)) / grownPerDay, 1e9).rounded(.down)))
    }
}
