import ObjectStorage
import ResticFormat

extension PrunePlan {
    /// Chooses what becomes of each pack.
    /// - Parameter used: for every record of `index` whether a snapshot needs it.
    /// - Parameter present: the packs in the store.
    /// - Parameter unusedPercent: unused bytes that may stay, in percent of the used bytes.
    /// - Throws: `damaged` where a pack that a snapshot needs is missing or has another size than
    ///   the index says; then nothing may be deleted.
    init(
        index: BlobIndex, used: [Bool], present: [ObjectInfo], unusedPercent: Int
    ) throws(RepositoryError) {
        self.index = index
        let known = Set(index.packs.map(ObjectNames.pack))
        for object in present where !known.contains(object.name) {
            unreferencedPacks.append(object.name)
            freedBytes += object.sizeBytes
        }
        let sizes = Dictionary(present.map { ($0.name, $0.sizeBytes) }) { first, _ in first }
        let contents = index.packContents()
        var candidates: [PruneCandidate] = []
        var usedBytes: UInt64 = 0
        for (number, records) in contents.enumerated() {
            let candidate = PruneCandidate(pack: number, records, used: used, in: index)
            usedBytes += candidate.usedBytes
            if candidate.usedBytes == 0 {
                deleteUnused(number, sizes)
            } else {
                try expectWhole(number, records, sizes)
                if candidate.isDense { keep(number) } else { candidates.append(candidate) }
            }
        }
        let limit = usedBytes / 100 * UInt64(unusedPercent)
        choose(candidates.sorted { $0.comesBefore($1) }, unusedLimit: limit) { pack in
            contents[pack].filter { used[Int($0)] }
        }
    }

    private mutating func deleteUnused(_ number: Int, _ sizes: [String: UInt64]) {
        let name = ObjectNames.pack(index.packs[number])
        unusedPacks.append(name)
        freedBytes += sizes[name] ?? 0
    }

    private func expectWhole(_ number: Int, _ records: [UInt32], _ sizes: [String: UInt64]) throws(RepositoryError) {
        let name = ObjectNames.pack(index.packs[number])
        let expected = index.expectedSize(of: records)
        guard sizes[name] == expected else {
            throw RepositoryError.damaged(
                name,
                """
                a pack that a snapshot needs is missing or has not \(expected) bytes; nothing was deleted, run \
                a check
                """
            )
        }
    }

    private mutating func keep(_ number: Int) {
        kept.append(UInt32(number))
        keptPacks += 1
    }

    /// Repacks what must be, then the most wasteful, until the rest of the waste is at most the limit.
    /// - Parameter needed: the records of a pack that are to be moved.
    private mutating func choose(
        _ candidates: [PruneCandidate], unusedLimit limit: UInt64, needed: (_ pack: Int) -> [UInt32]
    ) {
        var unused = candidates.reduce(UInt64(0)) { $0 + $1.unusedBytes }
        for candidate in candidates {
            guard candidate.mustMove || unused > limit else {
                keep(candidate.pack)
                continue
            }
            repackedPacks.append(ObjectNames.pack(index.packs[candidate.pack]))
            moved += needed(candidate.pack)
            repackedBytes += candidate.usedBytes
            freedBytes += candidate.usedBytes + candidate.unusedBytes
            unused -= candidate.unusedBytes
        }
        keptUnusedBytes = unused
    }
}

/// A pack, weighed. Bytes are stored bytes of blobs.
private struct PruneCandidate {
    var pack: Int
    var usedBytes: UInt64 = 0
    var unusedBytes: UInt64 = 0
    /// Trees are small and read first by every command, so their packs stay dense; mixed
    /// packs are put right.
    var mustMove: Bool

    init(pack: Int, _ records: [UInt32], used: [Bool], in index: BlobIndex) {
        self.pack = pack
        var (hasTrees, hasData) = (false, false)
        for record in records {
            let entry = index.table[Int(record)]
            if entry.isTree { hasTrees = true } else { hasData = true }
            let length = UInt64(entry.location.length)
            if used[Int(record)] { usedBytes += length } else { unusedBytes += length }
        }
        mustMove = hasTrees && (hasData || unusedBytes > 0)
    }

    /// Whether there is nothing to gain.
    var isDense: Bool { unusedBytes == 0 && !mustMove }

    /// What must move comes first, then the greatest share of waste.
    func comesBefore(_ other: PruneCandidate) -> Bool {
        if mustMove != other.mustMove { return mustMove }
        return unusedBytes * other.usedBytes > other.unusedBytes * usedBytes
    }
}
