import Foundation

/// Looks into a restore point through a browse session of Graph's surface.
struct Browser {
    let client: APIClient
    let sessionID: String
    /// The path of the session's workload.
    private let path: String
    /// Whether a unit's root is a library, as a drive's is, or holds libraries, as a site's does.
    private let isSite: Bool

    /// One item of a point.
    struct Item {
        let key: String
        let name: String
        /// `site`, `documentLibrary`, `folder` or `file`.
        let kind: String
        let size: Int?
        let modified: Date?
        let entity: JSONValue

        var isFile: Bool { kind == "file" }
    }

    /// Opens a session over a point.
    init(_ client: APIClient, point: KnownPoint, of unit: KnownUnit) async throws {
        self.client = client
        isSite = unit.isSite
        // The beta form of an item has its time.
        path = APIClient.graphPreview + "/\(unit.workload)BrowseSessions"
        let session = try await client.post(path, .object([("restorePointId", .string(point.id))]))
        guard let id = session.text("id") else {
            throw CommandFailure(.failed, "The server opened no browse session.")
        }
        sessionID = id
    }

    /// The item at a path; the root for no names. The name of a drive's library before a
    /// path is understood too.
    /// - Throws: `CommandFailure` that names the first name that is not there.
    func item(_ names: [String]) async throws -> Item {
        let root = try await root()
        do {
            return try await item(names[...], below: root)
        } catch let failure as CommandFailure where failure.status == .notFound && names.first == root.name {
            return try await item(names.dropFirst(), below: root)
        }
    }

    private func item(_ names: ArraySlice<String>, below root: Item) async throws -> Item {
        var (item, path) = (root, [String]())
        for name in names {
            guard let child = try await child(of: item, named: name) else {
                let place = path.isEmpty ? "the root" : "'\(path.joined(separator: "/"))'"
                throw CommandFailure(.notFound, "There is no '\(name)' in \(place) at that moment.")
            }
            item = child
            path.append(name)
        }
        return item
    }

    /// The entries of a folder, in the order of their names.
    func entries(of item: Item, containing text: String? = nil) async throws -> [Item] {
        var body: [(String, JSONValue)] = []
        if !item.key.isEmpty {
            body = [("browseLocationItemKey", .string(item.key)), ("browseResourceType", .string(item.kind))]
        }
        if let text { body.append(("filter", .string("(name -contains '\(text)')"))) }
        return try await client.postList(path + "/\(sessionID)/browse", .object(body)).map(Self.item)
    }

    /// A drive's root is its one library, a site's the site, which holds libraries.
    private func root() async throws -> Item {
        let top = Item(key: "", name: "", kind: "none", size: nil, modified: nil, entity: .null)
        guard let site = try await entries(of: top).first else {
            throw CommandFailure(.notFound, "The restore point is empty.")
        }
        guard !isSite, let library = try await entries(of: site).first else { return site }
        return library
    }

    private func child(of item: Item, named name: String) async throws -> Item? {
        guard !item.isFile else { return nil }
        // A name with marks that a filter reads is looked for in the whole folder.
        let isPlain = name.unicodeScalars.allSatisfy { $0 != "'" && $0 != "*" && $0 != "?" && $0 != "\\" && $0 != "\"" }
        let filter = isPlain && item.kind != "site" ? name : nil
        return try await entries(of: item, containing: filter).first { $0.name == name }
    }

    private static func item(_ entity: JSONValue) -> Item {
        Item(
            key: entity.text("itemKey") ?? "", name: entity.text("name") ?? "", kind: entity.text("type") ?? "none",
            size: entity.int("sizeInBytes"), modified: entity.date("lastModifiedDateTime"), entity: entity)
    }
}
