import Concurrency
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// The part of a restore that writes file content, in the order in which it lies in the packs.
///
/// Every needed range of a pack is read once, merged over small gaps; packs are worked on by
/// several threads. A file is created with its first blob and gets its name with its last. While
/// too many files are open, further ones are restored whole, out of order.
final class ContentRestore: Sendable {
    /// A blob that a file needs. 16 bytes.
    struct Need: Sendable {
        /// Where the blob lies: the number of its pack, then the offset. The order of reading.
        var place: UInt64
        /// The number of the file in the plan.
        var file: UInt32
        /// Where it stands in `RestorePlan.blobs`.
        var position: UInt32
    }

    let run: RestoreRun
    let plan: RestorePlan
    private let newFolders: NewFolders
    private let needs: [Need]
    private let openFiles: Mutex<OpenFiles<any WritableFile>>

    init(run: RestoreRun, newFolders: NewFolders) {
        self.run = run
        self.newFolders = newFolders
        plan = run.plan
        openFiles = Mutex(OpenFiles(limit: run.options.openFiles))
        needs = Self.sortedNeeds(run.plan)
    }

    private static func sortedNeeds(_ plan: RestorePlan) -> [Need] {
        var needs: [Need] = []
        needs.reserveCapacity(plan.blobs.count)
        for (number, file) in plan.files.enumerated() where file.present != .similar {
            for position in file.blobStart..<(file.blobStart + file.blobCount) {
                let location = plan.index.table[Int(plan.blobs[Int(position)])].location
                needs.append(
                    Need(
                        place: UInt64(location.pack) << 32 | UInt64(location.offset), file: UInt32(number),
                        position: position))
            }
        }
        needs.sort { ($0.place, $0.file) < ($1.place, $1.file) }
        return needs
    }

