public import ObjectStorage
import SampleData
import Synchronization

/// A disk for many stores that fails on cue and can lose its power.
///
/// What it models: a write that returned is durable; a deletion is durable only once its folder was
/// synchronised (by a later write into the same folder, or on demand); a power cut undoes some of
/// the deletions that are not, and everything fails until the power is back. On top of that, calls
/// can be made to go wrong in every way that disks and networks know.
public final class SimulatedDisk: Sendable {
    /// How a call goes wrong.
    public enum Fault: String, Sendable, Hashable, CaseIterable {
        /// Fails before anything happens; a later try may help.
        case fail
        /// Fails before anything happens; no try will help.
        case failForGood
        /// There is no space: a write fails.
        case full
        /// The object is stored in part under its name, and the call fails.
        case tear
        /// The call succeeds, but the object is gone after the next power cut.
        case lie
        /// One bit is wrong: in what is stored, or in what is read.
        case flip
        /// The call takes its time; others overtake it.
        case delay
    }

    fileprivate struct State {
        var objects: [String: [UInt8]] = [:]
        /// Deletions that a power cut may undo: the bytes, by name.
        var undurableDeletions: [String: [UInt8]] = [:]
        /// Writes that a power cut takes back.
        var lies: Set<String> = []
        var isDown = false
        var isHalted = false
        var changesUntilCut: Int?
        /// Faults to come, by the number of calls until then.
        var faults: [(calls: Int, fault: Fault)] = []
        var counts: [Fault: Int] = [:]
        var calls = 0
        var cuts = 0
        var random: SeededGenerator
    }
    private let state: Mutex<State>

    public init(seed: UInt64) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    /// The store beneath a folder of the disk.
    public func store(_ location: String) -> any ObjectStore { SimulatedStore(disk: self, prefix: location + "/") }

    /// Lets a call go wrong, counted from the next one.
    public func arm(_ fault: Fault, afterCalls calls: Int) { state.withLock { $0.faults.append((calls, fault)) } }
    /// Forgets faults that have not struck yet.
    public func disarm() { state.withLock { $0.faults = [] } }
    /// Cuts the power after that many more changes.
    public func cut(afterChanges changes: Int) { state.withLock { $0.changesUntilCut = changes } }
    /// Whether the power is gone.
    public var isDown: Bool { state.withLock { $0.isDown } }
    /// How often each fault struck.
    public var strikes: [Fault: Int] { state.withLock { $0.counts } }
    /// How often the power was cut.
    public var cuts: Int { state.withLock { $0.cuts } }
    /// How many calls the disk has had.
    public var calls: Int { state.withLock { $0.calls } }
    /// The process that uses the disk is dead: calls fail until it is started again. Nothing is
    /// lost, because the disk has its power.
    public func halt() { state.withLock { $0.isHalted = true } }
    /// The process is started again.
    public func resume() { state.withLock { $0.isHalted = false } }

    /// Everything stored, by full name.
    public var objects: [String: [UInt8]] { state.withLock { $0.objects } }

    /// Changes what is stored, without a call; nil removes the object.
    public func tamper(_ name: String, _ bytes: [UInt8]?) { state.withLock { $0.objects[name] = bytes } }

    /// The power comes back. What was not durable is partly gone.
    public func restorePower() {
        state.withLock { state in
            if state.isDown { state.cuts += 1 }
            state.isDown = false
            state.changesUntilCut = nil
            for name in state.lies.sorted() { state.objects[name] = nil }
            for name in state.undurableDeletions.keys.sorted() where state.random.number(below: 2) == 0 {
                if state.objects[name] == nil { state.objects[name] = state.undurableDeletions[name] }
            }
            state.lies = []
            state.undurableDeletions = [:]
        }
    }

    /// Does a call, or lets it go wrong. `body` throws nothing but an `ObjectStoreError`.
    fileprivate func call<Value: Sendable>(
        _ name: String, isChange: Bool, _ body: (inout Contents, Fault?) throws -> Value
    ) throws(ObjectStoreError) -> Value {
        let result = state.withLock { state in
            Result {
                let fault = try state.next(name, isChange: isChange)
                var contents = Contents(state: state.contents, random: state.random)
                defer { state.take(contents) }
                return try body(&contents, fault)
            }
        }
        do {
            return try result.get()
        } catch let error as ObjectStoreError {
            throw error
        } catch {
            preconditionFailure("a call of a disk threw \(error)")
        }
    }

    /// What a call may touch.
    fileprivate struct Contents {
        var state: (objects: [String: [UInt8]], deletions: [String: [UInt8]], lies: Set<String>)
        var random: SeededGenerator
    }
}

extension SimulatedDisk.State {
    fileprivate var contents: (objects: [String: [UInt8]], deletions: [String: [UInt8]], lies: Set<String>) {
        (objects, undurableDeletions, lies)
    }

    fileprivate mutating func take(_ contents: SimulatedDisk.Contents) {
        objects = contents.state.objects
        undurableDeletions = contents.state.deletions
        lies = contents.state.lies
        random = contents.random
    }

