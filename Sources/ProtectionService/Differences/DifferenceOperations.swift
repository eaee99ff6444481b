import BackupRepository
import Catalog
import Concurrency
import FileTree
import Foundation
import ProtectionRules
import Texts

extension ServiceContext {
    public var differences: DifferenceOperations { DifferenceOperations(context: self) }
}

/// What differs between two points of a unit.
public struct DifferenceOperations: OperationGroup {
    package let context: ServiceContext

    /// A page of what differs.
    /// - Parameter position: where the page before said that this one begins.
    /// - Throws: `protectionUnitNotFound`; `restorePointNotFound` where a point is not there, is
    ///   another unit's, or has expired meanwhile; `itemNotFound` where neither point has the folder;
    ///   `pointDamaged`; `serviceNotAvailable` where the backup cannot be read now.
    public func page(_ query: ComparedPoints, from position: String?, limit: Int) async throws -> ComparedPage {
        guard let folder = TreePath(query.folder) else {
            throw ServiceError(
                .badRequest, "The path '\(query.folder.shortened())' must be relative, without '.' and '..'.")
        }
        let after = try position.map { text in
            guard let bytes = Data(base64Encoded: text), let path = TreePath(bytes: [UInt8](bytes)) else {
                throw ServiceError(.badRequest, "The token for the next page is not valid.")
            }
            return path
        }
        let points = try await points(of: query)
        guard points.from.snapshotId != points.to.snapshotId else { return ComparedPage(items: []) }
        let page = try await page(of: points, in: folder, depth: query.depth, after: after, limit: limit)
        let last = page.isLast ? nil : page.entries.last
        return ComparedPage(
            items: page.entries.map(ComparedItem.init), next: last.map { Data($0.path.bytes).base64EncodedString() })
    }

    private func page(
        of points: Points, in folder: TreePath, depth: Int?, after: TreePath?, limit: Int
    ) async throws -> DifferencePage {
        do {
            return try await reading(points) { difference in
                do {
                    return try await difference.page(in: folder, depth: depth, after: after, limit: limit)
                } catch let error as RepositoryError where error.code == .snapshotNotFound {
                    throw ServiceError(
                        .itemNotFound, "Neither point has a folder '\(folder.description.shortened())'.")
                }
            }
        } catch let error as RepositoryError {
            throw ServiceError(comparing: error)
        } catch let failure as JobFailure {
            throw ServiceError(
                .internalServerError, "The backup cannot be opened; the server's log tells more.",
                detail: failure.logText)
        }
    }

    private struct Points: Sendable {
        var unitID: String
        var from: RestorePoint
        var to: RestorePoint
    }

    private func points(of query: ComparedPoints) async throws -> Points {
        let unitID = query.unitID.lowercased()
        let found = try await look { reader -> Points in
            guard try reader.find(ProtectionUnit.self, id: unitID) != nil else {
                throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
            }
            func point(_ id: String?) throws -> RestorePoint {
                let newest = Query<RestorePoint>(
                    where: .equal("unitId", unitID), order: [.init("protectionDateTime", ascending: false)])
                let found = try id.map { try reader.find(RestorePoint.self, id: $0.lowercased()) }
                guard let point = try found ?? reader.first(newest), point.unitId == unitID else {
                    throw ServiceError(
                        .restorePointNotFound, "The unit has no such restore point; it may have expired.")
                }
                return point
            }
            return Points(unitID: unitID, from: try point(query.from), to: try point(query.to))
        }
        return found
    }

    /// Compares the snapshots of two points. A prune may move data meanwhile, so a failure is looked
    /// at once more with a fresh index.
    private func reading<Value: Sendable>(
        _ points: Points, _ body: @Sendable (SnapshotDifference) async throws -> Value
    ) async throws -> Value {
        try await withTaskExecutorPreference(OpenRepositories.threads) {
            do {
                return try await body(try await difference(points))
            } catch let error as RepositoryError where error.code == .damaged || error.code == .snapshotNotFound {
                context.browsed.forget(unitID: points.unitID)
                return try await body(try await difference(points))
            }
        }
    }

    private func difference(_ points: Points) async throws -> SnapshotDifference {
        let key = DifferenceKey(
            unitID: points.unitID, from: points.from.snapshotId, to: points.to.snapshotId)
        if let known = context.browsed.differences[key] { return known }
        let made = try await SnapshotDifference(
            try await context.browsing.repository(points.unitID), from: key.from, to: key.to)
        context.browsed.differences.keep(made, key)
        return made
    }
}

extension ServiceError {
    /// A failure while two snapshots were compared.
    fileprivate init(comparing error: RepositoryError) {
        switch error.code {
        case .snapshotNotFound:
            self.init(.restorePointNotFound, "A restore point has expired.", detail: error.description)
        case .damaged:
            self.init(
                .pointDamaged,
                "The backups of one of the points are damaged there; 'holdfast repository check' tells more.",
                detail: error.description)
        default:
            self.init(reading: error)
        }
    }
}
