public import ObjectStorage

/// What brings a store back to the state of a moment: versions that become the newest again, and
/// objects that came later and are hidden. Nothing is destroyed, so a later rewind undoes it.
public struct StoreRewind: Sendable, Hashable {
    /// Versions of the moment that are not what a read finds now, sorted by name.
    public private(set) var broughtBack: [ObjectVersion] = []
    /// Names of objects that were not there at the moment, sorted.
    public private(set) var hidden: [String] = []
    /// Names of which the moment had content that is not theirs, and nothing else is there.
    public private(set) var lost: [String] = []
    /// How many objects are as they were.
    public private(set) var unchanged = 0

    public var isEmpty: Bool { broughtBack.isEmpty && hidden.isEmpty }
    public var bytes: UInt64 { broughtBack.reduce(0) { $0 + $1.sizeBytes } }

    /// Finds out what has to be done. Changes nothing.
    /// - Parameter moment: in seconds since 1970, by the store's clock.
    /// - Parameter isRewound: whether an object is rewound at all.
    public init(
        of versions: any ObjectVersions, to moment: Int, _ isRewound: (_ name: String) -> Bool
    ) async throws(ObjectStoreError) {
        let histories = VersionHistory.all(try await versions.list(prefix: ""))
        for (name, history) in histories.sorted(by: { $0.key < $1.key }) where isRewound(name) {
            let past = VersionHistory(name: name, versions: history.versions.filter { $0.modified <= moment })
            guard let then = past.versions.first, !then.isMark else {
                if history.isHidden { unchanged += 1 } else { hidden.append(name) }
                continue
            }
            guard let right = try await Self.right(then, past, in: versions) else {
                lost.append(name)
                continue
            }
            if let newest = history.versions.first, newest.isLike(right) {
                unchanged += 1
            } else {
                broughtBack.append(right)
            }
        }
    }

    /// The version of the moment, or of those before it the one whose content the name tells of.
    private static func right(
        _ then: ObjectVersion, _ past: VersionHistory, in versions: any ObjectVersions
    ) async throws(ObjectStoreError) -> ObjectVersion? {
        guard past.contents.count > 1, ObjectNames.isRight(then.name, []) != nil else { return then }
        return try await past.right(in: versions) { ObjectNames.isRight(then.name, $0) ?? false }.first
    }

    /// Does it. What was done before an interruption is not done again by a second one.
    public func execute(
        in store: any ObjectStore, progress: @Sendable (_ done: Int) -> Void = { _ in }
    ) async throws(ObjectStoreError) {
        guard let versions = store.versions else { return }
        for (number, version) in broughtBack.enumerated() {
            try await versions.makeCurrent(version)
            progress(number + 1)
        }
        try await store.deleteAll(hidden)
    }
}
