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
    /// The longest key; each level has a GUID and a comma.
    static let maximumKeyBytes = greatestDepth * 37

    /// The library of a drive; a drive has only this one.
    static let driveLibrary = Array("Documents".utf8)

    /// The place with a key.
    /// - Throws: `invalidBrowseRequest` where the session has none.
    func location(_ key: String) async throws -> BrowseLocation {
        let parts = key.split(separator: ",", maxSplits: Self.greatestDepth, omittingEmptySubsequences: false)
        guard key.utf8.count <= Self.maximumKeyBytes, key == keys.site || key.hasPrefix("\(keys.site),") else {
            throw Self.unknown
        }
        var place = top
        for part in parts.dropFirst(2) {
            guard let next = try await children(of: place, parts: [String(part)]).first else { throw Self.unknown }
            place = next.place
        }
        return place
    }

    /// The site itself, which every key begins with.
    var top: BrowseLocation { BrowseLocation(key: keys.site, kind: .site, path: .root, folder: nil) }

    private static let unknown = ServiceError(.invalidBrowseRequest, "The item key is not one of this browse session.")

    /// The places directly below another whose keys end with one of some parts. A part is found by its
    /// name where a page showed it lately. For all others the folder is gone through once.
    func children(
        of place: BrowseLocation, parts: Set<String>
    ) async throws -> [(part: String, place: BrowseLocation)] {
        if place.kind == .site, session.workload == .oneDriveForBusiness {
            let part = keys.part(of: Self.driveLibrary, in: place.key)
            return parts.contains(part) ? [(part, library)] : []
        }
        guard let folder = place.kind == .site ? browser.root : place.folder else { return [] }
        let entries = try await browser.entries(of: folder)
        return self.entries(with: parts, of: entries, in: place).compactMap { part, entry in
            child(of: place, entry).map { (part, $0) }
        }
    }

    /// The library of a drive.
    var library: BrowseLocation {
        BrowseLocation(
            key: keys.key(of: Self.driveLibrary, in: keys.site), kind: .documentLibrary, path: .root,
            folder: browser.root)
    }

    /// The place of an entry below another; nil for what is no library at the top of a site.
    func child(of place: BrowseLocation, _ entry: SnapshotBrowser.Entry) -> BrowseLocation? {
        guard place.kind != .site || entry.folder != nil else { return nil }
        let kind: BrowseItemKind = place.kind == .site ? .documentLibrary : entry.folder == nil ? .file : .folder
        return BrowseLocation(
            key: keys.key(of: entry.name, in: place.key), kind: kind, path: place.path.appending(entry.name),
            folder: entry.folder)
    }

    private func entries(
        with parts: Set<String>, of entries: FolderEntries, in place: BrowseLocation
    ) -> [(part: String, entry: SnapshotBrowser.Entry)] {
        var found: [(part: String, entry: SnapshotBrowser.Entry)] = []
        var unknown: Set<String> = []
        for part in parts {
            guard let name = names[part], keys.part(of: name, in: place.key) == part else {
                unknown.insert(part)
                continue
            }
            if let entry = entries[name: name] { found.append((part, entry)) }
        }
        for number in 0..<entries.count where !unknown.isEmpty {
            let entry = entries[number]
            let part = keys.part(of: entry.name, in: place.key)
            guard unknown.remove(part) != nil else { continue }
            names.remember(entry.name, part: part)
            found.append((part, entry))
        }
        return found
    }
}

extension BrowseTree {
    /// The item at a path beneath the drive or the site; nil where there is none.
    func item(atPath text: String) async throws -> BrowseItem? {
        let names = text.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
        guard names.allSatisfy({ TreePath.isValidName($0) }) else { return nil }
        var (place, item) = (top, site)
        if session.workload == .oneDriveForBusiness { (place, item) = (library, try await driveLibrary(top)) }
        for name in names {
            guard let folder = place.kind == .site ? browser.root : place.folder,
                let entry = try await browser.entries(of: folder)[name: name],
                let child = child(of: place, entry)
            else { return nil }
            item = try await self.item(entry, in: place)
            place = child
        }
        return item
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
