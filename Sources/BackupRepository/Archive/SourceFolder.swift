import FileTree
import ResticFormat

/// A folder that is being archived: what the source shows of it, and what is known from before.
struct SourceFolder: Sendable {
    let path: TreePath
    let listing: ExaminedListing
    /// The folder's tree in the parent snapshot.
    let previousTree: ObjectID?
    /// The number of its record in what the last run saw, where the folder had `previousTree` then.
    let known: Int?
    /// Of the listing; nil where it is of no use: what the run sees is not kept, or an entry could
    /// not be examined, so that the folder is looked at again each time.
    let fingerprint: ObjectID?

    init(path: TreePath, listing: ExaminedListing, previousTree: ObjectID?, known: Int?, isFingerprinted: Bool) {
        self.path = path
        self.listing = listing
        self.previousTree = previousTree
        self.known = known
        fingerprint =
            isFingerprinted && listing.isComplete ? ObjectID.fingerprint(of: listing.items) : nil
    }
}
