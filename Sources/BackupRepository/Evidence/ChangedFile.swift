import ResticFormat

/// What an archive run saw of a new or changed file: the part of it that says something of damage.
struct ChangedFile: Sendable {
    /// Whether no file of that name was there before.
    var isNew: Bool
    var verdict: ContentVerdict
    /// Whether it brought content that the repository did not have.
    var hasNewContent: Bool
    /// Whether all its content is that of files that the repository had.
    var hasKnownContent = false
    /// An archive that can be opened with a password only.
    var isSealedArchive = false
    /// Of a small file: the digest of its content, to tell equal ones.
    var digest: NoteKey.Digest?

    /// Whether the file is damaged, as far as the run can tell from the file alone.
    var isHit: Bool { verdict == .broken || verdict == .hardened }
}

/// What reading a file brought: all that a verdict needs.
struct ReadEvidence: Sendable {
    /// Taken only where a run compares with an earlier one.
    var sample = ContentSample()
    /// Of the blobs that are new: their bytes, and the same as stored.
    var newBytes = 0
    var storedBytes = 0

    /// Whether how well the content before compressed says something.
    var comparesCompression: Bool { newBytes >= BlobSaver.compressionMinimumBytes }

    mutating func count(bytes: Int, stored: Int) {
        newBytes += bytes
        storedBytes += stored
    }
}

extension ChangedFile {
    /// A file of which only times or rights differ.
    static let touched = ChangedFile(isNew: false, verdict: .sound, hasNewContent: false)

    /// What new content says.
    /// - Parameter sizeBefore: of the file that had the name; nil where there was none.
    /// - Parameter compressionBefore: the stored part of what that file had; nil where it is not known.
    /// - Parameter blobs: the content's.
    init(
        named name: [UInt8], _ read: ReadEvidence, sizeBefore: UInt64?, compressionBefore: Double?, blobs: [ObjectID]
    ) {
        var compression = ContentVerdict.Compression()
        if sizeBefore != nil, read.comparesCompression {
            compression.before = compressionBefore
            compression.now = Double(read.storedBytes) / Double(read.newBytes)
        }
        let sample = read.sample
        let verdict = ContentVerdict(FileEnding(name), sample, isChanged: (sizeBefore ?? 0) > 0, compression)
        self.init(
            isNew: sizeBefore == nil, verdict: verdict,
            hasNewContent: read.newBytes > 0 || verdict == .broken || verdict == .hardened)
        guard isNew else { return }
        hasKnownContent = read.newBytes == 0 && sample.length > 0
        if let form = FileForm(head: sample.head) {
            isSealedArchive = SealedArchive.isSealed(form, head: sample.head, tail: sample.tail)
        }
        if let blob = blobs.first, blobs.count == 1, sample.length <= NoteKey.maximumBytes { digest = blob.prefix }
    }
}

/// A small new file by name and content.
struct NoteKey: Hashable, Sendable {
    /// The first half of an ID, which is enough to tell files of one run.
    typealias Digest = UInt64

    var name: [UInt8]
    var digest: Digest

    /// Longer files are no notes.
    static let maximumBytes = 64 << 10
}
