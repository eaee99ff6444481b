import Catalog
import CatalogSQLite
import Foundation

/// The catalogue's file, looked at before anything is changed: a lost catalogue must not become a
/// new, empty installation beside the old backups.
extension StateFolder {
    /// Opens the catalogue. A missing or empty one is created only where there is nothing
    /// that it should know.
    /// - Parameter isRebuilding: whether the caller restores a lost catalogue.
    func openCatalog(isRebuilding: Bool) async throws -> any SQLDriver {
        if let postgres = try settings.catalog?.postgres() { return try await openPostgres(postgres) }
        if !isRebuilding, let loss = catalogLoss(), try await repositories.holdsRepositories() {
            throw lostCatalog(loss)
        }
        for suffix in StateFile.catalogSuffixes where url.holds(StateFile.catalog + suffix) {
            try PrivateFile.require(URL(filePath: catalogPath + suffix), mode: 0o600)
        }
        do {
            return try SQLiteDriver(path: catalogPath)
        } catch {
            throw told(error)
        }
    }

    /// Keeps a copy of a catalogue that this program is about to bring to its own version: the
    /// program of before refuses what comes out.
    /// - Returns: the copy; nil where nothing is about to change.
    func copyCatalogBeforeUpgrade(_ driver: any SQLDriver) async throws -> String? {
        guard driver is SQLiteDriver else { return nil }
        // A new catalogue has no versions yet. One that cannot be read is refused by what follows.
        guard let present = try? await SchemaVersion.present(in: driver), present > 0, present < SchemaVersion.known
        else { return nil }
        let copy = catalogPath + StateFile.beforeUpgrade + Version.current
        try CatalogCopy.write(catalogPath, to: copy)
        return copy
    }

    /// Bytes of the catalogue with its write-ahead log; nil where it is no file, or not there.
    var catalogBytes: Int? {
        guard settings.catalog == nil else { return nil }
        let sizes = StateFile.catalogSuffixes.compactMap { suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: catalogPath + suffix)
            return (attributes?[.size] as? NSNumber)?.intValue
        }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    /// Notes that the catalogue was copied, for the server, which is not asked for copies.
    func noteCopy(at moment: Date) throws {
        try PrivateFile.write(
            Data((moment.formatted(.iso8601) + "\n").utf8), to: url.appending(path: StateFile.lastCopy))
    }

    /// When a command last copied the catalogue; nil where none did.
    var lastCopy: Date? {
        guard let text = try? String(contentsOf: url.appending(path: StateFile.lastCopy), encoding: .utf8) else {
            return nil
        }
        return try? Date(text.trimmingCharacters(in: .whitespacesAndNewlines), strategy: .iso8601)
    }

    private func catalogLoss() -> StateRefusal.CatalogLoss? {
        let size = (try? FileManager.default.attributesOfItem(atPath: catalogPath))?[.size] as? NSNumber
        guard let size else { return .isMissing }
        return size.intValue == 0 ? .isEmpty : nil
    }

    /// Gives the catalogue's files other names, so that the next start makes an empty
    /// one. Nothing is deleted.
    func moveCatalogAside() throws {
        let suffix = ".replaced-\(Int(Date().timeIntervalSince1970))"
        // The catalogue itself goes last: until then the command can be repeated.
        for name in StateFile.catalogSuffixes.reversed() where url.holds(StateFile.catalog + name) {
            try FileManager.default.moveItem(atPath: catalogPath + name, toPath: catalogPath + suffix + name)
        }
    }

    /// The refusal to go on without the catalogue.
    func lostCatalog(_ loss: StateRefusal.CatalogLoss) -> StateRefusal {
        .catalogLost(loss, catalog: catalogName, repositories: repositories.address, rebuild: rebuildCommand)
    }

    /// The error with what to do, where it is damage of the catalogue; otherwise the error itself.
    func told(_ error: any Error) -> any Error {
        guard let error = error as? CatalogError, error.code == .damaged else { return error }
        return StateRefusal.catalogDamaged(message: error.message, rebuild: rebuildCommand)
    }

    private var rebuildCommand: String { "holdfast catalog rebuild --state '\(url.path)'" }
}
