import Foundation

/// A failure that a client of the control surface ordered.
struct Fault: Sendable, Hashable {
    enum Target: Sendable, Hashable {
        /// The backups of a unit.
        case backup(unitID: String)
        /// The restores of a unit, in whatever session.
        case restore(unitID: String)
        case artifact(id: String)
        /// Requests of a method (nil: any) for a path.
        case request(method: String?, path: PathPattern)
    }

    /// The name by which a client removes it.
    var id: String
    var target: Target
    var code: String
    var message: String
    /// Whether a job that fails with it is tried again.
    var isRetryable = false
    /// The status of a refused request.
    var status = 0
    /// `Retry-After` of a refused request, in seconds.
    var retryAfterSeconds: Int?
    /// How many more times it strikes; nil where it strikes until it is removed.
    var remaining: Int?
    /// How often it has struck.
    var struck = 0
}

/// A path without its version, compared without regard to case. `*` stands for any one segment.
struct PathPattern: Sendable, Hashable, CustomStringConvertible {
    private let segments: [String]

    /// Reads a pattern such as `/solutions/backupRestore/restoreSessions/*/activate`; a version
    /// in front is ignored.
    init(_ text: String) {
        segments = Self.segments(of: text)
    }

    /// Whether the path of a request fits. The path is percent-encoded, as it was sent.
    func matches(_ rawPath: String) -> Bool {
        let other = Self.segments(of: rawPath)
        return other.count == segments.count && zip(segments, other).allSatisfy { $0 == "*" || $0 == $1 }
    }

    var description: String { "/" + segments.joined(separator: "/") }

    private static func segments(of path: String) -> [String] {
        let all = path.split(separator: "/").map { (String($0).removingPercentEncoding ?? String($0)).lowercased() }
        return all.first == "v1.0" || all.first == "beta" ? Array(all.dropFirst()) : all
    }
}
