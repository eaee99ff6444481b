import BackupRepository
package import Catalog
package import FileTree
import ProtectionRules

/// A place in a browse session, found by its key.
struct BrowseLocation: Sendable {
    var key: String
    var kind: BrowseItemKind
    /// Its path in the snapshot.
    var path: TreePath
    /// What is below it; nil for a file, and for a site, whose libraries are no folder of a drive.
    var folder: SnapshotBrowser.Folder?
}

/// The items of one browse session.
struct BrowseTree: Sendable {
    let session: BrowseSession
    let unit: ProtectionUnit
    let keys: ItemKeys
    let browser: SnapshotBrowser
    let names: BrowsedNames
    /// A chain of this many keys is deeper than a path can be.
    private static let greatestDepth = 2050

    /// The library of a drive; a drive has only this one.
    static let driveLibrary = Array("Documents".utf8)

    /// The place with a key.
    /// - Throws: `invalidBrowseRequest` where the session has none.
    func location(_ key: String) async throws -> BrowseLocation {
        let parts = key.split(separator: ",", maxSplits: Self.greatestDepth, omittingEmptySubsequences: false)
        guard key.utf8.count <= Self.greatestDepth * 37, key == keys.site || key.hasPrefix("\(keys.site),") else {
            throw Self.unknown
        }
        var place = BrowseLocation(key: keys.site, kind: .site, path: .root, folder: nil)
        for part in parts.dropFirst(2) {
            guard let next = try await child(of: place, part: String(part)) else { throw Self.unknown }
            place = next
        }
        return place
    }

    private static let unknown = ServiceError(.invalidBrowseRequest, "The item key is not one of this browse session.")

    private func child(of place: BrowseLocation, part: String) async throws -> BrowseLocation? {
        if place.kind == .site, session.workload == .oneDriveForBusiness {
            guard part == keys.part(of: Self.driveLibrary, in: place.key) else { return nil }
            return BrowseLocation(
                key: "\(place.key),\(part)", kind: .documentLibrary, path: .root, folder: browser.root)
        }
        guard let folder = place.kind == .site ? browser.root : place.folder else { return nil }
        guard let found = entry(with: part, of: try await browser.entries(of: folder), in: place),
            place.kind != .site || found.folder != nil
        else { return nil }
        let kind: BrowseItemKind = place.kind == .site ? .documentLibrary : found.folder == nil ? .file : .folder
        return BrowseLocation(
            key: "\(place.key),\(part)", kind: kind, path: place.path.appending(found.name), folder: found.folder)
    }
}

extension BrowseTree {
    /// The entry that a part of a key belongs to: found by its name where a page showed it lately,
    /// otherwise by trying all.
    private func entry(with part: String, of entries: FolderEntries, in place: BrowseLocation) -> SnapshotBrowser.Entry?
    {
        if let name = names[part], keys.part(of: name, in: place.key) == part { return entries[name: name] }
        for number in 0..<entries.count {
            let entry = entries[number]
            guard keys.part(of: entry.name, in: place.key) == part else { continue }
            names.remember(entry.name, part: part)
            return entry
        }
        return nil
    }
}

/// The keys of the places of a drive or site, whether a snapshot has them or not:
/// those of restored items.
package struct BrowseKeys: Sendable {
    package let workload: Workload
    package let keys: ItemKeys

    package init(workload: Workload, keys: ItemKeys) {
        self.workload = workload
        self.keys = keys
    }

    /// The key of a path.
    package func key(of path: TreePath) -> String {
        var key = keys.site
        if workload == .oneDriveForBusiness { key = keys.key(of: BrowseTree.driveLibrary, in: key) }
        for name in path.bytes.split(separator: UInt8(ascii: "/")) { key = keys.key(of: Array(name), in: key) }
        return key
    }
}
