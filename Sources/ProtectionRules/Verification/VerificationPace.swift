import Catalog
import Foundation

/// Whether every byte of every repository can be read within the period in which it is to be, at
/// the rate at which a verification reads.
public struct VerificationPace: Sendable, Hashable {
    /// Bytes of the packs of all repositories, as far as they were counted.
    public var storedBytes: Int
    /// The rate of all verifications together, in bytes a second; 0 for no limit.
    public var bytesPerSecond: Int
    /// The period; 0 where nothing is verified by itself.
    public var periodDays: Int

    public init(storedBytes: Int, bytesPerSecond: Int, periodDays: Int) {
        self.storedBytes = storedBytes
        self.bytesPerSecond = bytesPerSecond
        self.periodDays = periodDays
    }

    private static let secondsOfDay = 86_400.0

    /// Days that one round takes at least, rounded up; 0 where no rate is set.
    public var roundDays: Int {
        guard bytesPerSecond > 0 else { return 0 }
        return Int((Double(storedBytes) / Double(bytesPerSecond) / Self.secondsOfDay).rounded(.up))
    }

    /// Whether a round ends within its period.
    public var isEnough: Bool { periodDays == 0 || bytesPerSecond == 0 || roundDays <= periodDays }

    /// The rate at which a round would, in bytes a second, rounded up to whole megabytes.
    public var neededBytesPerSecond: Int {
        guard periodDays > 0 else { return 0 }
        let megabyte = 1_000_000.0
        return Int((Double(storedBytes) / (Double(periodDays) * Self.secondsOfDay) / megabyte).rounded(.up) * megabyte)
    }

    /// What is not so and what to do, for a person; nil where the rate is enough.
    public var warning: String? {
        guard !isEnough else { return nil }
        let stored = Int64(storedBytes).formatted(.byteCount(style: .decimal))
        return """
            Verifying \(stored) takes \(roundDays) days at \(bytesPerSecond) bytes a second, but verification.period \
            is \(periodDays)d. Set verification.rate to \(neededBytesPerSecond) or more, or verification.period to \
            \(roundDays)d or more.
            """
    }
}
