import CLinuxCalls
import FileTree
import Foundation
import Glibc

/// Notes about the sites that restores made: one file `sites/.holdfast/<site name>.json` each,
/// outside of users' content.
struct SiteRecords {
    /// The content of a note.
    struct Record: Codable, Equatable {
        /// The reservation key of the restore that made the site.
        var reservation: String
        var webUrl: String
    }

    let root: LocalTree
    let folder: String

    /// The note about a site; nil where there is none. A damaged note is an error that names it.
    func record(ofSite name: String) throws(TenantError) -> Record? {
        let path = try TreePath(inTenant: "sites/.holdfast/\(name).json")
        let bytes: [UInt8]
        do throws(TreeError) {
            let file = try root.open(path)
            bytes = try file.bytes(count: Int(clamping: min(try file.attributes().size, 1 << 20)))
        } catch {
            if error.code == .notFound || error.code == .invalidName { return nil }
            throw TenantError(.unavailable, "'\(folder)/\(path)' cannot be read: \(error.message)", cause: error)
        }
        do {
            return try JSONDecoder().decode(Record.self, from: Data(bytes))
        } catch {
            throw TenantError(
                .invalidDirectory, "'\(folder)/\(path)' is damaged; remove it if no restore into this site is running",
                cause: error)
        }
    }

    /// The name of the site that was made for a reservation, among the copies of `base`.
    func site(for reservation: String, copiesOf base: String) throws(TenantError) -> String? {
        let names: [[UInt8]]
        do throws(SystemFailure) {
            names = try FolderReader.names(openNotes())
        } catch {
            throw TenantError(.unavailable, "'\(folder)/sites/.holdfast' cannot be listed: \(error.text)", cause: error)
        }
        // There may be thousands of other notes: only names that match become strings.
        let prefix = Array("\(base)R".utf8)
        let suffix = Array(".json".utf8)
        for name in names where name.starts(with: prefix) && name.suffix(suffix.count).elementsEqual(suffix) {
            let site = String(decoding: name.dropLast(suffix.count), as: UTF8.self)
            if try record(ofSite: site)?.reservation == reservation { return site }
        }
        return nil
    }

    /// Writes the note about a site, durably. It replaces the note about an earlier
    /// site of that name.
    func write(_ record: Record, site: String) throws(TenantError) {
        let path = try TreePath(inTenant: "sites/.holdfast/\(site).json")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let bytes = [UInt8](try encoder.encode(record))
            let file = try root.makeFile(path, size: UInt64(bytes.count))
            try unsafe bytes.withUnsafeBytes { unsafe try file.write($0, at: 0) }
            try file.commit(AttributeChanges(permissions: 0o600))
            try synchronize(path)
        } catch {
            throw TenantError(.unavailable, "'\(folder)/\(path)' cannot be written: \(error)", cause: error)
        }
    }

    /// Makes a note and its name durable; not the whole file system, to which others are writing.
    private func synchronize(_ note: TreePath) throws(SystemFailure) {
        for descriptor in [
            try System.open(note.bytes, beneath: root.root, flags: O_RDONLY | O_NOFOLLOW), try openNotes(),
        ] {
            try System.library { fsync(descriptor.number) }
        }
    }

    private func openNotes() throws(SystemFailure) -> Descriptor {
        try System.open(Array("sites/.holdfast".utf8), beneath: root.root, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    /// Removes the note about a site that was not made after all.
    func remove(site: String) throws(TenantError) {
        let path = try TreePath(inTenant: "sites/.holdfast/\(site).json")
        do throws(TreeError) {
            try root.remove(path)
        } catch {
            throw TenantError(.unavailable, "'\(folder)/\(path)' cannot be removed: \(error.message)", cause: error)
        }
    }

    /// Waits until no other thread or process numbers sites. The lock ends with the descriptor.
    func lock() throws(TenantError) -> Descriptor {
        do throws(SystemFailure) {
            let file = try System.open(
                Array("sites/.holdfast/lock".utf8), beneath: root.root, flags: O_RDWR | O_CREAT | O_NOFOLLOW,
                mode: 0o600)
            try System.kernel { holdfast_lock(file.number) }
            return file
        } catch {
            throw TenantError(
                .unavailable, "'\(folder)/sites/.holdfast/lock' cannot be locked: \(error.text)", cause: error)
        }
    }
}

extension TreePath {
    /// The path of a folder or file of the tenant.
    /// - Throws: `invalidArgument` where a name in it cannot be a file's.
    init(inTenant text: String) throws(TenantError) {
        guard let path = TreePath(text) else { throw TenantError(.invalidArgument, "'\(text)' cannot be a path") }
        self = path
    }
}
