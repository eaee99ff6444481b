import Concurrency
public import ObjectStorage
import Synchronization

/// An object that has to stay, and how its bytes are told from others.
public struct NeededObject: Sendable {
    public var name: String
    public var isRight: @Sendable ([UInt8]) -> Bool

    public init(_ name: String, isRight: @escaping @Sendable ([UInt8]) -> Bool) {
        (self.name, self.isRight) = (name, isRight)
    }
}

/// What somebody did to an object that has to stay.
public struct Tampering: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        case hidden = "was deleted, and can be brought back"
        case replaced = "was replaced by other content, and can be brought back"
        case gone = "is not there, in no version"
    }

    public var name: String
    public var kind: Kind

    public var description: String { "'\(name)' \(kind.rawValue)" }
}

/// What a renewal did.
public struct LockReport: Sendable, Hashable {
    /// Versions that are locked for longer now.
    public var renewed = 0
    /// Versions that were locked for long enough.
    public var kept = 0
    /// Until when the first of them is locked, in seconds since 1970; nil where there is none.
    public var lockedUntil: Int?
    /// What was found to be changed, sorted by name.
    public var tampered: [Tampering] = []

    public init() {}

    public static func += (sum: inout LockReport, other: LockReport) {
        sum.renewed += other.renewed
        sum.kept += other.kept
        sum.lockedUntil = [sum.lockedUntil, other.lockedUntil].compactMap { $0 }.min()
        sum.tampered += other.tampered
    }
}

/// Locks again what has to stay, before its lock runs out, and tells what was tampered with.
///
/// A lock is of a version. So each version with the right content is locked, and nothing that an
/// attacker laid over it; without its version a request would prolong what lies on top.
public struct LockRenewal: Sendable {
    private let versions: any ObjectVersions
    private let now: Int
    private let width: Int

    /// - Parameter now: in seconds since 1970.
    /// - Parameter width: how many objects are looked at at once.
    public init(_ versions: any ObjectVersions, now: Int, width: Int = 8) {
        (self.versions, self.now, self.width) = (versions, now, width)
    }

    /// What is locked for longer than that is left alone: a third of the days may pass until the next
    /// renewal, and two thirds are left at any time.
    private var enough: Int { now + versions.lock.seconds - versions.lock.seconds / 3 }

    /// - Parameter histories: the versions that are there, by the names of the objects.
    /// - Parameter known: until when versions are locked, by their ids, as far as that is known; it
    ///   comes back with what was found, and without versions that are gone.
    public func run(
        _ needed: [NeededObject], in histories: [String: VersionHistory], known: inout [String: Int]
    ) async throws -> LockReport {
        let before = known
        let next = WorkCounter(limit: needed.count)
        let parts = try await withThrowingTaskGroup(of: Part.self, returning: [Part].self) { group in
            for _ in 0..<min(width, needed.count) {
                group.addTask {
                    var part = Part()
                    while let number = next.take() {
                        try Task.checkCancellation()
                        try await renew(needed[number], histories, before, in: &part)
                    }
                    return part
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        known = [:]
        var report = LockReport()
        for part in parts {
            report += part.report
            known.merge(part.found) { $1 }
        }
        report.tampered.sort { $0.name < $1.name }
        return report
    }

    /// What one of the tasks came to.
    private struct Part: Sendable {
        var report = LockReport()
        /// Until when versions are locked, by their ids.
        var found: [String: Int] = [:]
    }

    private func renew(
        _ object: NeededObject, _ histories: [String: VersionHistory], _ known: [String: Int], in part: inout Part
    ) async throws {
        let (right, tampering) = try await look(at: object, histories)
        if let tampering { part.report.tampered.append(tampering) }
        for version in right {
            var until = known[version.id]
            if until ?? 0 < enough { until = try await Repository.storing(await versions.retention(of: version)) }
            if until ?? 0 < enough {
                let end = now + versions.lock.seconds
                try await Repository.storing(await versions.retain(version, until: end))
                until = end
                part.report.renewed += 1
            } else {
                part.report.kept += 1
            }
            part.found[version.id] = until
            part.report.lockedUntil = min(part.report.lockedUntil ?? .max, until ?? 0)
        }
    }

    /// What somebody changed, sorted by name. Asks for no retention and changes none.
    public func tampering(
        with needed: [NeededObject], in histories: [String: VersionHistory]
    ) async throws -> [Tampering] {
        var found: [Tampering] = []
        for object in needed {
            if let tampering = try await look(at: object, histories).tampering { found.append(tampering) }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// The versions with the right content of an object, and what was done to it.
    private func look(
        at object: NeededObject, _ histories: [String: VersionHistory]
    ) async throws -> (right: [ObjectVersion], tampering: Tampering?) {
        let history = histories[object.name] ?? VersionHistory(name: object.name, versions: [])
        let right = try await Repository.storing(await history.right(in: versions, object.isRight))
        guard let first = right.first else { return ([], Tampering(name: object.name, kind: .gone)) }
        if history.isHidden { return (right, Tampering(name: object.name, kind: .hidden)) }
        guard let newest = history.versions.first, newest.isLike(first) else {
            return (right, Tampering(name: object.name, kind: .replaced))
        }
        return (right, nil)
    }
}
