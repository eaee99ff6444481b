import BackupRepository
import Catalog
import Foundation
import ObjectStorage
import ProtectionService

/// What Holdfast keeps beside a repository, in a store of its own, so that restic's layout stays
/// free of foreign files.
///
/// ```
/// <location>.beside/
///   identity              whose repository it is, authenticated
///   ledger/<sequence>     the ledger's entries, twelve digits
///   opening/config        copies of what nothing opens without
///   opening/keys/<id>
///   quarantine/…          objects that a repair removed
///   plans/<plan>/…        what restore plans would change, as lists that are sealed with the repository's key
///   redo/…                files that are being restored where they stand; written by the restorer
///   redo-damaged/…        such records that could not be opened
///   folders               what the last backup saw of the drive's folders; written by the archiver, and dispensable
///   adopted               where a repository was that Holdfast took over; absent where Holdfast made it
///   names/…               the names in the snapshots, for searches; dispensable (docs/name-index.md)
/// ```
enum BesideRepository {
    /// What the location of the store beside ends with.
    static let suffix = RepositoryBeside.suffix
    static let identity = "identity"
    static let ledger = "ledger/"
    static let opening = "opening/"
    static let quarantine = "quarantine/"
    /// Where the repository was before it was taken over; nothing where Holdfast made it.
    static let adopted = "adopted"

    /// The location of the store beside the repository at a location.
    static func location(_ location: String) -> String { RepositoryBeside.location(location) }

    /// The name of a ledger entry.
    static func entry(_ sequence: Int) -> String {
        let digits = String(sequence)
        return ledger + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// The sequence number in an entry's name.
    static func sequence(_ name: String) -> Int? {
        name.hasPrefix(ledger) ? Int(name.dropFirst(ledger.count)) : nil
    }
}

/// A part of a store as a store of its own: names get a prefix.
struct PrefixedStore: ObjectStore {
    let base: any ObjectStore
    /// Ends with a slash.
    let prefix: String

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try await base.list(prefix: self.prefix + prefix).map {
            ObjectInfo(name: String($0.name.dropFirst(self.prefix.count)), sizeBytes: $0.sizeBytes)
        }
    }

    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await base.read(prefix + name, range: range)
    }
    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await base.write(prefix + name, bytes)
    }
    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await base.create(prefix + name, bytes)
    }
    func delete(_ name: String) async throws(ObjectStoreError) { try await base.delete(prefix + name) }
    func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        try await base.deleteAll(names.map { prefix + $0 })
    }
    func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await base.synchronizeDeletions(prefix: self.prefix + prefix)
    }

    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        guard let found = try await base.stat(prefix + name) else { return nil }
        return ObjectInfo(name: name, sizeBytes: found.sizeBytes)
    }
}
