import BackupRepository

extension [SnapshotInfo] {
    /// In the order in which they were made: by time, but none before the one that it was made
    /// against. Clocks can have been wrong; the chain of parents cannot.
    var inOrder: [SnapshotInfo] {
        let byTime = sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        // `restic tag` gives a snapshot another id and keeps the first one as `original`.
        let names = byTime.flatMap { snapshot in
            [snapshot.id, snapshot.original].compactMap { $0 }.map { ($0, snapshot) }
        }
        let known = Dictionary(names, uniquingKeysWith: { first, _ in first })
        var placed = Set<String>()
        var order: [SnapshotInfo] = []
        for snapshot in byTime {
            var chain: [SnapshotInfo] = []
            var next: SnapshotInfo? = snapshot
            while let link = next, placed.insert(link.id).inserted {
                chain.append(link)
                next = link.parent.flatMap { known[$0] }
            }
            order += chain.reversed()
        }
        return order
    }
}
