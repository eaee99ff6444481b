import ArgumentParser
import Foundation

struct CatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat", abstract: "Write a file as it was at a moment to standard output.",
        discussion: HelpText.discussion(
            examples: [
                "holdfast cat ada@contoso.example:notes.txt",
                "holdfast cat ada@contoso.example:notes.txt --at '2 hours ago' | diff - notes.txt",
                "holdfast cat ada@contoso.example:Budget/2026.xlsx --at last-clean > 2026.xlsx",
            ]))

    @OptionGroup var items: ItemArguments

    func run() async throws {
        let (browser, path, session) = try await items.open()
        let item = try await browser.item(path.names)
        guard item.isFile else {
            throw CommandFailure(.wrongCommand, "'\(items.item)' is a folder. To see it: holdfast ls '\(items.item)'")
        }
        let content = Content(client: session.client, sessionID: browser.sessionID, key: item.key)
        try await content.write(to: FileHandle.standardOutput)
    }
}

/// The content of one file of a browse session, read in ranges, so that memory never holds more
/// than one of them.
struct Content {
    let client: APIClient
    let sessionID: String
    let key: String

    /// How much is asked for at once.
    static let rangeBytes = 4 << 20

    private var path: String {
        APIClient.additions + "/browseSessions/\(APIClient.encoded(sessionID))/content"
            + APIClient.text([("itemKey", key)])
    }

    /// Writes the whole content.
    func write(to output: FileHandle) async throws {
        var offset = 0
        while true {
            let answer = try await range(from: offset)
            try output.write(contentsOf: answer.body)
            offset += answer.body.count
            guard answer.status == 206, !answer.body.isEmpty, let total = Self.total(answer), offset < total else {
                return
            }
        }
    }

    /// One range; nothing for one that begins at the end, as every range of an empty file does.
    private func range(from offset: Int) async throws -> APIClient.Answer {
        let answer = try await client.answer(
            "GET", path, headers: ["Accept": "*/*", "Range": "bytes=\(offset)-\(offset + Self.rangeBytes - 1)"])
        if answer.status == Self.notSatisfiable { return APIClient.Answer(status: 206, headers: [:], body: Data()) }
        return try answer.accepted("GET", path)
    }

    /// The status for a range that lies behind the end.
    private static let notSatisfiable = 416

    /// The length of the whole, from `Content-Range: bytes 0-99/1234`.
    private static func total(_ answer: APIClient.Answer) -> Int? {
        answer.header("Content-Range")?.split(separator: "/").last.flatMap { Int($0) }
    }
}

struct DownloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Copy files or folders as they were at a moment to this machine.",
        discussion: HelpText.discussion(
            "One file comes as it is; a folder, or several items, as a ZIP archive.",
            examples: [
                "holdfast download ada@contoso.example:Budget/2026.xlsx --at yesterday",
                "holdfast download ada@contoso.example:Budget --zip -o budget.zip",
                "holdfast download ada@contoso.example:notes.txt -o - | less",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(
        help: "Items of one account or site: ada@contoso.example:Budget. Several are joined into one archive.",
        completion: .custom(ServerNames.units))
    var items: [String]

    @Option(help: "\(HelpText.moment) Without it the newest point.")
    var at: String?

    @Option(name: [.customShort("o"), .long], help: "The file to write; - writes to standard output.")
    var file: String?

    @Flag(help: "Make a ZIP archive, also of a single file.")
    var zip = false

    @Flag(help: "Write over a file that exists.")
    var force = false

    func validate() throws {
        if items.isEmpty { throw ValidationError("Name at least one item: UNIT:PATH.") }
    }

    func run() async throws {
        let paths = try items.map { try UnitPath($0) }
        guard let unitName = paths.first?.unit, paths.allSatisfy({ $0.unit == unitName }) else {
            throw CommandFailure(.wrongCommand, "The items must be of one account or site. Download each on its own.")
        }
        let session = try await ServerSession.open(server)
        let (unit, id) = try await session.units.protectedUnit(unitName)
        let (point, understood) = try await session.points.point(at, of: unit, id: id)
        if at != nil, !output.json { Diagnostics.line(understood) }
        let browser = try await Browser(session.client, point: point, of: unit)
        var found: [Browser.Item] = []
        for path in paths { found.append(try await browser.item(path.names)) }
        try await download(found, browser, session.client)
    }

    private func download(_ found: [Browser.Item], _ browser: Browser, _ client: APIClient) async throws {
        let isZip = zip || found.count > 1 || found.contains { !$0.isFile }
        let name = isZip ? (found.count == 1 ? "\(Self.fileName(found[0].name)).zip" : "files.zip") : found[0].name
        if file == "-", !isZip {
            let content = Content(client: client, sessionID: browser.sessionID, key: found[0].key)
            return try await content.write(to: FileHandle.standardOutput)
        }
        let place = URL(filePath: file ?? Self.fileName(name))
        guard file == "-" || force || !FileManager.default.fileExists(atPath: place.path) else {
            throw CommandFailure(.refused, "'\(place.path)' exists. Give -o another name, or --force.")
        }
        let answer = try await client.post(
            APIClient.additions + "/downloads",
            .object([
                ("browseSessionId", .string(browser.sessionID)),
                ("itemKeys", .array(found.map { .string($0.key) })), ("format", .string(isZip ? "zip" : "raw")),
            ]))
        guard let id = answer.text("id") else { throw CommandFailure(.failed, "The server began no download.") }
        try await fetch(APIClient.additions + "/downloads/\(APIClient.encoded(id))", to: place, client)
    }

    private func fetch(_ path: String, to place: URL, _ client: APIClient) async throws {
        guard file == "-" else {
            try await client.download(path, to: place)
            let size = (try? FileManager.default.attributesOfItem(atPath: place.path)[.size] as? NSNumber)?.intValue
            guard output.json else { return show("\(place.path)  \(Measures.size(size ?? 0))") }
            return JSONOutput.print(
                JSONOutput.result(.done, [("file", .string(place.path)), ("sizeInBytes", .integer(size ?? 0))]))
        }
        let draft = FileManager.default.temporaryDirectory.appending(path: "holdfast-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: draft) }
        try await client.download(path, to: draft)
        let reader = try FileHandle(forReadingFrom: draft)
        while let chunk = try reader.read(upToCount: Content.rangeBytes), !chunk.isEmpty {
            try FileHandle.standardOutput.write(contentsOf: chunk)
        }
    }

    /// A foreign name as one that this machine can hold, in the folder of today.
    private static func fileName(_ name: String) -> String {
        let safe = name.printable.replacing("/", with: "_")
        return safe.isEmpty || safe == "." || safe == ".." ? "file" : safe
    }
}
