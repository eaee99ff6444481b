import Foundation

/// What `settings.json` holds.
struct StateSettings: Codable, Equatable, Sendable {
    /// The format of the folder; a greater number was written by a newer Holdfast.
    var formatVersion: Int
    /// The tenant's id, a lower-case UUID made once.
    var tenantID: String
    /// The absolute path of the tenant's folder, as `serve` was last told.
    var tenantPath: String
    /// Where the repositories are, as `serve` was last told; nil for the folder in this one.
    var store: StoreSettings?
    /// Where the catalogue is, as `serve` was last told; nil for the file in this folder.
    var catalog: CatalogSettings?

    init(
        tenantID: String, tenantPath: String, store: StoreSettings? = nil, catalog: CatalogSettings? = nil
    ) {
        formatVersion = StateFormat.withRepositories
        self.tenantID = tenantID
        self.tenantPath = tenantPath
        keep(store ?? StoreSettings(), catalog ?? CatalogSettings())
    }

    /// Takes other places. A program that knows none must not look for repositories or a catalogue here.
    mutating func keep(_ store: StoreSettings, _ catalog: CatalogSettings) {
        self.store = store.address == nil ? nil : store
        self.catalog = catalog.address == nil ? nil : catalog
        formatVersion =
            if self.catalog != nil {
                StateFormat.version
            } else {
                self.store == nil ? StateFormat.withRepositories : StateFormat.withCatalog
            }
    }

    /// Reads the settings of a state folder.
    /// - Throws: `StateRefusal` for settings that are damaged, or of a newer format.
    static func read(in folder: URL) throws -> StateSettings {
        let file = folder.appending(path: StateFile.settings)
        let settings: StateSettings
        do {
            settings = try JSONDecoder().decode(StateSettings.self, from: Data(contentsOf: file))
        } catch {
            throw StateRefusal.unreadableSettings(file: file.path, cause: explained(error))
        }
        guard settings.formatVersion <= StateFormat.version else {
            throw StateRefusal.newerFormat(
                folder: folder.path, found: settings.formatVersion, known: StateFormat.version)
        }
        return settings
    }

    func write(in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(encoder.encode(self), to: folder.appending(path: StateFile.settings))
    }
}
