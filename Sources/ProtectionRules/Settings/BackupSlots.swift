public import Foundation

/// When backups of a unit are due: once in each cadence, in the slot that a hash of its id chooses. So
/// the units of an installation spread over the cadence, and each keeps its place after a restart, in
/// every process, without a word of it being stored.
public struct BackupSlots: Sendable, Hashable {
    /// Into so many slots a cadence is divided at most: with ten minutes each is ten seconds long.
    private static let maximumCount = 60

    private let cadence: Int
    private let slotSeconds: Int
    private let count: Int

    /// - Parameter isSpread: otherwise all units are due together, at multiples of the cadence since 1970.
    public init(cadenceSeconds: Int, isSpread: Bool) {
        cadence = max(1, cadenceSeconds)
        slotSeconds = isSpread ? max(1, cadence / Self.maximumCount) : cadence
        count = max(1, cadence / slotSeconds)
    }

    /// The next moment after `now` at which a backup of a unit is due; at most a cadence away.
    public func next(for unitID: String, after now: Date) -> Date {
        next(at: Double(slot(of: unitID) * slotSeconds), after: now)
    }

    /// The next moment after `now` at which any unit can be due.
    public func nextStart(after now: Date) -> Date {
        let (start, passed) = place(of: now)
        let slot = Int(passed) / slotSeconds + 1
        return Date(timeIntervalSince1970: start + (slot < count ? Double(slot * slotSeconds) : Double(cadence)))
    }

    private func next(at phase: Double, after now: Date) -> Date {
        let (start, passed) = place(of: now)
        return Date(timeIntervalSince1970: start + phase + (phase > passed ? 0 : Double(cadence)))
    }

    /// The beginning of the cadence that a moment lies in, since 1970, and how much of it has passed.
    private func place(of moment: Date) -> (start: Double, passed: Double) {
        let seconds = moment.timeIntervalSince1970
        let start = (seconds / Double(cadence)).rounded(.down) * Double(cadence)
        return (start, max(0, seconds - start))
    }

    /// FNV-1a with 64 bits over the id, scaled to the slots. Swift's own hash differs between processes.
    ///
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/, "FNV-1a alternate algorithm"
    private func slot(of unitID: String) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in unitID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        // The low bits of short texts are better mixed than the high ones.
        return Int((hash ^ (hash >> 32)) % UInt64(count))
    }
}

extension ServiceIntervals {
    public var backupSlots: BackupSlots {
        BackupSlots(cadenceSeconds: cadenceSeconds, isSpread: spreadsBackups)
    }
}
