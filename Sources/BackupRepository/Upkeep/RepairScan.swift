import Concurrency
import FileTree
import ObjectStorage
import ResticFormat

/// Finds out what of a repository is whole. Trusts nothing but bytes that authenticate: a pack's
/// header before the index, a blob's hash before both. Changes nothing.
struct RepairScan: Sendable {
    let repository: Repository
    let width: Int
    let pace: @Sendable (UInt64) async throws -> Void

    private struct Found: Sendable {
        var sound: [PackIndex] = []
        var damaged: [PackIndex] = []
        var problems: [CheckProblem] = []
    }

    private struct ScannedPack: Sendable {
        var pack: PackIndex
        var problems: [CheckProblem]
    }

    func run() async throws -> RepairPlan {
        var plan = RepairPlan()
        let snapshots = try await repository.list(.snapshots)
        let claims = try await readIndex(into: &plan)
        try await readKeys(into: &plan)
        try await readLocks(into: &plan)
        let found = try await readPacks(claims)
        plan.problems += found.problems
        plan.sound = found.sound.sorted { $0.id < $1.id }
        plan.soundPacks = found.sound.count
        plan.damagedPacks = found.damaged.map { ObjectNames.pack($0.id) }.sorted()
        assemble(found, into: &plan)
        plan.needsIndex =
            Set(claims.keys) != Set(found.sound.map(\.id))
            || found.sound.contains { claims[$0.id].map(Set.init) != Set($0.blobs) }
        for id in claims.keys
        where !found.sound.contains(where: { $0.id == id }) && !found.damaged.contains(where: { $0.id == id }) {
            plan.problems.append(CheckProblem(.error, object: ObjectNames.pack(id), message: "the pack is missing"))
        }
        try await LossFinder(repository: repository, index: plan.index).find(in: snapshots, plan: &plan)
        if plan.needsIndex { try await findUnreachable(claims, found, among: snapshots, into: &plan) }
        plan.problems.sort { ($0.object, $0.message) < ($1.object, $1.message) }
        return plan
    }

    /// Snapshots for which the present index does not suffice, although their blobs are there.
    private func findUnreachable(
        _ claims: [ObjectID: [PackEntry]], _ found: Found, among snapshots: [ObjectInfo],
        into plan: inout RepairPlan
    ) async throws {
        let usable = (found.sound + found.damaged).compactMap { pack in
            claims[pack.id].map { PackIndex(id: pack.id, blobs: pack.blobs.filter(Set($0).contains)) }
        }
        var index = BlobIndex()
        index.add(IndexFile(packs: usable), name: "what the index tells rightly")
        var reached = RepairPlan()
        try await LossFinder(repository: repository, index: index).find(in: snapshots, plan: &reached)
        plan.unreachableSnapshots = reached.damagedSnapshots.filter { !plan.damagedSnapshots.contains($0) }
    }

    /// What the readable index files say of each pack.
    private func readIndex(into plan: inout RepairPlan) async throws -> [ObjectID: [PackEntry]] {
        var claims: [ObjectID: [PackEntry]] = [:]
        for object in try await repository.list(.index) {
            do throws(RepositoryError) {
                let json = try await repository.readUnpacked(object.name)
                let file = try repository.decoded(object.name, IndexFile(decoding: json))
                for pack in file.packs where claims[pack.id] == nil { claims[pack.id] = pack.blobs }
            } catch {
                guard error.isDamage else { throw error }
                plan.note(error, object.name)
            }
        }
        return claims
    }

    private func readKeys(into plan: inout RepairPlan) async throws {
        for object in try await repository.list(.keys) {
            do { try await repository.checkKey(object.name) } catch let error as RepositoryError where error.isDamage {
                plan.note(error, object.name)
            }
        }
    }

    private func readLocks(into plan: inout RepairPlan) async throws {
        for object in try await repository.list(.locks) where object.sizeBytes > 0 {
            do { _ = try await RepositoryLock.read(object.name, in: repository) } catch let error as RepositoryError
                where error.isDamage
            { plan.note(error, object.name) }
        }
    }

    /// Packs that are not what they should be, found without the index and without a lock: one that
    /// vanished meanwhile is not reported.
    ///
    /// In the order of their names, one after the other, so that a name tells how far it is:
    /// `soundUpTo` stops at the first that is not sound.
    func suspects(after position: String, soundUpTo: (String) -> Void) async throws -> [CheckProblem] {
        var suspects: [CheckProblem] = []
        for pack in try await repository.list(.packs) where pack.name > position {
            try Task.checkCancellation()
            let problems = try await scan(pack, [:]).1
            if !problems.isEmpty, try await isThere(pack.name) { suspects += problems }
            try await pace(pack.sizeBytes)
            if suspects.isEmpty { soundUpTo(pack.name) }
        }
        return suspects
    }

