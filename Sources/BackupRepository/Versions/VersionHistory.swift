public import ObjectStorage
import ResticFormat

/// The versions of one object, newest first.
public struct VersionHistory: Sendable, Hashable {
    public let name: String
    public let versions: [ObjectVersion]

    /// Groups a list of versions by their objects.
    public static func all(_ versions: [ObjectVersion]) -> [String: VersionHistory] {
        Dictionary(grouping: versions, by: \.name).reduce(into: [:]) { histories, entry in
            histories[entry.key] = VersionHistory(name: entry.key, versions: entry.value)
        }
    }

    init(name: String, versions: [ObjectVersion]) { (self.name, self.versions) = (name, versions) }

    /// Whether a read finds nothing, although there are versions.
    var isHidden: Bool { versions.first?.isMark ?? true }

    /// Whether a read finds other content than the first that was stored under the name. A write that
    /// was repeated, and one after a deletion, leave equal versions.
    var isReplaced: Bool {
        guard let newest = versions.first, !newest.isMark, let oldest else { return false }
        return !newest.isLike(oldest)
    }

    /// The first that was stored, of those that are there.
    var oldest: ObjectVersion? { versions.last { !$0.isMark } }

    /// One version of each content, the first that was stored first.
    var contents: [ObjectVersion] {
        versions.reversed().reduce(into: []) { found, version in
            if !version.isMark, !found.contains(where: { $0.isLike(version) }) { found.append(version) }
        }
    }

    /// The versions with the content that an object of this name has to have, newest first. Only where
    /// the store tells of several contents they are read; whoever replaces an object comes after its
    /// first version, so that one is read first.
    func right(
        in store: any ObjectVersions, _ isRight: ([UInt8]) -> Bool
    ) async throws(ObjectStoreError) -> [ObjectVersion] {
        let contents = contents
        for version in contents {
            if contents.count > 1 || isHidden, try await !isRight(store.read(version, range: nil)) { continue }
            return versions.filter { $0.isLike(version) }
        }
        return []
    }
}

extension ObjectNames {
    /// Whether the bytes of an object have the hash that is its name; nil for a name that is no hash.
    static func isRight(_ name: String, _ bytes: [UInt8]) -> Bool? {
        guard name.contains("/"), let id = id(of: name) else { return nil }
        return ObjectID.hash(of: bytes) == id
    }
}
