import ResticFormat

/// What a prune does, as a value: counts for people, packs by name.
///
/// Packs without anything that a snapshot needs are deleted. Packs with some are rewritten without
/// the rest, those with the most waste first, until what stays unused is below the limit of
/// `PruneOptions`. Source: restic-format.md section 15.
public struct PrunePlan: Sendable, CustomStringConvertible {
    /// Packs that no index names; object names.
    public internal(set) var unreferencedPacks: [String] = []
    /// Packs of which nothing is needed; object names.
    public internal(set) var unusedPacks: [String] = []
    /// Packs whose needed blobs are moved to new ones; object names.
    public internal(set) var repackedPacks: [String] = []
    /// Packs that stay as they are.
    public internal(set) var keptPacks = 0
    /// Bytes that become free, before the new packs are counted.
    public internal(set) var freedBytes: UInt64 = 0
    /// Stored bytes of the blobs that are moved.
    public internal(set) var repackedBytes: UInt64 = 0
    /// Stored bytes that stay although no snapshot needs them.
    public internal(set) var keptUnusedBytes: UInt64 = 0

    /// The digest over the names of the index files after the prune; nil before it.
    public internal(set) var indexDigest: String?

    /// Packs that index files of others name and that are not there; the new index does not.
    public var missingPacks: Int { index.missingPacks.count }

    /// Packs that nothing needs once the plan is done; object names.
    public var unneededPacks: [String] { unreferencedPacks + unusedPacks + repackedPacks }

    /// Records of blobs to move, in the order in which they lie in the packs.
    var moved: [UInt32] = []
    /// The numbers of the packs that stay, in the index.
    var kept: [UInt32] = []
    var index = BlobIndex()

    /// A plan that does nothing.
    init() {}

    /// Whether there is nothing to do.
    public var isEmpty: Bool { unneededPacks.isEmpty && missingPacks == 0 }

    /// One line for a person.
    public var description: String {
        """
        delete \(unreferencedPacks.count + unusedPacks.count) packs, repack \(repackedPacks.count) \
        (\(repackedBytes) bytes), keep \(keptPacks); frees \(freedBytes) bytes, \(keptUnusedBytes) unused bytes stay
        """
    }
}

extension PrunePlan {
    /// The index after the prune: packs that stay, and new ones.
    func indexFiles(adding new: [StoredPack]) -> [IndexFile] {
        let contents = index.packContents()
        let old = kept.map { PackIndex(id: index.packs[Int($0)], blobs: contents[Int($0)].map(index.entry)) }
        return (old + new.map { PackIndex(id: $0.id, blobs: $0.blobs.map(\.entry)) }).indexFiles()
    }
}
