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

/// A small new file by name and content.
struct NoteKey: Hashable, Sendable {
    /// The first half of an ID, which is enough to tell files of one run.
    typealias Digest = UInt64

    var name: [UInt8]
    var digest: Digest

    /// Longer files are no notes.
    static let maximumBytes = 64 << 10
}
