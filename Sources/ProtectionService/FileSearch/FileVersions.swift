import BackupRepository
import Catalog
import FileTree
import Foundation
import ProtectionRules

extension FileSearchOperations {
    /// Snapshots in which a path is looked up by reading trees, where the index does not have them.
    private static let maximumLookups = 64

    /// The states that the restore points of a unit have of one path, the newest first; none
    /// where no point has it.
    /// - Throws: `invalidProtectionUnitID`, `protectionUnitNotFound`, `badRequest` for what is no path,
    ///   `serviceNotAvailable` while the names of the unit are read first.
    public func versions(unitID: String, path text: String) async throws -> [FileVersion] {
        let id = try Identifiers.require(unitID, .invalidProtectionUnitID)
        guard try await look({ try $0.find(ProtectionUnit.self, id: id) }) != nil else {
            throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
        }
        let trimmed = text.utf8.drop { $0 == UInt8(ascii: "/") }
        guard let path = TreePath(bytes: Array(trimmed)), let key = NameKey(path) else {
            throw ServiceError(
                .badRequest, "'path' names no item: give the names from the drive's root on, joined with '/'.")
        }
        return try await reading {
            guard let unit = try await NameIndexReading(dependencies).unit(id: id) else { return [] }
            return try await versions(of: path, key, in: unit)
        }
    }

    private func versions(of path: TreePath, _ key: NameKey, in unit: NamedUnit) async throws -> [FileVersion] {
        var history: NameHistory?
        if let index = unit.index {
            history = try await NameIndexReading(dependencies).reading(index, of: unit.row) {
                try await index.history(of: key)
            }
        }
        let looked = unit.numbers.missing
        guard looked.count <= Self.maximumLookups else {
            let job = job(.indexNames, unit.row.id)
            try await change(makesDue: false) { _ = try $0.addJob(job) }
            throw ServiceError(
                .serviceNotAvailable, "The names in the backups of the unit are being read; try again a little later.",
                isRetryable: true, retryAfterSeconds: 5)
        }
        var states: [String: NameState] = [:]
        for snapshot in looked {
            states[snapshot] = try await context.browsing.reading(unitID: unit.row.id, snapshotID: snapshot) {
                browser in
                try await browser.nameState(of: path)
            }
        }
        return FileVersion.versions(
            unit.numbers.points.compactMap { entry in
                if let number = entry.number { return (entry.point, history?.span(at: number)?.state) }
                guard looked.contains(entry.point.snapshotId) else { return nil }
                return (entry.point, states[entry.point.snapshotId])
            })
    }
}
