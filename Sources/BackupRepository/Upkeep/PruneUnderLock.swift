public import Foundation
public import ObjectStorage

extension PruneOptions {
    /// Options for a store. Where it locks, a pack that is rewritten stays beside the new one until its
    /// lock is over, so more waste may stay.
    public static func fitting(_ store: any ObjectStore) -> PruneOptions {
        store.versions == nil ? PruneOptions() : PruneOptions(unusedPercent: 25)
    }
}

extension PrunePlan {
    /// One line for a person. Where a store locks, a prune hides, and the space comes back later.
    /// - Parameter now: when the prune is done.
    public func description(in store: any ObjectStore, at now: Date) -> String {
        guard let lock = store.versions?.lock, !isEmpty else { return description }
        let freed = now.addingTimeInterval(Double(lock.seconds)).formatted(.iso8601)
        return """
            hide \(unreferencedPacks.count + unusedPacks.count) packs, repack \(repackedPacks.count) \
            (\(repackedBytes) bytes), keep \(keptPacks); hides \(freedBytes) bytes, which are freed at \(freed); \
            \(keptUnusedBytes) unused bytes stay
            """
    }
}
