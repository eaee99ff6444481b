import Concurrency
import FileTree
import ResticFormat

/// Restores files of which a part is in place already: only the rest is read from the repository.
///
/// The present file is never written to. The new one gets its name when it is whole, as always;
/// where the file system can share content, it begins as a copy of the present one and only what
/// differs is written. Nothing is taken on trust: each blob is hashed, and the hashed bytes are the
/// ones that are written, or that stay in the copy, which no other process knows.
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
        let file: any WritableFile = try copy ?? run.destination.makeFile(path, size: size)
        let source: (any ReadableContent)? = copy ?? (try? run.destination.open(path))
        var present = source.map { PresentContent($0) }
        var offset: UInt64 = 0
        for number in run.plan.blobs(of: planned) {
            try Task.checkCancellation()
            let record = run.plan.index.table[Int(number)]
            let length: Int
            if let bytes = present?.read(record, at: offset) {
                length = bytes.count
                if copy == nil { try unsafe bytes.withUnsafeBytes { unsafe try file.write($0, at: offset) } }
            } else {
                length = try await run.fetch(record, into: file, at: offset)
            }
            offset += UInt64(length)
            run.count { $0.bytesWritten += UInt64(length) }
        }
        try file.commit(run.changes(for: planned))
        run.count { $0.items += 1 }
    }
}
