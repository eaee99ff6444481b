package import ObjectStorage
import ResticFormat

/// The names in the snapshots of one repository, so that they can be searched across time without
/// reading a tree. No restore needs it.
///
/// It holds *events*: from that snapshot on an item is so, or is not there. They lie in *segments*
/// whose order is that of the items (`NameSegment`), and the newest in the *head* itself
/// (`NameHead`). A backup writes one head; when the head has enough events they become a segment, and
/// segments that are not much smaller than their newer neighbours are merged, so that there are few
/// of them and each event is rewritten a few times only. A merge drops what no snapshot has.
///
/// It lies in a store beside the repository, sealed with the repository's key. Any defect makes the
/// index as good as none: it is then made again from the trees.
package struct NameIndex: Sendable {
    let head: NameHead
    let store: any ObjectStore
    let codec: NameCodec

    /// The snapshots in it, in the order in which they were made.
    package var snapshots: [NameSnapshot] { head.snapshots }
    /// Changes with every change of the index.
    package var generation: Int { head.generation }
    /// How many events it holds, and how many bytes the segments with them take.
    package var size: (events: Int, segmentBytes: UInt64) {
        (
            head.segments.reduce(head.tail.count) { $0 + $1.rows },
            head.segments.reduce(0) { $0 + $1.bytes }
        )
    }

    /// The index in a store; nil where there is none, or none that can be used.
    /// - Throws: `RepositoryError.Code.storage` where the store cannot be read.
    package static func load(from store: any ObjectStore, _ codec: NameCodec) async throws -> NameIndex? {
        // A writer may replace the head between the look and the reading.
        for _ in 0..<5 {
            let heads = try await Repository.storing(await store.list(prefix: NameHead.folder))
            guard let newest = heads.compactMap({ NameHead.generation(ofHead: $0.name) }).max() else { return nil }
            do throws(ObjectStoreError) {
                let sealed = try await store.read(NameHead(generation: newest).object)
                guard let head = try? NameHead(decoding: sealed, generation: newest, codec) else { return nil }
                return NameIndex(head: head, store: store, codec: codec)
            } catch {
                guard error.code == .notFound else { throw RepositoryError(error) }
            }
        }
        return nil
    }

    /// Removes the index, the heads first: what an interrupted removal leaves is no index.
    package static func remove(from store: any ObjectStore) async throws {
        let objects = try await Repository.storing(await store.list(prefix: NameHead.folder)).map(\.name)
        for object in objects.sorted(by: { $0 > $1 }) { try await Repository.storing(await store.delete(object)) }
    }

    func reader(of segment: NameSegment) async throws -> NameSegmentReader {
        try await NameSegmentReader(segment, in: store, codec)
    }
}
