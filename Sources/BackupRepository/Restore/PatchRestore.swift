import Concurrency
import FileTree
import ResticFormat

/// Restores files of which a part is in place already: only the rest is read from the repository.
///
/// Where the file system can share content, the new file begins as a copy of the present one and only
/// what differs is written. Otherwise a big file of which little differs is changed where it stands
/// (`PatchInPlace`), and any other is made as a whole and gets its name when it is. Blobs that the
/// plan does not know to stand there are hashed; the hashed bytes are those that are written or stay.
struct PatchRestore: Sendable {
    let run: RestoreRun

    func run(_ files: [PlannedFile]) async throws {
        let next = WorkCounter(limit: files.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(run.options.width, files.count) {
                group.addTask {
                    while let number = next.take() {
                        let (planned, path) = (files[number], self.run.plan.path(of: files[number]))
                        try await self.run.attemptContent(of: path) { try await self.patch(planned, path) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func patch(_ planned: PlannedFile, _ path: TreePath) async throws {
        let size = run.plan.size(of: planned)
        let copy = try run.destination.makeCopy(of: path, size: size)
        if copy == nil, let redo = run.redo {
            let patch = PatchInPlace(run: run, redo: redo, planned: planned, path: path)
            if try await patch.patch() {
                run.count(at: path) { counts in
                    counts.bytesWritten += size
                    counts.items += 1
                }
                return
            }
        }
        let file: any WritableFile = try copy ?? run.destination.makeFile(path, size: size)
        let source: (any ReadableContent)? = copy ?? (try? run.destination.open(path))
        var present = source.map { PresentContent($0) }
        var offset: UInt64 = 0
        for position in planned.blobStart..<(planned.blobStart + planned.blobCount) {
            try Task.checkCancellation()
            let record = run.plan.index.table[Int(run.plan.blobs[Int(position)])]
            let length: Int
            if copy != nil, run.plan.inPlace.contains(position) {
                length = record.location.plaintextLength ?? 0
            } else if let bytes = present?.read(record, at: offset) {
                length = bytes.count
                if copy == nil { try unsafe bytes.withUnsafeBytes { unsafe try file.write($0, at: offset) } }
            } else {
                length = try await run.fetch(record, into: file, at: offset)
            }
            offset += UInt64(length)
            run.count(at: path) { $0.bytesWritten += UInt64(length) }
        }
        try run.expectPresent(at: path)
        try file.commit(run.changes(for: planned))
        run.count(at: path) { $0.items += 1 }
    }
}