    private func isThere(_ name: String) async throws -> Bool {
        try await repository.stored(await repository.store.stat(name))
            != nil
    }

    private func readPacks(_ claims: [ObjectID: [PackEntry]]) async throws -> Found {
        let packs = try await repository.list(.packs)
        let next = WorkCounter(limit: packs.count)
        let scanned = Gathered<ScannedPack>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<min(width, packs.count) {
                group.addTask {
                    while let number = next.take() {
                        try Task.checkCancellation()
                        let (pack, problems) = try await scan(packs[number], claims)
                        scanned.add([ScannedPack(pack: pack, problems: problems)])
                        try await pace(packs[number].sizeBytes)
                    }
                }
            }
            try await group.waitForAll()
        }
        return scanned.all.reduce(into: Found()) { found, scanned in
            found.problems += scanned.problems
            if scanned.problems.isEmpty { found.sound.append(scanned.pack) } else { found.damaged.append(scanned.pack) }
        }
    }

    /// The blobs of a pack that open, and what is wrong with it; a pack without a problem is whole.
    private func scan(
        _ object: ObjectInfo, _ claims: [ObjectID: [PackEntry]]
    ) async throws -> (PackIndex, [CheckProblem]) {
        guard let id = ObjectNames.id(of: object.name) else {
            preconditionFailure("the list holds only names of packs")
        }
        var problems: [CheckProblem] = []
        do {
            guard let bytes = try await repository.readIfPresent(object.name) else {
                throw RepositoryError.damaged(object.name, "the pack vanished")
            }
            do { try Repository.expectName(object.name, bytes) } catch {
                problems.append(CheckProblem(.error, object: object.name, message: error.message))
            }
            let header: [PackEntry]
            do throws(FormatError) {
                header = try PackHeader.decode(tail: bytes, packByteCount: bytes.count, sealer: repository.sealer)
            } catch {
                problems.append(
                    CheckProblem(.error, object: object.name, message: "the pack's header: \(error.message)"))
                header = claims[id] ?? []
            }
            let good = try whole(header, in: bytes, of: object.name, noting: &problems)
            return (PackIndex(id: id, blobs: good), problems)
        } catch let error as RepositoryError where error.isDamage {
            return (
                PackIndex(id: id, blobs: []),
                problems + [CheckProblem(.error, object: object.name, message: error.message)]
            )
        }
    }

    /// The blobs of a pack that open, from its bytes.
    private func whole(
        _ entries: [PackEntry], in bytes: [UInt8], of name: String, noting problems: inout [CheckProblem]
    ) throws -> [PackEntry] {
        let codec = repository.codecs.take()
        defer { repository.codecs.giveBack(codec) }
        var good: [PackEntry] = []
        for entry in entries {
            do {
                try codec.verify(entry, in: bytes, of: name)
                good.append(entry)
            } catch let error as RepositoryError where error.isDamage {
                problems.append(CheckProblem(.error, object: name, message: error.message))
            }
        }
        return good
    }

    /// One index over everything that opens; blobs without a copy in a whole pack are to be moved.
    private func assemble(_ found: Found, into plan: inout RepairPlan) {
        plan.index.add(IndexFile(packs: plan.sound), name: "packs that are whole")
        let kept = plan.index.table.count
        plan.index.add(
            IndexFile(packs: found.damaged.filter { !$0.blobs.isEmpty }.sorted { $0.id < $1.id }),
            name: "packs that are damaged")
        for number in kept..<plan.index.table.count {
            let record = plan.index.table[number]
            if plan.index.table.firstRecord(record.id, isTree: record.isTree) == number {
                plan.salvaged.append(UInt32(number))
            }
        }
        plan.salvagedBlobs = plan.salvaged.count
    }
}

extension RepairPlan {
    fileprivate mutating func note(_ error: RepositoryError, _ name: String) {
        unusableFiles.append(name)
        problems.append(CheckProblem(.error, object: name, message: error.message))
    }
}

extension RepositoryError {
    /// Whether the error says that bytes are wrong or cannot be had, and not that
    /// the store is away.
    var isDamage: Bool { code == .damaged || (code == .storage && !isRetryable) }
}
