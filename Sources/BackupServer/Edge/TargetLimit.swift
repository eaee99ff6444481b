import Foundation

/// The bound on a request's target. A page token does not count, because every link of
/// the server must work.
struct TargetLimit {
    /// The longest path with its query, in bytes.
    let maximumBytes: Int

    /// The longest token that is not counted. Source: `SkipToken`, which holds the values of one row's
    /// order, such as a name of 1,024 characters.
    static let maximumPageTokenBytes = 16 << 10

    func isBroken(by target: String) -> Bool {
        let length = target.utf8.count
        guard length > maximumBytes else { return false }
        guard let token = target.range(of: "skiptoken=", options: .caseInsensitive) else { return true }
        let end = target[token.upperBound...].firstIndex(of: "&") ?? target.endIndex
        let tokenBytes = target.utf8.distance(from: token.upperBound, to: end)
        return length - min(tokenBytes, Self.maximumPageTokenBytes) > maximumBytes
    }
}
