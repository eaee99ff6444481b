import BackupRepository
public import Catalog
import FileTree
import Foundation
import ProtectionRules

extension BrowseOperations {
    /// Lists the items of a place in a browse session.
    ///
    /// A page begins where its position stands in the sorted folder and looks at no more entries
    /// than it takes to fill it, however many there are.
    /// - Throws: `browseSessionNotFound`, `browseSessionNotReady`, `invalidBrowseRequest`,
    ///   `filterTooLong`, `serviceNotAvailable`.
    public func page(
        sessionID: String, workload: Workload?, _ query: BrowseQuery, pageSize: Int
    ) async throws -> BrowsePage {
        try await page(
            sessionID: sessionID, workload: workload, BrowsePosition(query, after: nil), pageSize: pageSize)
    }

    /// The page that begins at `position`, as the page before gave it.
    /// - Throws: as the first page does.
    public func page(
        sessionID: String, workload: Workload?, from position: String, pageSize: Int
    ) async throws -> BrowsePage {
        guard let position = BrowsePosition(position) else {
            throw ServiceError(.invalidBrowseRequest, "The token for the next page is not valid.")
        }
        return try await page(sessionID: sessionID, workload: workload, position, pageSize: pageSize)
    }

    private func page(
        sessionID: String, workload: Workload?, _ position: BrowsePosition, pageSize: Int
    ) async throws -> BrowsePage {
        let session = try await session(id: sessionID, workload: workload)
        guard session.status == .created else {
            throw ServiceError(
                .browseSessionNotReady,
                "The browse session is \(session.status.rawValue); it can be browsed when it is created.")
        }
        let filter = try expression(position.query.filter)
        return try await reading(session) { tree in
            let selection = BrowseSelection(position, filter, pageSize: max(1, pageSize))
            return try await tree.page(selection)
        }
    }

    /// The filter of a request.
    private func expression(_ text: String?) throws(ServiceError) -> QueryExpression? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.count <= limits.queryExpressionBytes else {
            throw ServiceError(.filterTooLong, "The filter is longer than \(limits.queryExpressionBytes) bytes.")
        }
        do throws(QueryExpression.Fault) {
            let expression = try QueryExpression(text)
            guard expression.usesOnly(["name": (["contains"], false)]) else {
                throw QueryExpression.Fault(message: "only name -contains 'text' is offered")
            }
            return expression
        } catch {
            throw ServiceError(.invalidBrowseRequest, "The filter cannot be read: \(error.message).")
        }
    }

    /// Reads from the snapshot of a browse session.
    func reading<Value: Sendable>(
        _ session: BrowseSession, _ body: (BrowseTree) async throws -> Value
    ) async throws -> Value {
        guard let unit = try await look({ try $0.find(ProtectionUnit.self, id: session.unitId) }) else {
            throw ServiceError(.browseSessionNotFound, "The protection unit is gone.")
        }
        let keys = ItemKeys(dependencies.secrets, sessionID: session.id)
        return try await reading(unitID: session.unitId, snapshotID: session.snapshotId) { browser in
            try await body(
                BrowseTree(session: session, unit: unit, keys: keys, browser: browser, names: context.browsed.names))
        }
    }
}

/// Where a page begins: the query, and the name that came last.
struct BrowsePosition: Codable, Hashable {
    private var key: String?
    private var kind: String?
    private var filter: String?
    private var order: BrowseOrder
    private(set) var after: Data?

    init(_ query: BrowseQuery, after: [UInt8]?) {
        (key, kind, filter, order) = (query.locationKey, query.locationKind?.rawValue, query.filter, query.order)
        self.after = after.map { Data($0) }
    }

    init?(_ text: String) {
        guard let position = try? JSONDecoder().decode(BrowsePosition.self, from: Data(text.utf8)) else { return nil }
        self = position
    }

    var query: BrowseQuery {
        BrowseQuery(locationKey: key, locationKind: kind.flatMap(BrowseItemKind.init), filter: filter, order: order)
    }

