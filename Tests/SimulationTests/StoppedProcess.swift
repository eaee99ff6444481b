import BackupRepository
import BackupTesting
import Concurrency
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import Synchronization

@testable import ProtectionService

/// A process that is stopped right before one of its changes of a store, as SIGSTOP or a frozen
/// machine stops it, and goes on after something happened elsewhere.
///
/// Nothing of it runs meanwhile: neither its signs of life nor its lock's refreshes.
final class StoppedProcess: Sendable {
    /// Where in a change it stops.
    enum Place: String, Sendable, CaseIterable {
        /// Before the last question whether it may change anything: before the signature.
        case beforeTheQuestion
        /// After it: the request is under way, and arrives late.
        case underWay
    }

    private let change: Int
    private let place: Place
    private let meanwhile: @Sendable () async throws -> Void
    private let state = Mutex((changes: 0, isStopped: false, names: [String](), failure: String?.none))
    private let goesOn = WorkSignal()

    /// - Parameter change: the change before which it stops, counted from 0.
    /// - Parameter meanwhile: what happens while it is stopped.
    init(before change: Int, _ place: Place, meanwhile: @escaping @Sendable () async throws -> Void) {
        self.change = change
        self.place = place
        self.meanwhile = meanwhile
    }

    /// The changes that it came to, by name.
    var changes: [String] { state.withLock { $0.names } }
    var wasStopped: Bool { changes.count > change }
    /// Why what should have happened meanwhile did not.
    var failure: String? { state.withLock { $0.failure } }

    /// Waits while the process is stopped.
    func whileStopped() async {
        let seen = goesOn.generation
        if state.withLock({ $0.isStopped }) { try? await goesOn.wait(after: seen) }
    }

    fileprivate func willChange(_ name: String) async throws(ObjectStoreError) {
        await whileStopped()
        let isHere = state.withLock { state in
            defer { state.changes += 1 }
            state.names.append(name)
            state.isStopped = state.isStopped || state.changes == change
            return state.changes == change
        }
        if place == .underWay { try await WriteFence.expectOpen(name) }
        if isHere {
            do {
                // Nothing of this process's tasks is known elsewhere.
                try await Task.detached { try await self.meanwhile() }.value
            } catch {
                state.withLock { $0.failure = "\(error)" }
            }
            state.withLock { $0.isStopped = false }
            goesOn.notify()
        }
        if place == .beforeTheQuestion { try await WriteFence.expectOpen(name) }
    }

    /// A service that runs in this process.
    func running(_ service: ServiceContext) -> ServiceContext {
        service.replacing { dependencies in
            let (stores, clock) = (dependencies.repositoryStore, StoppedClock(base: dependencies.clock, process: self))
            dependencies.repositoryStore = { StoppedStore(base: stores($0), location: $0, process: self) }
            dependencies.clock = clock
            dependencies.repositoryEnvironment.now = { Timestamp(clock.now()) }
            dependencies.repositoryEnvironment.steadySeconds = { clock.steadyTime().seconds }
            dependencies.repositoryEnvironment.sleep = { duration in
                try await clock.sleep(until: clock.now().addingTimeInterval(duration / .seconds(1)))
            }
        }
    }
}

/// The time as a process sees it that does not wake from a wait while it is stopped.
private struct StoppedClock: WallClock {
    let base: any WallClock
    let process: StoppedProcess

    func now() -> Date { base.now() }
    func steadyTime() -> SteadyTime { base.steadyTime() }

    func sleep(until deadline: Date) async throws {
        try await base.sleep(until: deadline)
        await process.whileStopped()
        try Task.checkCancellation()
    }
}

private struct StoppedStore: ObjectStore {
    let base: any ObjectStore
    let location: String
    let process: StoppedProcess

    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await process.willChange(location + "/" + name)
        try await base.write(name, bytes)
    }

    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await process.willChange(location + "/" + name)
        return try await base.create(name, bytes)
    }

    func delete(_ name: String) async throws(ObjectStoreError) {
        try await process.willChange(location + "/" + name)
        try await base.delete(name)
    }

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try await base.read(name, range: range)
    }
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
    func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await base.synchronizeDeletions(prefix: prefix)
    }
}
