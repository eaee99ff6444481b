import BackupRepository
import Catalog
import Logging
import ObjectStorage
import ProtectionRules
import ProtectionService

/// Keeps the name index of a unit in step with its restore points.
struct NameIndexKeeper: Sendable {
    private let dependencies: ServiceDependencies
    private let row: UnitRepository
    private let repository: Repository
    private let beside: any ObjectStore

    init(_ dependencies: ServiceDependencies, row: UnitRepository, repository: Repository) {
        (self.dependencies, self.row, self.repository) = (dependencies, row, repository)
        beside = dependencies.storeBeside(row)
    }

    /// Adds the snapshot that a backup has just stored, by its difference to the one before.
    ///
    /// A backup is good without it, so a failure is a line in the log.
    /// - Parameter snapshot: the snapshot itself; nil reads it.
    /// - Parameter parent: what the snapshot was made against; nil for the first of the unit.
    /// - Returns: whether the index tells of the snapshot now. If not, a job has to catch up.
    func follow(_ id: String, _ snapshot: SnapshotInfo?, after parent: String?) async throws -> Bool {
        do {
            let index = try await NameIndex.load(from: beside, try NameCodec(repository.masterKey))
            guard index == nil ? parent == nil : index?.snapshots.last?.id == parent else { return false }
            var update = try await NameIndexUpdate(index, of: repository, in: beside)
            let info = if let snapshot { snapshot } else { try await repository.snapshot(id) }
            guard try await update.add(info) else { return false }
            return try await update.commit() != nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            dependencies.logger.warning(
                "The names of a backup could not be added to the index for searches; a job tries again.",
                metadata: ["unit": "\(row.id)", "cause": "\(error)"])
            return false
        }
    }

    /// Adds the snapshots of all whole points that the index does not have; makes it again where that
    /// is not possible or not enough.
    func catchUp() async throws {
        try await repository.withLock(exclusive: false) {
            do {
                try await catchUp(from: try await NameIndex.load(from: beside, try NameCodec(repository.masterKey)))
            } catch let error as RepositoryError where error.code == .damaged {
                // The snapshots' own damage is none of the index: it notes them as unreadable.
                dependencies.logger.warning(
                    "The index of names of a unit is damaged and is made again.",
                    metadata: ["unit": "\(row.id)", "cause": "\(error)"])
                try await catchUp(from: nil)
            }
        }
    }

    /// Whether the index becomes whole by adding what is missing. A difference can be told only to a
    /// snapshot that is still there.
    private func canFollow(_ index: NameIndex?, _ numbers: PointNumbers) async throws -> Bool {
        guard let last = index?.snapshots.last(where: \.isReadable) else { return numbers.canFollow }
        guard numbers.canFollow else { return false }
        if numbers.missing.isEmpty { return true }
        return try await repository.snapshotIDs().contains(last.id)
    }

    private func catchUp(from index: NameIndex?) async throws {
        let points = try await dependencies.catalog.page(
            Query<RestorePoint>(
                where: .and([.equal("unitId", row.id), .equal("isDamaged", false)]),
                order: [.init("protectionDateTime")]))
        var (index, numbers) = (index, PointNumbers(points, in: index?.snapshots ?? []))
        if try await !canFollow(index, numbers) { (index, numbers) = (nil, PointNumbers(points, in: [])) }
        guard index == nil || !numbers.missing.isEmpty else { return }
        var update = try await NameIndexUpdate(index, of: repository, in: beside)
        for id in numbers.missing {
            do {
                try await update.add(try await repository.snapshot(id))
            } catch let error as RepositoryError where error.code == .snapshotNotFound {
                // A check tells of it, and its points are marked then.
                continue
            }
        }
        guard try await update.commit() != nil else {
            throw JobFailure(.unknownError, "The index of names was changed meanwhile.", isRetryable: true)
        }
    }
}