    /// Counts a call.
    /// - Returns: the fault that strikes it, if there is one.
    fileprivate mutating func next(_ name: String, isChange: Bool) throws(ObjectStoreError) -> SimulatedDisk.Fault? {
        if isDown { throw ObjectStoreError(.inputOutput, name: name, message: "the power is gone") }
        if isHalted { throw ObjectStoreError(.inputOutput, name: name, message: "the process is dead") }
        calls += 1
        if isChange, let left = changesUntilCut {
            if left <= 0 {
                isDown = true
                throw ObjectStoreError(.inputOutput, name: name, message: "the power goes")
            }
            changesUntilCut = left - 1
        }
        for position in faults.indices { faults[position].calls -= 1 }
        guard let position = faults.firstIndex(where: { $0.calls < 0 }) else { return nil }
        let fault = faults.remove(at: position).fault
        counts[fault, default: 0] += 1
        switch fault {
        case .fail: throw ObjectStoreError(.unavailable, name: name, message: "failed on cue", isRetryable: true)
        case .failForGood: throw ObjectStoreError(.inputOutput, name: name, message: "failed on cue")
        case .full where isChange:
            throw ObjectStoreError(.outOfSpace, name: name, message: "full on cue", isRetryable: true)
        case .full, .tear, .lie, .flip, .delay: return fault
        }
    }
}

/// One folder of a simulated disk.
private struct SimulatedStore: ObjectStore {
    let disk: SimulatedDisk
    let prefix: String

    func list(prefix wanted: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try ObjectName.validate(prefix: wanted)
        let full = prefix + wanted
        return try disk.call(wanted, isChange: false) { contents, _ in
            contents.state.objects.filter { $0.key.hasPrefix(full) }
                .map { ObjectInfo(name: String($0.key.dropFirst(prefix.count)), sizeBytes: UInt64($0.value.count)) }
                .sorted { $0.name < $1.name }
        }
    }

    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try ObjectName.validate(name)
        let (bytes, isSlow) = try disk.call(name, isChange: false) { contents, fault in
            guard let whole = contents.state.objects[prefix + name] else {
                throw ObjectStoreError(.notFound, name: name, message: "there is no such object")
            }
            let range = range ?? 0..<UInt64(whole.count)
            guard range.upperBound <= UInt64(whole.count) else {
                throw ObjectStoreError(.outOfRange, name: name, message: "the object has \(whole.count) bytes")
            }
            var bytes = Array(whole[Int(range.lowerBound)..<Int(range.upperBound)])
            if fault == .flip, !bytes.isEmpty {
                bytes[contents.random.number(below: bytes.count)] ^= 1 << UInt8(contents.random.number(below: 8))
            }
            return (bytes, fault == .delay)
        }
        if isSlow { await Task.yield() }
        return bytes
    }

    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        _ = try await put(name, bytes, isReplacing: true)
    }

    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await put(name, bytes, isReplacing: false)
    }

    private func put(_ name: String, _ bytes: [UInt8], isReplacing: Bool) async throws(ObjectStoreError) -> Bool {
        try ObjectName.validate(name)
        let (isStored, isSlow) = try disk.call(name, isChange: true) { contents, fault in
            let full = prefix + name
            guard isReplacing || contents.state.objects[full] == nil else { return (false, false) }
            var stored = bytes
            if fault == .flip, !stored.isEmpty {
                stored[contents.random.number(below: stored.count)] ^= 1 << UInt8(contents.random.number(below: 8))
            }
            if fault == .tear { stored = Array(bytes.prefix(contents.random.number(below: max(1, bytes.count)))) }
            contents.state.objects[full] = stored
            contents.state.deletions[full] = nil
            if fault == .lie { contents.state.lies.insert(full) } else { contents.state.lies.remove(full) }
            settle(folder: full.prefix(upTo: full.lastIndex(of: "/") ?? full.startIndex) + "/", &contents)
            if fault == .tear { throw ObjectStoreError(.inputOutput, name: name, message: "torn on cue") }
            return (true, fault == .delay)
        }
        if isSlow { await Task.yield() }
        return isStored
    }

    func delete(_ name: String) async throws(ObjectStoreError) {
        try disk.call(name, isChange: true) { contents, _ in
            guard let bytes = contents.state.objects.removeValue(forKey: prefix + name) else { return }
            contents.state.deletions[prefix + name] = bytes
        }
    }

    func synchronizeDeletions(prefix wanted: String) async throws(ObjectStoreError) {
        try disk.call(wanted, isChange: false) { contents, _ in settle(folder: prefix + wanted, &contents) }
    }

    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try disk.call(name, isChange: false) { contents, _ in
            contents.state.objects[prefix + name].map { ObjectInfo(name: name, sizeBytes: UInt64($0.count)) }
        }
    }

    /// Deletions directly in a folder are durable.
    private func settle(folder: some StringProtocol, _ contents: inout SimulatedDisk.Contents) {
        for name in contents.state.deletions.keys
        where name.hasPrefix(folder) && !name.dropFirst(folder.count).contains("/") {
            contents.state.deletions[name] = nil
        }
    }
}
