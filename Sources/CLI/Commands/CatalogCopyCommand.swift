import ArgumentParser
import CatalogSQLite
import Foundation

/// A copy of the catalogue while the server runs, for the nightly timer and before upgrades.
struct CatalogCopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: "Copy the catalogue into a folder, also while the server runs.",
        discussion: HelpText.discussion(
            """
            The copy is one file, which holds the catalogue as it was at one moment. It is read through before it \
            gets its name, catalog-<time>.sqlite, which is printed. To use it, stop the server and put it in the \
            place of catalog.sqlite, without the files catalog.sqlite-wal and -shm.
            """,
            examples: [
                "holdfast catalog copy --state /var/lib/holdfast /mnt/copies",
                "holdfast catalog copy --state /var/lib/holdfast --keep 7 /mnt/copies",
            ]))
    @OptionGroup var state: StateOption

    @Argument(help: "The folder for copies; it is made where it is missing.", completion: .directory)
    var folder: String

    @Option(help: "How many copies stay in the folder, this one counted: the older ones are removed.")
    var keep: Int?

    func validate() throws {
        guard (keep ?? 1) >= 1 else { throw ValidationError("--keep must be 1 or more: the new copy stays.") }
    }

    func run() async throws {
        let state = try await StateFolder.open(at: state.path)
        guard state.settings.catalog == nil else {
            throw UsageError(
                "The catalogue is in PostgreSQL: copy it with that one's tools, as docs/operate/postgresql.md shows.")
        }
        let copies = CatalogCopies(folder: URL(filePath: folder).standardizedFileURL)
        let now = Date()
        let copy = try copies.add(of: state.catalogPath, at: now)
        try state.noteCopy(at: now)
        if let keep { try copies.remove(allBut: keep) }
        show(copy.path)
    }
}

/// A folder of copies of one catalogue.
struct CatalogCopies {
    let folder: URL

    /// Makes a copy that is named after a moment.
    func add(of catalog: String, at moment: Date) throws -> URL {
        if !FileManager.default.fileExists(atPath: folder.path) { try PrivateFile.makeFolder(folder) }
        let place = folder.appending(path: Self.name(moment))
        try CatalogCopy.write(catalog, to: place.path)
        return place
    }

    /// Removes the oldest copies. Other files are left alone.
    func remove(allBut count: Int) throws {
        for name in try names().dropLast(count) { try FileManager.default.removeItem(at: folder.appending(path: name)) }
    }

    /// The copies, oldest first.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { name in
            name.wholeMatch(of: /catalog-\d{8}T\d{6}Z\.sqlite/) != nil
        }.sorted()
    }

    static func name(_ moment: Date) -> String {
        let plain = moment.formatted(.iso8601).replacing("-", with: "").replacing(":", with: "")
        return "catalog-\(plain).sqlite"
    }
}