    func run() async throws {
        defer { newFolders.keep() }
        try makeEmptyFiles()
        try await PatchRestore(run: run).run(plan.files.filter { $0.present == .similar })
        let stretches = ReadStretches(gapBytes: run.options.gapBytes, readSizeBytes: run.options.readSizeBytes)
            .stretches(count: needs.count, location: location)
        let next = WorkCounter(limit: stretches.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<readers(of: stretches) {
                group.addTask {
                    let codec = self.run.repository.codecs.take()
                    defer { self.run.repository.codecs.giveBack(codec) }
                    try await codec.withReadBuffer { buffer in
                        while let number = next.take() {
                            try Task.checkCancellation()
                            try await self.restore(stretches[number], reading: &buffer, codec: codec)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What reads that are on their way may have together, in bytes.
    private static let bytesAtOnce: UInt64 = 64 << 20

    /// How many stretches are worked on at once: as many as threads, and further ones that wait for
    /// a store far away.
    private func readers(of stretches: [Range<Int>]) -> Int {
        let width = min(run.options.width, stretches.count)
        guard let readsAtOnce = run.options.readsAtOnce else { return width }
        let longest = stretches.map { span(of: $0).count }.max() ?? 0
        let fitting = Self.bytesAtOnce / UInt64(max(1, longest))
        return min(stretches.count, max(width, min(readsAtOnce, Int(clamping: fitting))))
    }

    /// The bytes of its pack that a stretch is read from.
    private func span(of stretch: Range<Int>) -> Range<UInt64> {
        let start = UInt64(location(stretch.lowerBound).offset)
        return start..<(stretch.map { UInt64(location($0).offset) + UInt64(location($0).length) }.max() ?? start)
    }

    private func makeEmptyFiles() throws {
        for file in plan.files where file.blobCount == 0 {
            unsafe try writeWhole(UnsafeRawBufferPointer(start: nil, count: 0), file)
        }
    }

    /// Writes a file whose whole content is in memory.
    private func writeWhole(_ content: UnsafeRawBufferPointer, _ planned: PlannedFile) throws {
        let path = plan.path(of: planned)
        do throws(TreeError) {
            try run.expectPresent(at: path)
            if let folder = try newFolders.folder(of: planned) {
                unsafe try folder.writeFile(plan.name(of: planned), content, run.changes(for: planned))
            } else {
                unsafe try run.destination.writeFile(path, content, run.changes(for: planned))
            }
            run.count(at: path) { counts in
                counts.items += 1
                counts.bytesWritten += UInt64(content.count)
            }
        } catch {
            try run.fail(error)
        }
        try newFolders.finish(planned)
    }

    private func record(_ need: Int) -> BlobTable.Record {
        plan.index.table[Int(plan.blobs[Int(needs[need].position)])]
    }

    private func location(_ need: Int) -> BlobLocation {
        record(need).location
    }

    /// Reads one stretch and hands its blobs to the files.
    private func restore(_ stretch: Range<Int>, reading bytes: inout [UInt8], codec: BlobCodec) async throws {
        let first = location(stretch.lowerBound)
        let span = span(of: stretch)
        let name = ObjectNames.pack(plan.index.packs[Int(first.pack)])
        do throws(RepositoryError) {
            try await run.repository.readPack(name, range: span, into: &bytes)
        } catch {
            if error.isRetryable { throw error }
            return try fail(stretch, error)
        }
        run.count { $0.bytesRead += UInt64(span.count) }
        var position = stretch.lowerBound
        while position < stretch.upperBound {
            var next = position + 1
            while next < stretch.upperBound, location(next) == location(position) { next += 1 }
            try await write(position..<next, in: bytes, from: first.offset, of: name, codec: codec)
            position = next
        }
    }

    /// Opens one blob and writes it wherever it belongs.
    /// - Parameter bytes: what was read of `pack`, from `packStart` on.
    private func write(
        _ group: Range<Int>, in bytes: [UInt8], from packStart: UInt32, of pack: String, codec: BlobCodec
    ) async throws {
        let record = record(group.lowerBound)
        let start = Int(record.location.offset - packStart)
        var elsewhere: [UInt32] = []
        do {
            try unsafe bytes.withUnsafeBytes { bytes in
                let sealed = unsafe UnsafeRawBufferPointer(
                    rebasing: bytes[start..<(start + Int(record.location.length))])
                unsafe try codec.open(sealed, record, in: pack) { plaintext in
                    for need in group where try unsafe !place(plaintext, needs[need]) {
                        elsewhere.append(needs[need].file)
                    }
                }
            }
        } catch let error as RepositoryError where error.code == .damaged {
            return try fail(group, error)
        }
        for file in elsewhere { try await restoreWhole(file) }
    }

    /// Writes a blob to a file, making or finishing it as needed. False where the file has to be
    /// restored out of order.
    private func place(_ plaintext: UnsafeRawBufferPointer, _ need: Need) throws -> Bool {
        let planned = plan.files[Int(need.file)]
        if planned.blobCount == 1 {
            unsafe try writeWhole(plaintext, planned)
            return true
        }
        return unsafe try placePart(plaintext, need, of: planned)
    }

    /// Writes one of several blobs of a file.
    private func placePart(_ plaintext: UnsafeRawBufferPointer, _ need: Need, of planned: PlannedFile) throws -> Bool {
        do throws(TreeError) {
            switch try step(for: need, of: planned) {
            case .write(let file, let offset): unsafe try write(plaintext, to: file, at: offset, need, of: planned)
            case .later: return false
            case .skip, .make: break
            }
        } catch {
            giveUp(need.file)
            try run.fail(error)
        }
        return true
    }

    private func write(
        _ plaintext: UnsafeRawBufferPointer, to file: any WritableFile, at offset: UInt64, _ need: Need,
        of planned: PlannedFile
    ) throws(TreeError) {
        unsafe try file.write(plaintext, at: offset)
        let path = plan.path(of: planned)
        run.count(at: path) { $0.bytesWritten += UInt64(plaintext.count) }
        guard let complete = openFiles.withLock({ $0.finishPart(of: need.file) }) else { return }
        try run.expectPresent(at: path)
        try complete.commit(run.changes(for: planned))
        run.count(at: path) { $0.items += 1 }
    }

    /// What is to be done with a blob. A file that has to be made is made here, under the lock, so
    /// that no other thread makes it too.
    private func step(for need: Need, of planned: PlannedFile) throws(TreeError) -> OpenFiles<any WritableFile>.Step {
        let part = Int(need.position - planned.blobStart)
        return try openFiles.withLock { files throws(TreeError) in
            let step = files.take(part: part, of: need.file)
            guard case .make = step else { return step }
            do throws(TreeError) {
                try run.expectPresent(at: plan.path(of: planned))
                let file = try run.destination.makeFile(plan.path(of: planned), size: plan.size(of: planned))
                files.open(file, as: need.file, offsets: plan.offsets(of: planned))
            } catch {
                _ = files.giveUp(need.file)
                throw error
            }
            return files.take(part: part, of: need.file)
        }
    }

    /// Gives a file up: what was written is discarded, and further parts are skipped. False if it
    /// was given up before.
    @discardableResult
    private func giveUp(_ number: UInt32) -> Bool {
        switch openFiles.withLock({ $0.giveUp(number) }) {
        case .open(let file):
            file.discard()
            return true
        case .unopened: return true
        case .done: return false
        }
    }

    /// Records a failure for every file that needs one of the blobs.
    private func fail(_ group: Range<Int>, _ error: RepositoryError) throws {
        for number in Set(group.map { needs[$0].file }).sorted() where giveUp(number) {
            let planned = plan.files[Int(number)]
            run.record(ItemFailure(path: plan.path(of: planned), error))
            try newFolders.finish(planned)
        }
    }

    /// Restores a file by itself, blob by blob, because too many are open.
    private func restoreWhole(_ number: UInt32) async throws {
        let planned = plan.files[Int(number)]
        let path = plan.path(of: planned)
        try await run.attemptContent(of: path) {
            let file = try run.destination.makeFile(path, size: plan.size(of: planned))
            var offset: UInt64 = 0
            for record in plan.blobs(of: planned) {
                let length = try await run.fetch(plan.index.table[Int(record)], into: file, at: offset)
                offset += UInt64(length)
                run.count(at: path) { $0.bytesWritten += UInt64(length) }
            }
            try run.expectPresent(at: path)
            try file.commit(run.changes(for: planned))
            run.count(at: path) { $0.items += 1 }
        }
    }
}