    var text: String {
        guard let data = try? JSONEncoder().encode(self) else { preconditionFailure("texts and bytes always encode") }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Which entries of a folder a page has.
struct BrowseSelection {
    let position: BrowsePosition
    private let filter: QueryExpression?
    private let pageSize: Int
    private let isDescending: Bool
    private let after: [UInt8]?

    init(_ position: BrowsePosition, _ filter: QueryExpression?, pageSize: Int) {
        self.position = position
        self.filter = filter
        self.pageSize = pageSize
        isDescending = position.query.order.isDescending
        after = position.after.map { Array($0) }
    }

    /// The entries of the page, and the position of the next.
    func page(of entries: FolderEntries, onlyFolders: Bool) -> (entries: [SnapshotBrowser.Entry], next: String?) {
        var kept: [SnapshotBrowser.Entry] = []
        for number in numbers(in: entries) {
            let entry = entries[number]
            if onlyFolders, entry.folder == nil { continue }
            if let filter, !filter.matches(name: String(decoding: entry.name, as: UTF8.self)) { continue }
            guard kept.count < pageSize else {
                return (kept, BrowsePosition(position.query, after: kept.last?.name).text)
            }
            kept.append(entry)
        }
        return (kept, nil)
    }

    /// The numbers of the entries from where the page begins.
    private func numbers(in entries: FolderEntries) -> StrideTo<Int> {
        guard let after else {
            return isDescending
                ? stride(from: entries.count - 1, to: -1, by: -1) : stride(from: 0, to: entries.count, by: 1)
        }
        let before = entries.count(before: after)
        if isDescending { return stride(from: before - 1, to: -1, by: -1) }
        return stride(from: entries[name: after] == nil ? before : before + 1, to: entries.count, by: 1)
    }
}

extension BrowseTree {
    /// The items of the place that the query names.
    fileprivate func page(_ selection: BrowseSelection) async throws -> BrowsePage {
        let query = selection.position.query
        guard let key = query.locationKey, !key.isEmpty else {
            guard query.locationKind == nil || query.locationKind == .site else {
                throw ServiceError(.invalidBrowseRequest, "browseLocationItemKey is missing.")
            }
            return BrowsePage(items: [site])
        }
        let place = try await location(key)
        guard query.locationKind == nil || query.locationKind == place.kind else {
            throw ServiceError(
                .invalidBrowseRequest,
                "The item key is that of a \(place.kind.rawValue), not of a \(query.locationKind?.rawValue ?? "").")
        }
        if place.kind == .site, session.workload == .oneDriveForBusiness {
            return BrowsePage(items: [try await driveLibrary(place)])
        }
        guard let folder = place.kind == .site ? browser.root : place.folder else {
            throw ServiceError(.invalidBrowseRequest, "A file has no items.")
        }
        return try await page(selection, of: place, folder)
    }

    private func page(
        _ selection: BrowseSelection, of place: BrowseLocation, _ folder: SnapshotBrowser.Folder
    ) async throws -> BrowsePage {
        let (entries, next) = selection.page(
            of: try await browser.entries(of: folder), onlyFolders: place.kind == .site)
        var items: [BrowseItem] = []
        for entry in entries { items.append(try await item(entry, in: place)) }
        return BrowsePage(items: items, next: next)
    }

    func item(_ entry: SnapshotBrowser.Entry, in place: BrowseLocation) async throws -> BrowseItem {
        let isLibrary = place.kind == .site
        let count = if let folder = entry.folder { try await browser.count(folder) } else { 0 }
        let part = keys.part(of: entry.name, in: place.key)
        names.remember(entry.name, part: part)
        return BrowseItem(
            key: "\(place.key),\(part)", name: String(decoding: entry.name, as: UTF8.self),
            kind: isLibrary ? .documentLibrary : entry.folder == nil ? .file : .folder,
            webURL: unit.webURL(of: place.path.appending(entry.name)), itemsCount: count,
            sizeBytes: entry.folder == nil ? entry.size : nil,
            modified: isLibrary ? nil : Date(entry.modified))
    }

    var site: BrowseItem {
        BrowseItem(
            key: keys.site, name: unit.ownerName ?? unit.signInOrSiteName ?? unit.sourceId, kind: .site,
            webURL: unit.siteWebUrl ?? "", itemsCount: nil,
            sizeBytes: nil, modified: nil)
    }

    func driveLibrary(_ place: BrowseLocation) async throws -> BrowseItem {
        BrowseItem(
            key: keys.key(of: Self.driveLibrary, in: place.key),
            name: String(decoding: Self.driveLibrary, as: UTF8.self), kind: .documentLibrary,
            webURL: unit.webURL(of: .root), itemsCount: try await browser.count(browser.root), sizeBytes: nil,
            modified: nil)
    }
}
