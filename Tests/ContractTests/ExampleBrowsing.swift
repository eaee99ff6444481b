import ProtectionService
import BackupTesting
import Catalog
import OData

extension ExampleSetup {
    /// The keys of the examples: the library's, and those of a file and a folder in it.
    private static let library =
        "5a651b13-b7a6-5123-aba2-f297c910b8fd,fafb5205-52a3-5fb0-a3c1-d0641272f023,5f9463cd-1d4f-5f95-93db-2602ad81c50a"
    private static let file = library + ",c541381f-e0b4-5cf6-b709-dd1c6408502f"
    private static let folder = library + ",9f57acb9-c2fe-52f5-a7e0-c37a8da813cb"
    private static let browseSession = "bs_Qm9yZWFsLTE3"
    private static let root = "/v1.0/solutions/backupRestore"

    /// A drive that is really backed up, with a browse session on its point; gives real ids and
    /// keys for those of the examples.
    func browsing(_ number: String) async throws -> [String: String] {
        var names = [World.point: try await backedUpPoint()]
        guard number != "29" else { return names }
        let session = try await made(
            "\(Self.root)/oneDriveForBusinessBrowseSessions", ["restorePointId": .string(names[World.point] ?? "")])
        try await settle()
        names[Self.browseSession] = session
        guard number != "30" else { return names }
        let browse = "\(Self.root)/oneDriveForBusinessBrowseSessions/\(session)/browse"
        let site = try await key(in: browse, nil, named: nil)
        let library = try await key(in: browse, (site, "site"), named: nil)
        names[Self.library] = library
        names[Self.file] = try await key(in: browse, (library, "documentLibrary"), named: "budget-2026.xlsx")
        names[Self.folder] = try await key(in: browse, (library, "documentLibrary"), named: "Plans")
        if number == "32" {
            let first = try await client.send(
                "POST", browse, ["browseLocationItemKey": .string(library), "browseResourceType": "documentLibrary"],
                headers: [("Prefer", "odata.maxpagesize=1")])
            guard let link = first.json["@odata.nextLink"]?.stringValue,
                let token = link.split(separator: "skiptoken=").last
            else {
                throw Impossible(reason: "no second page: \(first.text.prefix(200))")
            }
            names["eyJwYWdlIjoyfQ"] = String(token)
        }
        if number == "34" {
            var body = String(decoding: try Self.example("33").body?.encoded ?? [], as: UTF8.self)
            for (old, new) in names.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
                body = body.replacing(old, with: new)
            }
            let answer = try await client.sendText(
                "POST", "/beta/solutions/backupRestore/oneDriveForBusinessRestoreSessions", body)
            guard let id = answer.json["id"]?.stringValue else {
                throw Impossible(reason: "no session: \(answer.text.prefix(200))")
            }
            names["026bd53e-f765-5005-9c4b-50039810fdb4"] = id
        }
        return names
    }

    /// Protects the drive of Ines and runs a backup.
    private func backedUpPoint() async throws -> String {
        _ = try await world.protectDrive(client)
        try await world.backUp()
        guard let point = try await world.catalog.store.page(Query<RestorePoint>(limit: 1)).first else {
            throw Impossible(reason: "there is no point")
        }
        return point.id
    }

    /// The key of something at a place, by its name, or of the first thing.
    private func key(
        in browse: String, _ place: (key: String, type: String)?, named name: String?
    ) async throws -> String {
        let body: JSONValue =
            place.map { ["browseLocationItemKey": .string($0.key), "browseResourceType": .string($0.type)] } ?? [:]
        let answer = try await client.send("POST", browse, body)
        let items = answer.json["value"]?.arrayValue ?? []
        let found = name.map { name in items.first { $0["name"]?.stringValue == name } } ?? items.first
        guard let key = found?["itemKey"]?.stringValue else {
            throw Impossible(reason: "\(name ?? "nothing") at \(place?.key ?? "the top"): \(answer.text.prefix(300))")
        }
        return key
    }
}
