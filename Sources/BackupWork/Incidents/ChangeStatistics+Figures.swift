import BackupRepository
import Catalog

extension ChangeStatistics {
    /// Takes over what the archiver counted. nil where the snapshot changed nothing.
    init?(_ outcome: ArchiveOutcome, pointID: String, unitID: String, isFirst: Bool) {
        guard case .snapshot = outcome.result else { return nil }
        self.init()
        let (counts, figures) = (outcome.statistics, outcome.figures)
        (id, unitId, files) = (pointID, unitID, Int(clamping: counts.totalFiles))
        (added, changed) = (Int(clamping: counts.filesNew), Int(clamping: counts.filesChanged))
        removed = figures.removed ?? 0
        replaced = min(added, removed)
        rewritten = figures.changedWithNewContent + min(removed, max(figures.addedWithNewContent, figures.disguised))
        (addedBytes, storedBytes) = (Int(clamping: counts.addedBytes), Int(clamping: counts.addedPackedBytes))
        if isFirst { flags.insert(.first) }
        if !outcome.failures.isEmpty { flags.insert(.partial) }
        evidence = isFirst ? nil : ChangeEvidence(figures)
    }
}

extension ChangeEvidence {
    /// As many removed files are worth a row's while; fewer are ordinary.
    private static let noticedRemovals = 20

    /// nil where nothing speaks of damage, as in nearly every snapshot.
    init?(_ figures: ChangeFigures) {
        guard
            figures.broken + figures.hardened + figures.strangers + figures.disguised + figures.sealedArchives > 0
                || figures.noteFolders >= 3 || (figures.removed ?? 0) >= Self.noticedRemovals
        else { return nil }
        self.init()
        (broken, hardened) = (figures.broken, figures.hardened)
        (strangers, pairedStrangers, disguised) = (figures.strangers, figures.pairedStrangers, figures.disguised)
        (familiarRemoved, losingFolders, folders) = (
            figures.familiarRemoved, figures.losingFolders, figures.folders
        )
        (hitFolders, kinds) = (figures.hitFolders, figures.kinds)
        if let name = figures.ending {
            (ending, endingFiles) = (String(decoding: name, as: UTF8.self), figures.endingFiles)
        }
        if let name = figures.note, figures.noteFolders >= 3 {
            (note, noteFolders) = (String(decoding: name, as: UTF8.self), figures.noteFolders)
        }
        (sealedArchives, sealedFolders) = (figures.sealedArchives, figures.sealedFolders)
        sealedAway = figures.sealedAway
        (copies, thinnedFolders, thinnedAway) = (figures.copies, figures.thinnedFolders, figures.thinnedAway)
        (emptiedFolders, goneFolders) = (figures.emptiedFolders, figures.goneFolders)
        filledFolders = figures.filledFolders
        samples = figures.samples.map { ChangeSample(path: $0.path, pathBefore: $0.pathBefore) }
    }
}
