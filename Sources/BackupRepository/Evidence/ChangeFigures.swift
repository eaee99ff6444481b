/// What a run changed against its parent, and what of that speaks of damage to files. Gathered from
/// what the archiver has in hand; no tree is read for it. Zero where there is no parent.
public struct ChangeFigures: Sendable, Hashable {
    /// Files of the parent whose path is gone; nil where it does not say how many files it has.
    public var removed: Int?
    /// Files that changed under their name and brought content that the repository did not have.
    public var changedWithNewContent = 0
    /// New files that did.
    public var addedWithNewContent = 0
    /// Changed files whose content does not fit their name, is empty, or is zeros only.
    public var broken = 0
    /// Changed files that compressed before and do not any more.
    public var hardened = 0
    /// New files of no known form that are random.
    public var strangers = 0
    /// Of these, those in whose folder as many files of a known kind went.
    public var pairedStrangers = 0
    /// Files of a known kind in whose folder as many with an unfamiliar ending, or none, came.
    public var disguised = 0
    /// Removed files of known kinds in folders that are still there.
    public var familiarRemoved = 0
    /// Folders that are still there and lost such files.
    public var losingFolders = 0
    /// Folders that are still there, lost such files and still have others.
    public var thinnedFolders = 0
    /// Such files that went from these folders, less what came there.
    public var thinnedAway = 0
    /// Folders that are still there and lost all their files of known kinds.
    public var emptiedFolders = 0
    /// Folders of the parent that are gone.
    public var goneFolders = 0
    /// Strangers that have the name of a file of a known kind, with an ending behind it, that is still there.
    public var copies = 0
    public var folders = 0
    /// Of `folders`, those with files in them.
    public var filledFolders = 0
    public var hitFolders = 0
    /// The kinds of files that were hit, a bit for each.
    public var kinds = 0
    /// The unfamiliar ending that most new files in place of known ones have.
    public var ending: [UInt8]?
    public var endingFiles = 0
    /// The name of the small new file that most folders got with equal content.
    public var note: [UInt8]?
    public var noteFolders = 0
    /// New archives that can be opened with a password only.
    public var sealedArchives = 0
    /// Folders that got such an archive and lost files.
    public var sealedFolders = 0
    /// Files of known kinds that went from these folders.
    public var sealedAway = 0
    public var samples: [Sample] = []
    private var endings: [[UInt8]: Int] = [:]

    /// A file that was hit. Bytes of its name that are no UTF-8 are replaced.
    public struct Sample: Sendable, Hashable {
        public var path: String
        /// The path that it seems to have had before.
        public var pathBefore: String?
    }

    public init() {}

    static let maximumSamples = 20
    /// Different endings that are counted.
    static let maximumEndings = 1000

    /// Counts an unfamiliar ending.
    mutating func addEnding(of name: [UInt8]) {
        guard let bytes = FileEnding.bytes(of: name) else { return }
        let ending = Array(bytes)
        guard endings[ending] != nil || endings.count < Self.maximumEndings else { return }
        let count = endings[ending, default: 0] + 1
        endings[ending] = count
        if count > endingFiles { (self.ending, endingFiles) = (ending, count) }
    }
}
