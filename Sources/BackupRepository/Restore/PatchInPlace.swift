import FileTree
import Glibc
import ResticFormat

/// Restores a big file of which little differs where it stands, under a redo record.
///
/// Between its first and last byte the file is a mixture for other readers; after a crash the record
/// is replayed before anything else happens to the drive. Files with several names are left to the
/// usual way: a name that is not restored would change with them.
struct PatchInPlace: Sendable {
    /// The content is compared in blocks of this many bytes.
    private static let blockBytes = 4096
    /// A record has at most the file's length divided by this: then writing everything twice, and
    /// waiting for the disk, costs less than writing the whole file.
    private static let leastPart: UInt64 = 4

    let run: RestoreRun
    let redo: RedoRecords
    let planned: PlannedFile
    let path: TreePath

    /// - Returns: false where it has to be restored in the usual way; nothing was changed then.
    func patch() async throws -> Bool {
        let size = run.plan.size(of: planned)
        guard size >= run.options.patchedFileBytes, let file = try run.destination.openForPatching(path) else {
            return false
        }
        let before = try file.attributes()
        guard before.kind == .file, before.linkCount == 1 else { return false }
        var draft = redo.begin()
        defer { redo.end(draft.id) }
        do {
            guard try await collect(&draft, from: file, size: before.size, limit: size / Self.leastPart),
                try isUnchanged(file, since: before)
            else {
                try await draft.discard()
                return false
            }
            try await draft.commit(path: path, before: before, size: size, changes: changes)
        } catch {
            try? await draft.discard()
            throw error
        }
        try await redo.finish(draft.id, file)
        return true
    }

    /// The file has attributes already, so all that are extended are replaced.
    private var changes: AttributeChanges {
        run.plan.changes(for: planned, settingOwners: run.options.setsOwners, isNew: false)
    }

    /// Whether nobody changed the file, or put another one in its place, while it was compared.
    private func isUnchanged(_ file: any PatchableFile, since before: ItemAttributes) throws -> Bool {
        try run.expectPresent(at: path)
        let present = [try file.attributes(), try run.destination.attributes(of: path)]
        return present.allSatisfy { now in
            now.inode == before.inode && now.size == before.size && now.modified == before.modified
                && now.changed == before.changed
        }
    }

    /// Gathers what differs. Every blob is authenticated and compared with its hash, as always.
    /// - Returns: false where more than `limit` bytes do.
    private func collect(
        _ draft: inout RedoDraft, from file: any PatchableFile, size: UInt64, limit: UInt64
    ) async throws -> Bool {
        var (offset, buffer): (UInt64, [UInt8]) = (0, [])
        for position in planned.blobStart..<(planned.blobStart + planned.blobCount) {
            try Task.checkCancellation()
            let record = run.plan.index.table[Int(run.plan.blobs[Int(position)])]
            let length = record.location.plaintextLength ?? 0
            defer { offset += UInt64(length) }
            if run.plan.inPlace.contains(position) { continue }
            if buffer.count < length { buffer = [UInt8](repeating: 0, count: length) }
            let there = try Self.read(file, into: &buffer, at: offset, count: offset < size ? length : 0)
            if !run.plan.isKnown, there == length, Self.hash(buffer, length) == record.id { continue }
            try await add(record, comparedWith: buffer[..<there], at: offset, to: &draft)
            if draft.contentBytes > limit { return false }
            try await draft.flush()
        }
        return true
    }

    private func add(
        _ record: BlobTable.Record, comparedWith present: ArraySlice<UInt8>, at offset: UInt64,
        to draft: inout RedoDraft
    ) async throws {
        var pieces: [(bytes: [UInt8], offset: UInt64)] = []
        unsafe try await run.repository.withBlob(record, index: run.plan.index) { plaintext in
            unsafe present.withUnsafeBytes { present in
                for range in unsafe Self.differences(of: plaintext, from: present) {
                    let part = unsafe UnsafeRawBufferPointer(rebasing: plaintext[range])
                    pieces.append((unsafe Array(part), offset + UInt64(range.lowerBound)))
                }
            }
        }
        run.count { $0.bytesRead += UInt64(record.location.length) }
        for piece in pieces {
            unsafe piece.bytes.withUnsafeBytes { unsafe draft.add($0, at: piece.offset) }
        }
    }

    /// Reads from a file what it has of a range.
    /// - Returns: how many bytes that are.
    private static func read(
        _ file: any PatchableFile, into buffer: inout [UInt8], at offset: UInt64, count: Int
    ) throws(TreeError) -> Int {
        let result = unsafe buffer.withUnsafeMutableBytes { bytes -> Result<Int, TreeError> in
            do throws(TreeError) {
                return .success(
                    unsafe try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]), at: offset))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func hash(_ buffer: [UInt8], _ length: Int) -> ObjectID {
        unsafe buffer.withUnsafeBytes { unsafe ObjectID.hash(of: UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    }

    /// The ranges of whole blocks in which new content differs from what is there, perhaps shorter.
    static func differences(
        of content: UnsafeRawBufferPointer, from present: UnsafeRawBufferPointer
    ) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for start in stride(from: 0, to: content.count, by: blockBytes) {
            let end = min(start + blockBytes, content.count)
            if end <= present.count,
                let new = content.baseAddress, let old = present.baseAddress,
                unsafe memcmp(new + start, old + start, end - start) == 0
            {
                continue
            }
            if let last = ranges.last, last.upperBound == start {
                ranges[ranges.count - 1] = last.lowerBound..<end
            } else {
                ranges.append(start..<end)
            }
        }
        return ranges
    }
}
