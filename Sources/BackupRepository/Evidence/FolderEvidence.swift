/// What the changes within one folder say of damage: what went and what came, side by side.
struct FolderEvidence: Sendable {
    /// Names of files that were there before and are not any more.
    private(set) var removed: [[UInt8]] = []
    private var changed: [(name: [UInt8], file: ChangedFile)] = []
    /// Names of files that are there now, sorted by their bytes; empty where nothing depends on them.
    private var present: [[UInt8]] = []

    init() {}

    mutating func addRemoved(_ name: [UInt8]) { removed.append(name) }

    mutating func add(_ file: ChangedFile, named name: [UInt8]) { changed.append((name, file)) }

    /// Takes the names of the files that are there now, sorted by their bytes. To be called last.
    mutating func setPresent(_ names: some Sequence<[UInt8]>) {
        if removed.isEmpty, !changed.contains(where: { $0.file.verdict == .stranger }) { return }
        present = Array(names)
    }

    var isEmpty: Bool { removed.isEmpty && changed.isEmpty }

    /// Adds the folder to what the run found.
    /// - Parameter path: the folder's, for samples; empty for the root.
    /// - Parameter isOld: whether the folder was there before.
    func add(to figures: inout ChangeFigures, path: String, isOld: Bool, notes: inout [NoteKey: Int]) {
        let familiar = removed.map { (name: $0, kind: FileEnding($0).kind) }.filter { $0.kind.isFamiliar }
        var found = Found()
        let gone = Set(familiar.map(\.name))
        for (name, file) in changed { look(name, file, gone: gone, &found) }
        if isOld {
            for (name, file) in changed where file.isNew {
                guard let digest = file.digest else { continue }
                notes[NoteKey(name: name, digest: digest), default: 0] += 1
            }
        }
        let copies = copies(among: found.strangers)
        let newcomers = Newcomers(removed)
        // The original of a copy is still there: a copy took no file's place.
        let paired = min(newcomers.among(found.strangers.filter { copies[$0] == nil }).count, familiar.count)
        let aliens = newcomers.among(found.aliens.filter { copies[$0] == nil })
        let disguised = min(aliens.count, familiar.count)
        figures.changedWithNewContent += found.changedWithNewContent
        figures.addedWithNewContent += found.addedWithNewContent
        figures.broken += found.broken
        figures.hardened += found.hardened
        figures.strangers += found.newStrangers
        figures.pairedStrangers += paired
        figures.disguised += disguised
        figures.familiarRemoved += familiar.count
        figures.losingFolders += familiar.isEmpty ? 0 : 1
        addThinning(familiar.count, to: &figures)
        figures.sealedArchives += found.sealedArchives
        let sealedAway = found.sealedArchives > 0 ? familiar.count : 0
        figures.sealedFolders += sealedAway > 0 ? 1 : 0
        figures.sealedAway += sealedAway
        figures.copies += copies.count
        guard found.broken + found.hardened + paired + disguised + sealedAway + copies.count > 0 else { return }
        figures.hitFolders += 1
        figures.kinds |= found.kinds
        for original in copies.values { figures.kinds |= FileEnding(original).kind.bit }
        if paired + disguised + sealedAway > 0 { for (_, kind) in familiar { figures.kinds |= kind.bit } }
        if disguised > 0 { for name in aliens { figures.addEnding(of: name) } }
        addSamples(found, familiar.map(\.name), to: &figures, path: path)
    }

    /// The folder lost files of known kinds and has others: who cleans up empties folders as a whole.
    private func addThinning(_ gone: Int, to figures: inout ChangeFigures) {
        if gone == 0 { return }
        guard present.contains(where: { FileEnding($0).kind.isFamiliar }) else { return figures.emptiedFolders += 1 }
        let net = gone - changed.count { $0.file.isNew }
        guard net > 0 else { return }
        figures.thinnedFolders += 1
        figures.thinnedAway += net
    }

