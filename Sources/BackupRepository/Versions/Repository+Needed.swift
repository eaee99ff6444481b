import ObjectStorage
import ResticFormat

extension Repository {
    /// The objects that restores of the repository's snapshots need: `config`, keys, snapshots, index
    /// files, and the packs that these name.
    /// - Parameter snapshots: IDs of snapshots that have to be there, besides those that are.
    /// - Parameter histories: every version of every object of the repository.
    public func neededObjects(
        for snapshots: Set<String>, in histories: [String: VersionHistory]
    ) async throws -> [NeededObject] {
        let config = configBytes
        var needed = [NeededObject(ObjectNames.config) { $0 == config }]
        let named = snapshots.compactMap { ObjectID(hex: $0).map { ObjectNames.name(.snapshots, $0) } }
        let present = names(.snapshots, in: histories)
        needed += Set(present.visible + named).map(Self.hashed)
        let keys = names(.keys, in: histories)
        needed += (keys.visible.isEmpty ? keys.hidden : keys.visible).map(Self.hashed)
        var index = try await index(skippingDamaged: true)
        if try await !isTold(ofRootsOf: named, by: index, in: histories) {
            // Somebody hid what tells where the content of points is.
            for name in names(.index, in: histories).hidden {
                guard let file = try? await indexFile(name) else { continue }
                index.add(file, name: name)
            }
        }
        needed += index.files.map(Self.hashed)
        needed += index.packs.map { Self.hashed(ObjectNames.pack($0)) }
        return needed
    }

    /// Whether an index knows the root trees of snapshots. One that is gone has none.
    private func isTold(
        ofRootsOf snapshots: [String], by index: BlobIndex, in histories: [String: VersionHistory]
    ) async throws -> Bool {
        let hidden = names(.index, in: histories).hidden
        guard !hidden.isEmpty else { return true }
        for name in snapshots {
            guard let snapshot = try? await readSnapshot(name) else { continue }
            if index.table.firstRecord(snapshot.tree, isTree: true) == nil { return false }
        }
        return true
    }

    private func names(
        _ kind: ObjectNames.Kind, in histories: [String: VersionHistory]
    ) -> (visible: [String], hidden: [String]) {
        let theirs = histories.values.filter { history in
            ObjectNames.id(of: history.name).map { ObjectNames.name(kind, $0) == history.name } ?? false
        }
        return (theirs.filter { !$0.isHidden }.map(\.name), theirs.filter(\.isHidden).map(\.name))
    }

    private static func hashed(_ name: String) -> NeededObject {
        NeededObject(name) { ObjectNames.isRight(name, $0) ?? false }
    }
}
