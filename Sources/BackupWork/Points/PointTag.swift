import Foundation

/// The tag of a snapshot that names the restore point for which it was taken.
enum PointTag {
    private static let prefix = "point-"

    /// The tag of a point.
    static func text(_ pointID: String) -> String { prefix + pointID }

    /// The point that a snapshot's tags name.
    static func pointID(in tags: [String]) -> String? {
        tags.lazy.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.first {
            UUID(uuidString: $0) != nil
        }
    }
}
