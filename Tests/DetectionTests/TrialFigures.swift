import ResticFormat
import SampleData

@testable import BackupRepository

/// What the archiver would find in a drive in memory, point by point: its own functions over the
/// files that differ, without packs, without seals and without the names that did not change.
final class TrialFigures {
    /// Every file as of the last point.
    private var files: [String: [UInt8]] = [:]
    private var folders: Set<String> = []
    /// Content that a repository would have by now.
    private var known: Set<ObjectID> = []
    /// The newest; nil before the first point.
    private(set) var snapshot: String?
    var fileCount: Int { files.count }
    private let codecs: CodecPool
    private let level = ArchiveOptions().compressionLevel

    init() throws {
        var generator = SeededGenerator(seed: 1)
        codecs = CodecPool(sealer: Sealer(try KeyTriple.random(using: &generator)))
    }

    /// The outcome of a backup; the drive counts as settled afterwards.
    /// - Parameter id: of the snapshot, where there is a new one.
    func outcome(of drive: TrialDrive, id: String) throws -> ArchiveOutcome {
        defer { drive.settle() }
        var counts = ArchiveStatistics()
        guard let parent = snapshot else {
            files = drive.files
            folders = Set(drive.folderItems.keys)
            for bytes in files.values { known.insert(ObjectID.hash(of: bytes)) }
            counts.filesNew = UInt64(files.count)
            snapshot = id
            return ArchiveOutcome(
                result: .snapshot(id: id), tree: id, statistics: counts, failures: [], figures: ChangeFigures())
        }
        let gatherer = EvidenceGatherer()
        let before = files.count
        for (folder, names) in changes(of: drive) {
            try look(at: names, in: folder, drive, gatherer, &counts)
        }
        counts.filesUnmodified = UInt64(files.count) - counts.filesNew - counts.filesChanged
        let kept = Int(counts.filesUnmodified + counts.filesChanged)
        let newFolders = Set(drive.folderItems.keys)
        // A file that came and went between two points was never there.
        let isChanged = kept != before || counts.filesNew + counts.filesChanged > 0 || folders != newFolders
        let gone = folders.subtracting(newFolders).count
        folders = newFolders
        if isChanged { snapshot = id }
        return ArchiveOutcome(
            result: isChanged ? .snapshot(id: id) : .unchanged(parent: parent), tree: id, statistics: counts,
            failures: [],
            figures: gatherer.figures(
                removed: max(0, before - kept), folders: newFolders.count + 1, filled: drive.filesIn.count, gone: gone))
    }

    /// The paths to look at by their folders, in order.
    private func changes(of drive: TrialDrive) -> [(key: String, value: [String])] {
        Dictionary(grouping: drive.unsettled.sorted(), by: TrialDrive.folder).sorted { $0.key < $1.key }
    }

    private func look(
        at paths: [String], in folder: String, _ drive: TrialDrive, _ gatherer: EvidenceGatherer,
        _ counts: inout ArchiveStatistics
    ) throws {
        var evidence = FolderEvidence()
        for path in paths {
            let name = Array(TrialDrive.name(path).utf8)
            let old = files[path]
            guard let bytes = drive.files[path] else {
                if old != nil { evidence.addRemoved(name) }
                files[path] = nil
                continue
            }
            if old == nil { counts.filesNew += 1 } else { counts.filesChanged += 1 }
            evidence.add(try changedFile(name, bytes, before: old), named: name)
            files[path] = bytes
        }
        // Nobody looks into a folder that is gone.
        guard folder.isEmpty || drive.folderItems[folder] != nil else { return }
        let present = (drive.filesIn[folder] ?? []).map { Array(TrialDrive.name($0).utf8) }
        evidence.setPresent(present.sorted { $0.lexicographicallyPrecedes($1) })
        gatherer.add(evidence, path: folder, isOld: folder.isEmpty || folders.contains(folder))
    }

    private func changedFile(_ name: [UInt8], _ bytes: [UInt8], before: [UInt8]?) throws -> ChangedFile {
        if let before, before == bytes { return .touched }
        precondition(bytes.count <= BlobCodec.inputBytes, "a file of the trial is one blob")
        var read = ReadEvidence()
        unsafe bytes.withUnsafeBytes { unsafe read.sample.add($0) }
        let blob = ObjectID.hash(of: bytes)
        if !bytes.isEmpty, known.insert(blob).inserted {
            // How much is stored is asked of changed files only.
            read.count(bytes: bytes.count, stored: before == nil ? bytes.count : try stored(bytes))
        }
        var compression: Double?
        if let before, read.comparesCompression, before.count >= BlobSaver.compressionMinimumBytes {
            compression = Double(try stored(before)) / Double(before.count)
        }
        return ChangedFile(
            named: name, read, sizeBefore: before.map { UInt64($0.count) }, compressionBefore: compression,
            blobs: bytes.isEmpty ? [] : [blob])
    }

    /// The bytes that content takes in a repository, without its seal.
    private func stored(_ bytes: [UInt8]) throws -> Int {
        let codec = codecs.take()
        defer { codecs.giveBack(codec) }
        _ = unsafe try bytes.withUnsafeBytes { unsafe try codec.encode($0, level: level) }
        return codec.sealed.count - Sealer.overheadByteCount
    }
}