    /// Strangers that have the name, with an ending behind it, of a file of a known kind that was
    /// there before and still is; and that name.
    private func copies(among strangers: [[UInt8]]) -> [[UInt8]: [UInt8]] {
        if strangers.isEmpty || present.isEmpty { return [:] }
        let new = Set(changed.lazy.filter(\.file.isNew).map(\.name))
        var copies: [[UInt8]: [UInt8]] = [:]
        for stranger in strangers {
            for point in stranger.indices where stranger[point] == UInt8(ascii: ".") {
                let name = Array(stranger[..<point])
                if FileEnding(name).kind.isFamiliar, !new.contains(name), isPresent(name) { copies[stranger] = name }
            }
        }
        return copies
    }

    private func isPresent(_ name: [UInt8]) -> Bool {
        var (low, high) = (0, present.count)
        while low < high {
            let middle = (low + high) / 2
            if present[middle].lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low < present.count && present[low] == name
    }

    /// Tells files that are new to the folder from those that only got another name: of these as many
    /// went with the same unfamiliar ending.
    private struct Newcomers {
        private var gone: [[UInt8]: Int] = [:]

        init(_ removed: [[UInt8]]) {
            for name in removed where FileEnding(name).kind.isAlien { gone[Self.ending(name), default: 0] += 1 }
        }

        func among(_ names: [[UInt8]]) -> [[UInt8]] {
            if gone.isEmpty { return names }
            var left = gone
            return names.filter { name in
                guard let count = left[Self.ending(name)], count > 0 else { return true }
                left[Self.ending(name)] = count - 1
                return false
            }
        }

        private static func ending(_ name: [UInt8]) -> [UInt8] { FileEnding.bytes(of: name).map(Array.init) ?? [] }
    }

    /// What came in the folder.
    private struct Found {
        var broken = 0
        var hardened = 0
        var changedWithNewContent = 0
        var addedWithNewContent = 0
        var sealedArchives = 0
        var kinds = 0
        var strangers: [[UInt8]] = []
        /// Of these, those with content that no backup had: a vault that moved brings none.
        var newStrangers = 0
        var aliens: [[UInt8]] = []
        var hits: [[UInt8]] = []
    }

    private func look(_ name: [UInt8], _ file: ChangedFile, gone: Set<[UInt8]>, _ found: inout Found) {
        let kind = FileEnding(name).kind
        switch file.verdict {
        case .sound: break
        case .broken: found.broken += 1
        case .hardened: found.hardened += 1
        case .stranger:
            found.strangers.append(name)
            if !file.hasKnownContent { found.newStrangers += 1 }
        }
        if file.isHit {
            found.kinds |= kind.bit
            found.hits.append(name)
        }
        if file.isSealedArchive { found.sealedArchives += 1 }
        if file.isNew {
            let isSuccessor = file.verdict == .stranger || file.hasKnownContent || name.extends(oneOf: gone)
            if kind.isAlien, isSuccessor { found.aliens.append(name) }
            if file.hasNewContent { found.addedWithNewContent += 1 }
        } else if file.hasNewContent {
            found.changedWithNewContent += 1
        }
    }

    private func addSamples(_ found: Found, _ gone: [[UInt8]], to figures: inout ChangeFigures, path: String) {
        let room = ChangeFigures.maximumSamples - figures.samples.count
        guard room > 0 else { return }
        func full(_ name: [UInt8]) -> String {
            let name = String(decoding: name, as: UTF8.self)
            return path.isEmpty ? name : "\(path)/\(name)"
        }
        for name in found.hits.prefix(room) { figures.samples.append(ChangeFigures.Sample(path: full(name))) }
        let others = found.strangers.isEmpty ? found.aliens : found.strangers
        for name in others.prefix(room - min(room, found.hits.count)) {
            // What went under the beginning of the new name is the file before, where there is one.
            let before = gone.first { name.starts(with: $0) }
            figures.samples.append(ChangeFigures.Sample(path: full(name), pathBefore: before.map(full)))
        }
    }
}

extension [UInt8] {
    /// Whether the name is one of some others with one or more endings behind it.
    fileprivate func extends(oneOf others: Set<[UInt8]>) -> Bool {
        if others.isEmpty { return false }
        return indices.contains { self[$0] == UInt8(ascii: ".") && others.contains(Array(self[..<$0])) }
    }
}
