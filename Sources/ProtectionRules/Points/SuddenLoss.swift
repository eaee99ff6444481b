/// What the number of a drive's files says at a backup, as a pure function.
///
/// A drive that loses most of its files from one backup to the next is more often a disk that is
/// not mounted than a wish of its owner. It is backed up all the same, but the last full point must
/// not age out before a user has noticed.
package enum SuddenLoss: Sendable, Hashable {
    /// Most of the files are gone at once.
    case lost
    /// More than half of the files of the held point are back.
    case recovered

    /// Fewer files than that come and go.
    static let minimumFiles = 50

    /// - Parameters:
    ///   - files: how many there are now.
    ///   - before: how many the snapshot before has; nil where it does not say.
    ///   - held: how many the point has that is held already; no later loss takes its place.
    ///     nil where none is.
    package init?(_ files: Int, before: Int?, held: Int?) {
        if let held {
            guard files > held - files else { return nil }
            self = .recovered
        } else {
            guard let before, before >= Self.minimumFiles, before - files > files else { return nil }
            self = .lost
        }
    }
}
