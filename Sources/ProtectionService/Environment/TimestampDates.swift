package import FileTree
package import Foundation

extension Timestamp {
    /// A date as file systems and snapshots keep it.
    package init(_ date: Date) {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        let nanoseconds = ((date.timeIntervalSince1970 - seconds) * 1_000_000).rounded() * 1000
        self.init(seconds: Int64(seconds), nanoseconds: UInt32(min(nanoseconds, 999_999_999)))
    }
}

extension Date {
    /// A moment of a file system, to the microsecond.
    package init(_ time: Timestamp) {
        self.init(timeIntervalSince1970: Double(time.seconds) + Double(time.nanoseconds / 1000) / 1_000_000)
    }
}
