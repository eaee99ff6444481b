package import BackupRepository
import FileTree
package import ObjectStorage

/// The changes of one unit of a plan, in blocks beside the unit's repository, compressed and sealed
/// with its key: `plans/<plan>/<list>/<block>`.
///
/// Each block begins with a line that says which it is, so that none passes for another.
package struct ChangeList: Sendable {
    /// Changes in one block.
    package static let blockSize = 10_000
    /// The most bytes of an opened block: paths of 4 KiB in each line.
    private static let maximumBlockBytes = 128 << 20
    private static let newline = UInt8(ascii: "\n")

    /// The beginning of the names of everything that belongs to a plan.
    package static func prefix(planID: String) -> String { "plans/\(planID)/" }

    private let store: any ObjectStore
    private let repository: Repository
    private let planID: String
    package let listID: String

    /// - Parameter store: the one beside the repository.
    /// - Parameter listID: names this making of the list; a unit that is planned again gets another.
    package init(store: any ObjectStore, repository: Repository, planID: String, listID: String) {
        self.store = store
        self.repository = repository
        self.planID = planID
        self.listID = listID
    }

    /// Writes changes one after the other and holds no more than one block of them.
    package struct Writer: Sendable {
        private let list: ChangeList
        private var text: [UInt8] = []
        private var count = 0

        fileprivate init(_ list: ChangeList) { self.list = list }

        /// Adds a change; they come in order of their paths.
        package mutating func append(_ change: PlannedChange) async throws {
            if text.isEmpty { text = list.head(count / ChangeList.blockSize) }
            ChangeLines.append(change, to: &text)
            count += 1
            if count % ChangeList.blockSize == 0 { try await finish() }
        }

        /// Writes what is left. No further change may follow, unless the last block is full.
        package mutating func finish() async throws {
            guard !text.isEmpty else { return }
            try Task.checkCancellation()
            try await list.store.write(list.name((count - 1) / ChangeList.blockSize), try list.repository.seal(text))
            text.removeAll(keepingCapacity: true)
        }
    }

    package var writer: Writer { Writer(self) }

    /// Writes all changes, which are in order of their paths.
    package func write(_ changes: [PlannedChange]) async throws {
        var writer = writer
        for change in changes { try await writer.append(change) }
        try await writer.finish()
    }

    /// Some changes from a place on.
    /// - Parameter count: how many the list has; the row knows.
    /// - Throws: `RepositoryError.damaged` where a block is not what was written.
    package func read(from start: Int, limit: Int, count: Int) async throws -> [PlannedChange] {
        var changes: [PlannedChange] = []
        let end = min(count, start + max(0, limit))
        var next = max(0, start)
        while next < end {
            let block = try await self.block(next / Self.blockSize)
            let first = next % Self.blockSize
            guard first < block.count else { throw damaged(next / Self.blockSize) }
            let part = block[first..<min(block.count, first + end - next)]
            changes += part
            next += part.count
        }
        return changes
    }

    /// Every change, in order.
    package func readAll(count: Int) async throws -> [PlannedChange] {
        try await read(from: 0, limit: count, count: count)
    }

    private func block(_ number: Int) async throws -> [PlannedChange] {
        let sealed = try await store.read(name(number))
        let text = try repository.open(sealed: sealed, maximumBytes: Self.maximumBlockBytes)
        let head = head(number)
        guard text.starts(with: head) else { throw damaged(number) }
        var changes: [PlannedChange] = []
        for line in text.dropFirst(head.count).split(separator: Self.newline) {
            guard let change = ChangeLines.change(line) else { throw damaged(number) }
            changes.append(change)
        }
        return changes
    }

    private func damaged(_ block: Int) -> RepositoryError {
        RepositoryError(.damaged, "the list of changes '\(name(block))' is not what was written; plan the unit again")
    }

    private func name(_ block: Int) -> String {
        let digits = String(block)
        return Self.prefix(planID: planID) + listID + "/" + String(repeating: "0", count: max(0, 6 - digits.count))
            + digits
    }

    private func head(_ block: Int) -> [UInt8] { Array("holdfast changes 1 \(planID) \(listID) \(block)\n".utf8) }
}
