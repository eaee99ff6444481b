import Foundation

/// The tags of a snapshot that say for which restore point it was taken.
enum PointTag {
    /// The mark of a point that was taken before a restore.
    static let undo = "holdfast-undo"

    private static let prefix = "point-"
    private static let sessionPrefix = "session-"

    /// The tag of a point.
    static func text(_ pointID: String) -> String { prefix + pointID }

    /// The tags of a point that was taken before a session wrote.
    static func texts(_ pointID: String, before sessionID: String?) -> [String] {
        [text(pointID)] + (sessionID.map { [undo, sessionPrefix + $0] } ?? [])
    }

    /// The point that a snapshot's tags name.
    static func pointID(in tags: [String]) -> String? { id(after: prefix, in: tags) }

    /// The session before which a snapshot was taken; nil for those of the cadence. Where the tags
    /// lack its id, the point stands for it.
    static func sessionID(in tags: [String]) -> String? {
        guard tags.contains(undo) else { return nil }
        return id(after: sessionPrefix, in: tags) ?? pointID(in: tags) ?? undo
    }

    private static func id(after prefix: String, in tags: [String]) -> String? {
        tags.lazy.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.first {
            UUID(uuidString: $0) != nil
        }
    }
}
